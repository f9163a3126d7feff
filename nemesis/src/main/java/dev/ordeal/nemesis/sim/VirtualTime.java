package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Drive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The scheduler of a simulation: time stands still while a task runs and jumps to the next one when it has. Tasks of the same
/// time run in the order in which they were given. One thread.
public final class VirtualTime implements Drive {
    /// What is given for so much later is mostly a time-out, behind almost everything that waits.
    private static final long FAR_NANOS = 100_000_000;

    /// Behind it stands what waits, linked in the order of its times. No heap: in a simulation some thirty tasks wait at a time, of
    /// which a new one passes five or six, and most time-outs are cancelled, which takes them out.
    private final Task start = new Task(Long.MIN_VALUE, null);

    /// Before it stands the last one.
    private final Task end = new Task(Long.MAX_VALUE, null);

    private long now;

    public VirtualTime() {
        start.next = end;
        end.previous = start;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Cancellable after(long delayNanos, Runnable runnable) {
        Task task = new Task(now + Math.max(0, delayNanos), runnable);
        // The shorter way to its place; behind those of its time from either side.
        Task before;
        if (delayNanos < FAR_NANOS) {
            before = start;
            while (before.next.atNanos <= task.atNanos) {
                before = before.next;
            }
        } else {
            before = end.previous;
            while (before.atNanos > task.atNanos) {
                before = before.previous;
            }
        }
        task.link(before);
        return task;
    }

    /// @throws IllegalStateException if nothing is left to do and it is not done: then it never will be
    @Override
    public <T> T runUntil(CompletableFuture<T> future) {
        while (!future.isDone()) {
            Task first = start.next;
            Runnable runnable = first.runnable;
            if (runnable == null) {
                throw new IllegalStateException("nothing is left to happen, and it is not done");
            }
            now = first.atNanos;
            first.cancel();
            runnable.run();
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

    private static final class Task implements Cancellable {
        private final long atNanos;

        /// What it does; null, once it has run or was cancelled, and waits no more.
        private @Nullable Runnable runnable;

        /// Those around it; itself where there is none.
        private Task previous = this;

        private Task next = this;

        Task(long atNanos, @Nullable Runnable runnable) {
            this.atNanos = atNanos;
            this.runnable = runnable;
        }

        void link(Task before) {
            previous = before;
            next = before.next;
            next.previous = this;
            before.next = this;
        }

        @Override
        public void cancel() {
            if (runnable != null) {
                runnable = null;
                previous.next = next;
                next.previous = previous;
                // It may be kept: not so those that were around it.
                previous = this;
                next = this;
            }
        }
    }
}
