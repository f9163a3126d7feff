package dev.ordeal.checker;

/// What a run must have done for its verdict to mean something.
///
/// @param faults whether faults were asked for, so that at least one must have been effective
/// @param minimumOperations fewer completed operations test nothing
/// @param originNanos the nodes' monotonic clock at time 0 of the history; needed to place nodes' facts in time
/// @param progressNanos how long after the last fault the cluster may take to answer again
public record Expectations(
        boolean faults, int minimumOperations, long originNanos, long progressNanos) {
    /// For a history of which nothing is known: expects nothing of it.
    public static Expectations none() {
        return new Expectations(false, 0, 0, Long.MAX_VALUE);
    }
}
