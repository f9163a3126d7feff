package dev.ordeal.nemesis.cluster;

import java.util.concurrent.CompletableFuture;

/// A scheduler that runs on the thread of whoever drives it.
public interface Drive extends Scheduler {
    /// Runs tasks until `future` is done, and gives its result or throws what it failed with, without a wrapper around it.
    <T> T runUntil(CompletableFuture<T> future);
}
