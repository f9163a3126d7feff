package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.util.Optional;
import java.util.SortedSet;

/// What a node says of itself: how it came to be (its incarnation counts its starts), what it believes, how far it got.
///
/// @param role as the system calls it: `leader`, `follower`, …
/// @param leader who it believes leads
/// @param digest of the state after `appliedIndex`
/// @param voters of the newest configuration in its log, committed or not; `learners` are members that do not vote yet
/// @param storms whether it draws the shortest election time-out each time
public record NodeStatus(
        NodeId node,
        long incarnation,
        String role,
        long term,
        Optional<NodeId> leader,
        long commitIndex,
        long appliedIndex,
        long lastIndex,
        String digest,
        SortedSet<NodeId> voters,
        SortedSet<NodeId> learners,
        boolean storms) {
    public boolean leads() {
        return role.equals("leader");
    }
}
