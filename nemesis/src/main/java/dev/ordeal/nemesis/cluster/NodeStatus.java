package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

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

    /// Of those who say that they lead the one with the highest term: a leader that was cut off does not know yet that another
    /// was elected. Of several of that term, which should not be, the first.
    public static Optional<NodeStatus> newestLeader(Collection<NodeStatus> nodes) {
        @Nullable NodeStatus newest = null;
        for (NodeStatus node : nodes) {
            if (node.leads() && (newest == null || node.term > newest.term)) {
                newest = node;
            }
        }
        return Optional.ofNullable(newest);
    }
}
