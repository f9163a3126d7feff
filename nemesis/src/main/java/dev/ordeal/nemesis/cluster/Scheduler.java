package dev.ordeal.nemesis.cluster;

/// Where time comes from, and the one thread on which everything that belongs to a run happens.
///
/// Tasks run one after the other, in the order of their times; tasks of the same time in the order in which they were given.
public interface Scheduler {
    /// Nanoseconds since some moment; never goes back.
    long nanos();

    /// Runs `task` on the scheduler's thread, not before `delayNanos` from now (at once if that is not positive).
    Cancellable after(long delayNanos, Runnable task);
}
