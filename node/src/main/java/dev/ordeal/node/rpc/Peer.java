package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Message;
import java.util.function.Consumer;

/// One member's way to one other.
public interface Peer {
    /// Sends a request of the algorithm, which may be lost; its answer, if one comes, goes to `onAnswer`, on any thread.
    void send(Message message, Consumer<Message> onAnswer);

    /// Passes a client's request on to the other, which is believed to lead. The response comes once, on any thread.
    void forward(Request request, long timeoutNanos, Consumer<Response> onResponse);
}
