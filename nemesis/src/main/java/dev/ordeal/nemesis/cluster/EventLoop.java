package dev.ordeal.nemesis.cluster;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The scheduler of real time: runs tasks on the thread that called [#run()] and sleeps while there is nothing to do.
///
/// [#nanos()], [#after(long, Runnable)] and [#stop()] may be called from any thread: `after(0, task)` is how blocking work hands back its result.
public final class EventLoop implements Drive {
    private final DelayQueue<Task> tasks = new DelayQueue<>();
    private final AtomicLong given = new AtomicLong();
    private volatile boolean stopping;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Cancellable after(long delayNanos, Runnable runnable) {
        Task task = new Task(nanos() + Math.max(0, delayNanos), given.getAndIncrement(), runnable);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /// Runs tasks until [#stop()]. What a task throws ends it and comes out here: a run whose own parts fail is over.
    ///
    /// @throws CancellationException if the thread is interrupted
    public void run() {
        try {
            while (!stopping) {
                tasks.take().runnable.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            stopping = false;
        }
    }

    /// @throws CancellationException if somebody stops the loop first
    @Override
    public <T> T runUntil(CompletableFuture<T> future) {
        CompletableFuture<T> stopped = future.whenComplete((result, failure) -> stop());
        run();
        if (!stopped.isDone()) {
            throw new CancellationException("stopped");
        }
        try {
            return stopped.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// Makes [#run()] return after the task it is at. Tasks that are left stay for the next [#run()].
    public void stop() {
        after(0, () -> stopping = true);
    }

    private record Task(long atNanos, long number, Runnable runnable) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task task = (Task) other;
            return atNanos != task.atNanos
                    ? Long.signum(atNanos - task.atNanos)
                    : Long.compare(number, task.number);
        }
    }
}
