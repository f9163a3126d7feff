package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Drive;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The scheduler of a simulation: time stands still while a task runs and jumps to the next one when it has. Tasks of the same
/// time run in the order in which they were given. One thread.
public final class VirtualTime implements Drive {
    /// What was given at this moment for this moment, in that order. Whatever else is due by now was given before time came
    /// here, and goes first.
    private final Deque<Task> atOnce = new ArrayDeque<>();

    /// What is given for so much later is mostly a time-out, and waits where it does not make the way of the others longer.
    private static final long FAR_NANOS = 100_000_000;

    private final Later soon = new Later();
    private final Later far = new Later();
    private long given;
    private long now;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Cancellable after(long delayNanos, Runnable runnable) {
        if (delayNanos > 0) {
            Later queue = delayNanos < FAR_NANOS ? soon : far;
            Task task = new Task(runnable, queue);
            queue.add(now + delayNanos, given++, task);
            return task;
        }
        Task task = new Task(runnable, null);
        atOnce.add(task);
        return task;
    }

    /// @throws IllegalStateException if nothing is left to do and it is not done: then it never will be
    @Override
    public <T> T runUntil(CompletableFuture<T> future) {
        while (!future.isDone()) {
            Task next = next();
            if (next == null) {
                throw new IllegalStateException("nothing is left to happen, and it is not done");
            }
            next.run();
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

    /// The next task; it is its time now.
    private @Nullable Task next() {
        Later first = soon.goesBefore(far) ? soon : far;
        if (!atOnce.isEmpty() && (first.isEmpty() || first.firstNanos() > now)) {
            return atOnce.poll();
        }
        if (first.isEmpty()) {
            return null;
        }
        now = first.firstNanos();
        return first.removeFirst();
    }

    private static final class Task implements Cancellable {
        /// What it does; nothing more, once it has run or was cancelled.
        private @Nullable Runnable runnable;

        /// Where it waits, if it is not for this moment.
        private final @Nullable Later queue;

        Task(Runnable runnable, @Nullable Later queue) {
            this.runnable = runnable;
            this.queue = queue;
        }

        void run() {
            Runnable task = runnable;
            if (task != null) {
                runnable = null;
                task.run();
            }
        }

        @Override
        public void cancel() {
            if (runnable != null) {
                runnable = null;
                if (queue != null) {
                    queue.cancelled();
                }
            }
        }

        boolean isCancelled() {
            return runnable == null;
        }
    }

    /// Tasks by time, and by the order in which they were given: a heap. Not a [java.util.PriorityQueue]: everything a
    /// simulation does passes through here, and what is compared lies side by side in arrays, four children of each parent, so
    /// that the heap is half as deep as a binary one. Many of them are
    /// time-outs, cancelled long before their time: those are thrown out whenever they are half of all.
    private static final class Later {
        private static final int CHILDREN = 4;

        /// With fewer it is not worth the walk.
        private static final int MIN_CANCELLED = 16;

        private long[] atNanos = new long[64];
        private long[] numbers = new long[64];
        private @Nullable Task[] tasks = new Task[64];
        private int size;
        private int cancelled;

        boolean isEmpty() {
            return size == 0;
        }

        long firstNanos() {
            return atNanos[0];
        }

        /// Whether its first one comes before the other's.
        boolean goesBefore(Later other) {
            return size > 0 && (other.size == 0 || other.isBefore(atNanos[0], numbers[0], 0));
        }

        void add(long at, long number, Task task) {
            if (size == tasks.length) {
                atNanos = Arrays.copyOf(atNanos, 2 * size);
                numbers = Arrays.copyOf(numbers, 2 * size);
                tasks = Arrays.copyOf(tasks, 2 * size);
            }
            insert(at, number, task);
        }

        private void insert(long at, long number, Task task) {
            int place = size++;
            while (place > 0) {
                int parent = (place - 1) / CHILDREN;
                if (!isBefore(at, number, parent)) {
                    break;
                }
                move(parent, place);
                place = parent;
            }
            put(place, at, number, task);
        }

        /// One of them was cancelled.
        void cancelled() {
            cancelled++;
            if (cancelled >= MIN_CANCELLED && 2 * cancelled > size) {
                throwOut();
            }
        }

        private void throwOut() {
            int all = size;
            size = 0;
            cancelled = 0;
            for (int i = 0; i < all; i++) {
                Task task = tasks[i];
                if (!task.isCancelled()) {
                    insert(atNanos[i], numbers[i], task);
                }
            }
            Arrays.fill(tasks, size, all, null);
        }

        Task removeFirst() {
            Task next = tasks[0];
            if (next.isCancelled()) {
                cancelled--;
            }
            int last = --size;
            long at = atNanos[last];
            long number = numbers[last];
            Task task = tasks[last];
            tasks[last] = null;
            int place = 0;
            for (int child = 1; child < size; child = CHILDREN * place + 1) {
                int first = firstOf(child, Math.min(child + CHILDREN, size));
                if (isBefore(at, number, first)) {
                    break;
                }
                move(first, place);
                place = first;
            }
            if (size > 0) {
                put(place, at, number, task);
            }
            return next;
        }

        private int firstOf(int from, int end) {
            int first = from;
            for (int other = from + 1; other < end; other++) {
                if (isBefore(atNanos[other], numbers[other], first)) {
                    first = other;
                }
            }
            return first;
        }

        private boolean isBefore(long at, long number, int other) {
            return at != atNanos[other] ? at < atNanos[other] : number < numbers[other];
        }

        private void move(int from, int to) {
            put(to, atNanos[from], numbers[from], tasks[from]);
        }

        private void put(int place, long at, long number, @Nullable Task task) {
            atNanos[place] = at;
            numbers[place] = number;
            tasks[place] = task;
        }
    }
}
