package dev.ordeal.node.rpc;

/// What whoever runs the cluster asks of its leader. Another node refuses and names the leader if it can.
public sealed interface AdminRequest {
    /// Leadership shall pass to this member (Raft thesis §3.10). Until it has, or for an election time-out, the leader takes no
    /// commands.
    record TransferLeadership(String to) implements AdminRequest {}
}
