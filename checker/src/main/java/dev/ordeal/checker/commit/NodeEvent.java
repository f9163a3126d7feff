package dev.ordeal.checker.commit;

import org.jspecify.annotations.Nullable;

/// Something that happened to a node as a member of its group.
public sealed interface NodeEvent {
    /// Which life of the node, from 1.
    int incarnation();

    /// Monotonic clock of the machine.
    long nanos();

    /// A life began; this is what recovery found on disk. Always the first event of a life.
    ///
    /// @param lastIndex of its log, or of its snapshot if nothing follows that; [#UNKNOWN] where the node does not say
    record Started(
            int incarnation,
            long nanos,
            long term,
            @Nullable String vote,
            long lastIndex,
            long lastTerm)
            implements NodeEvent {
        public static final long UNKNOWN = -1;
    }

    /// It took a role: `follower`, `pre-candidate`, `candidate`, `leader`.
    record Role(int incarnation, long nanos, String role, long term, @Nullable String leader)
            implements NodeEvent {}

    /// It voted; written after the vote was durable.
    record Vote(int incarnation, long nanos, long term, @Nullable String vote)
            implements NodeEvent {}

    /// It learned of a newer term.
    record Term(int incarnation, long nanos, long term) implements NodeEvent {}

    /// From now on it goes by the configuration of this entry of its log, committed or not (thesis §4.1).
    ///
    /// @param index of the entry; 0, as its term, when the members come from a snapshot or were there before the log
    /// @param applied the index up to which it had applied by then
    /// @param members in words
    record Configuration(
            int incarnation, long nanos, long index, long term, long applied, String members)
            implements NodeEvent {}

    /// It ended in order.
    record Stopped(int incarnation, long nanos) implements NodeEvent {}
}
