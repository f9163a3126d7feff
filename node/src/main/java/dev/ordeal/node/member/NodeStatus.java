package dev.ordeal.node.member;

import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Role;
import org.jspecify.annotations.Nullable;

/// What a node says of itself.
public record NodeStatus(
        String node,
        int incarnation,
        Role role,
        long term,
        @Nullable String leader,
        long commitIndex,
        long appliedIndex,
        long lastIndex,
        long snapshotIndex,
        long digest,
        Membership members) {}
