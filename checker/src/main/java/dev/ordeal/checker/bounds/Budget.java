package dev.ordeal.checker.bounds;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The running count of what a check has cost. Time and memory are shared by all parts of the check, whatever threads they
/// run on; steps are counted for each [#part] by itself, on one thread.
public final class Budget {
    /// Reading the clock costs as much as this many steps of a fast engine.
    private static final int LOOK_EVERY = 256;

    private final LongSupplier nanoClock;
    private final long startNanos;
    private final long limitNanos;
    private final long limitBytes;
    private final long limitSteps;
    private final AtomicLong allBytes;
    private long bytes;
    private long steps;
    private long lookAt;

    Budget(Duration time, long bytes, long steps, LongSupplier nanoClock) {
        this(
                nanoClock,
                nanoClock.getAsLong(),
                time.compareTo(Duration.ofDays(10_000)) > 0 ? Long.MAX_VALUE : time.toNanos(),
                bytes,
                steps,
                new AtomicLong());
    }

    private Budget(
            LongSupplier nanoClock,
            long startNanos,
            long limitNanos,
            long limitBytes,
            long limitSteps,
            AtomicLong allBytes) {
        this.nanoClock = nanoClock;
        this.startNanos = startNanos;
        this.limitNanos = limitNanos;
        this.limitBytes = limitBytes;
        this.limitSteps = limitSteps;
        this.allBytes = allBytes;
    }

    /// The budget of an independent part: the same time and memory, its own steps. It belongs to the thread that uses it.
    public Budget part() {
        return part(limitSteps);
    }

    /// The same, with at most so many steps.
    public Budget part(long steps) {
        return new Budget(
                nanoClock,
                startNanos,
                limitNanos,
                limitBytes,
                Math.min(steps, limitSteps),
                allBytes);
    }

    /// Counts a step: something of constant cost, like an operation looked at or a call of the model. Every loop that is as
    /// long as a history counts its steps, so that every engine stops soon after a bound is reached.
    ///
    /// @throws Exhausted when steps, time or memory are used up or this thread was interrupted
    public void step() {
        if (++steps >= lookAt) {
            look();
        }
    }

    /// Counts several steps at once.
    ///
    /// @throws Exhausted as [#step]
    public void steps(long count) {
        steps += count;
        if (steps >= lookAt) {
            look();
        }
    }

    private void look() {
        if (steps > limitSteps) {
            throw new Exhausted("it took more than the allowed " + limitSteps + " steps");
        }
        if (nanoClock.getAsLong() - startNanos > limitNanos) {
            throw new Exhausted(
                    "it took longer than the allowed "
                            + Duration.ofNanos(limitNanos).toMillis()
                            + " ms");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new Exhausted("it was interrupted");
        }
        // A bound of steps is exact, so that a verdict depends on it and not on how often one
        // looks.
        lookAt =
                Math.min(
                        steps + LOOK_EVERY,
                        limitSteps == Long.MAX_VALUE ? limitSteps : limitSteps + 1);
    }

    /// Counts memory that is about to be used.
    ///
    /// @throws Exhausted when it would be too much
    public void take(long moreBytes) {
        if (allBytes.addAndGet(moreBytes) > limitBytes) {
            allBytes.addAndGet(-moreBytes);
            throw new Exhausted(
                    "it needs more than the allowed " + (limitBytes >> 20) + " MiB of memory");
        }
        bytes += moreBytes;
    }

    /// Counts memory that is free again.
    public void giveBack(long fewerBytes) {
        allBytes.addAndGet(-fewerBytes);
        bytes -= fewerBytes;
    }

    /// Gives back all that was taken through this object: whoever used it is done.
    public void release() {
        giveBack(bytes);
    }
}
