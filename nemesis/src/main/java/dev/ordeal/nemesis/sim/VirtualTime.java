package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Drive;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The scheduler of a simulation: time stands still while a task runs and jumps to the next one when it has. Tasks of the same
/// time run in the order in which they were given. One thread.
public final class VirtualTime implements Drive {
    /// What is given for so much later is mostly a time-out, and waits where it does not make the way of the others longer.
    private static final long FAR_NANOS = 100_000_000;

    /// A new task passes no more than so many to find its place among those that come next.
    private static final int MOST_PASSED = 24;

    /// Behind it stands what comes next, linked in the order of its times. Some thirty tasks wait at a time, and a new one passes
    /// five or six of them: that is less than a heap takes, in which most time-outs would lie cancelled, too.
    private final Task start = new Task(Long.MIN_VALUE, 0, null);

    /// Before it stands the last one.
    private final Task end = new Task(Long.MAX_VALUE, Long.MAX_VALUE, null);

    /// What waits for long, and what would have to pass too many: thousands may come at once.
    private final Later later = new Later();

    private long given;
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
        Task task = new Task(now + Math.max(0, delayNanos), given++, runnable);
        if (delayNanos >= FAR_NANOS || !tryLink(task)) {
            later.add(task);
        }
        return task;
    }

    /// Links it behind those of its time, if the way there is short.
    private boolean tryLink(Task task) {
        Task before = start;
        for (int passed = 0; passed <= MOST_PASSED; passed++) {
            Task next = before.next;
            if (next.atNanos > task.atNanos) {
                task.link(before);
                return true;
            }
            before = next;
        }
        return false;
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
        Task first = start.next;
        if (later.goesBefore(first)) {
            first = later.removeFirst();
        } else if (first.isOver()) {
            return null; // the end
        } else {
            first.unlink();
        }
        now = first.atNanos;
        return first;
    }

    private static final class Task implements Cancellable {
        private final long atNanos;

        /// How many were given before it.
        private final long number;

        /// What it does; nothing more, once it has run or was cancelled.
        private @Nullable Runnable runnable;

        /// Those around it; itself where there is none.
        private Task previous = this;

        private Task next = this;

        /// Where it waits, if it is not linked.
        private @Nullable Later queue;

        Task(long atNanos, long number, @Nullable Runnable runnable) {
            this.atNanos = atNanos;
            this.number = number;
            this.runnable = runnable;
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
                if (queue == null) {
                    unlink();
                } else {
                    queue.cancelled();
                }
            }
        }

        boolean isOver() {
            return runnable == null;
        }

        void link(Task before) {
            previous = before;
            next = before.next;
            next.previous = this;
            before.next = this;
        }

        /// It may be kept: not so those that were around it.
        void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }
    }

    /// Tasks by time, and by the order in which they were given: a heap. Not a [java.util.PriorityQueue]: what is compared lies
    /// side by side in arrays, four children of each parent, so that the heap is half as deep as a binary one. Many of them are
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

        /// Whether its first one comes before the other.
        boolean goesBefore(Task other) {
            return size > 0
                    && (atNanos[0] != other.atNanos
                            ? atNanos[0] < other.atNanos
                            : numbers[0] < other.number);
        }

        void add(Task task) {
            if (size == tasks.length) {
                atNanos = Arrays.copyOf(atNanos, 2 * size);
                numbers = Arrays.copyOf(numbers, 2 * size);
                tasks = Arrays.copyOf(tasks, 2 * size);
            }
            task.queue = this;
            insert(task.atNanos, task.number, task);
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
                if (!task.isOver()) {
                    insert(atNanos[i], numbers[i], task);
                }
            }
            Arrays.fill(tasks, size, all, null);
        }

        Task removeFirst() {
            Task next = tasks[0];
            if (next.isOver()) {
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
