package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import java.util.function.Consumer;

/// Where the servers of a node put what comes in. Called on network threads, which must not be held up; the answers may be
/// given on any thread, once.
public interface Inbox {
    /// A message of another member, to be answered with one message.
    void message(NodeId from, Message message, Consumer<Message> answer);

    /// A client's request.
    ///
    /// @param mayForward whether it may be passed on to the leader if that is another node
    /// @param timeoutNanos how long the client will wait from now on
    void request(Request request, boolean mayForward, long timeoutNanos, Consumer<Response> answer);

    /// A request of whoever runs the cluster.
    void administer(AdminRequest request, Consumer<Response> answer);

    /// Where this node stands, as of its last look.
    Standing standing();

    /// Another member's ping reached this node.
    void pinged(NodeId from, String token);
}
