package dev.ordeal.node.member;

import java.util.random.RandomGenerator;

/// The random numbers from which a member draws its election time-outs. In an *election storm* each is the shortest there is:
/// where every member does that, elections collide, again and again, which random time-outs are there to prevent (§5.2).
///
/// The storm may be begun, ended and asked about on any thread.
public final class Timeouts implements RandomGenerator {
    private final RandomGenerator random;
    private volatile boolean storm;

    public Timeouts(RandomGenerator random) {
        this.random = random;
    }

    /// From the next time-out on.
    public void storm(boolean on) {
        storm = on;
    }

    public boolean isStorm() {
        return storm;
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int origin, int bound) {
        int drawn = random.nextInt(origin, bound);
        return storm ? origin : drawn;
    }
}
