package dev.ordeal.node.raft;

/// A change of the membership that is asked for (thesis §4.1). Each takes effect as a step, or two, of one server.
public sealed interface Change {
    NodeId node();

    /// The server becomes a learner, and a voter when it has caught up (thesis §4.2.1).
    record Add(NodeId node, Addresses at) implements Change {}

    /// The server, which may be the leader, belongs to the cluster no more (thesis §4.2.2).
    record Remove(NodeId node) implements Change {}
}
