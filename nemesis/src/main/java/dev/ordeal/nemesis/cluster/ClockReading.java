package dev.ordeal.nemesis.cluster;

/// What a node's two clocks showed at about the same moment.
///
/// @param wallNanos the time since 1970, as its machine or whoever deceives it says
/// @param monotonicNanos since some moment of the machine's own
public record ClockReading(long wallNanos, long monotonicNanos) {
    /// By how much more the wall clock went on than the monotonic one did since an `earlier` reading of the same node: nothing,
    /// unless it was set.
    long wallGainedNanos(ClockReading earlier) {
        return (wallNanos - earlier.wallNanos) - (monotonicNanos - earlier.monotonicNanos);
    }
}
