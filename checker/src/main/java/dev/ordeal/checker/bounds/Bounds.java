package dev.ordeal.checker.bounds;

import java.time.Duration;
import java.util.function.LongSupplier;

/// What one check may cost. The engines look at these themselves while they work, so they really stop.
///
/// Steps are counted for each independent part of a history (each key), so that a verdict does not depend on how busy the
/// machine is; time and memory guard the whole. Explaining a violation has a time of its own and never changes a verdict.
///
/// @param time for deciding, and as much again for playing a witness back
/// @param bytes for what the engines remember, besides the history
/// @param steps for each independent part: operations looked at, configurations entered, calls of the model
/// @param explainTime for making the proofs of violations small, once all is decided
public record Bounds(Duration time, long bytes, long steps, Duration explainTime) {
    public Bounds {
        if (time.isNegative() || explainTime.isNegative() || bytes < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "a bound is negative: " + time + ", " + bytes + ", " + steps);
        }
    }

    /// 60 s, half of the heap, any number of steps; 10 s to explain.
    public static Bounds defaults() {
        return new Bounds(
                Duration.ofSeconds(60),
                Runtime.getRuntime().maxMemory() / 2,
                Long.MAX_VALUE,
                Duration.ofSeconds(10));
    }

    public Bounds withTime(Duration limit) {
        return new Bounds(limit, bytes, steps, explainTime);
    }

    public Bounds withSteps(long limit) {
        return new Bounds(time, bytes, limit, explainTime);
    }

    public Bounds withBytes(long limit) {
        return new Bounds(time, limit, steps, explainTime);
    }

    public Bounds withExplainTime(Duration limit) {
        return new Bounds(time, bytes, steps, limit);
    }

    /// A count that starts now.
    public Budget start() {
        return start(System::nanoTime);
    }

    /// A count that starts now by a clock, which is read while steps are counted, by the thread that counts them.
    public Budget start(LongSupplier nanoClock) {
        return new Budget(time, bytes, steps, nanoClock);
    }

    /// A count for explaining that starts now.
    public Budget startExplaining() {
        return startExplaining(System::nanoTime);
    }

    /// A count for explaining that starts now by a clock.
    public Budget startExplaining(LongSupplier nanoClock) {
        return new Budget(explainTime, bytes, Long.MAX_VALUE, nanoClock);
    }
}
