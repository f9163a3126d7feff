package dev.ordeal.node.member;

import dev.ordeal.node.machine.LogTime;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The time that a node puts into the commands it takes. It goes on from the log's where the node began to lead, by its own
/// monotonic clock: nobody's date matters, and time is not lost with a leader, but for what passed without commands before the
/// next one was elected. (A node that does not lead has a time too, which gets into no log.) Safe for many threads.
final class LeaderClock {
    private final LongSupplier nanos;
    private final long sessionTimeoutMillis;
    private volatile Start start;

    /// The log's time when the node's clock stood there.
    private record Start(long millis, long nanos) {}

    LeaderClock(LongSupplier nanos, long sessionTimeoutMillis) {
        this.nanos = nanos;
        this.sessionTimeoutMillis = sessionTimeoutMillis;
        this.start = new Start(0, nanos.getAsLong());
    }

    /// The node leads from now on.
    ///
    /// @param millis the time of the log, as far as the node has applied it
    void goOnFrom(long millis) {
        start = new Start(millis, nanos.getAsLong());
    }

    LogTime now() {
        Start from = start;
        long passed = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - from.nanos);
        return new LogTime(from.millis + passed, sessionTimeoutMillis);
    }
}
