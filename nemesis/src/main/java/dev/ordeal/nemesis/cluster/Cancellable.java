package dev.ordeal.nemesis.cluster;

/// A task that can be called off.
@FunctionalInterface
public interface Cancellable {
    /// Called off, it never runs; if it has run already, or was called off before, nothing happens. On the scheduler's thread.
    void cancel();
}
