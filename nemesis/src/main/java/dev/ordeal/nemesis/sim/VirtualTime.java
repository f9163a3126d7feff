package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Drive;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The scheduler of a simulation: time stands still while a task runs and jumps to the next one when it has. One thread.
public final class VirtualTime implements Drive {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long given;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Cancellable after(long delayNanos, Runnable runnable) {
        Task task = new Task(now + Math.max(0, delayNanos), given++, runnable);
        tasks.add(task);
        return task::cancel;
    }

    /// @throws IllegalStateException if nothing is left to do and it is not done: then it never will be
    @Override
    public <T> T runUntil(CompletableFuture<T> future) {
        while (!future.isDone()) {
            Task next = tasks.poll();
            if (next == null) {
                throw new IllegalStateException("nothing is left to happen, and it is not done");
            }
            now = next.atNanos;
            Runnable runnable = next.runnable;
            if (runnable != null) {
                runnable.run();
            }
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static final class Task implements Comparable<Task> {
        private final long atNanos;
        private final long number;
        private @Nullable Runnable runnable;

        Task(long atNanos, long number, Runnable runnable) {
            this.atNanos = atNanos;
            this.number = number;
            this.runnable = runnable;
        }

        void cancel() {
            runnable = null;
        }

        @Override
        public int compareTo(Task other) {
            return atNanos != other.atNanos
                    ? Long.compare(atNanos, other.atNanos)
                    : Long.compare(number, other.number);
        }
    }
}
