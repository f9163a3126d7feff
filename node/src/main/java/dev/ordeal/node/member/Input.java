package dev.ordeal.node.member;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What comes to a member from outside, time aside.
public sealed interface Input {
    /// A request of another member's; `answer` takes the one message that answers it.
    record Received(NodeId from, Message message, Consumer<Message> answer) implements Input {}

    /// What another member answered to a request of this one.
    record Answered(NodeId from, Message message) implements Input {}

    /// A client's request that was [admitted][Member#admit].
    ///
    /// @param command what goes into the log; null for a read
    record Asked(ClientCall call, @Nullable Bytes command) implements Input {}

    /// A request of whoever runs the cluster.
    record Administered(AdminRequest request, Consumer<Response> answer) implements Input {}

    /// Nothing but a reason to look around.
    record WakeUp() implements Input {}
}
