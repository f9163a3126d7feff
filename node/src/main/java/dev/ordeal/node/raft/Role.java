package dev.ordeal.node.raft;

/// What a node is in its term (§5.1); a pre-candidate asks whether it could win an election before it starts one
/// (thesis §9.6).
public enum Role {
    FOLLOWER,
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
}
