package dev.ordeal.node.server;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// The clock on the wall: the machine's date, which somebody else sets. The service goes by the monotonic clock alone; this one is
/// read for whoever asks whether it is right, and by a planted bug.
final class WallClock {
    private WallClock() {}

    /// Nanoseconds since 1970.
    static long nanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
