package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Scheduler;

/// A node's own clock, which never goes back: time as it takes it to be.
final class NodeClock {
    private final Scheduler time;
    private final double drift;
    private double rate;

    /// What it showed when it began to go at this rate, and when that was.
    private long shown;

    private long since;

    // What was asked of #untilNanos last, at this rate, and what it was: it is always the same.
    private long asked;
    private long until;

    /// @param drift how many times as fast as time it goes when nothing is wrong with it
    NodeClock(Scheduler time, double drift) {
        this.time = time;
        this.drift = drift;
        this.rate = drift;
        this.since = time.nanos();
    }

    long nanos() {
        return shown + (long) ((time.nanos() - since) * rate);
    }

    /// From now on it goes so many times as fast as it should; with 0 it stands.
    void rate(double times) {
        shown = nanos();
        since = time.nanos();
        rate = drift * times;
        asked = 0;
        until = 0;
    }

    void leap(long ahead) {
        shown += ahead;
    }

    boolean stands() {
        return rate == 0;
    }

    /// How much time passes while this much does on the clock, at the rate of this moment; if it stands, as when it goes.
    long untilNanos(long onClock) {
        if (onClock != asked) {
            asked = onClock;
            until = (long) (onClock / (stands() ? drift : rate));
        }
        return until;
    }
}
