package dev.ordeal.nemesis.cluster;

import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Has the clients of real nodes send some of their requests twice, as a library does that retries: the same command, of the
/// same session and number, so that it is to be done once. The copy goes out when the outcome of the first is certain, and
/// nobody hears what is answered to it. A session's first command has no copy: behind the session's end it would open another
/// (docs/decisions.md).
///
/// All but the calls of clients is done on the scheduler's thread.
final class Repeats {
    private static final long MILLI = 1_000_000;

    /// How long a look waits for a copy that was answered, and then for one that should not have been sent.
    private static final long PATIENCE_NANOS = 900 * MILLI;

    private static final long PACE_NANOS = 20 * MILLI;

    private final Scheduler scheduler;
    private final RandomGenerator random;
    private volatile double share;
    private long sent;
    private long answered;

    Repeats(Scheduler scheduler, RandomGenerator random) {
        this.scheduler = scheduler;
        this.random = random;
    }

    /// From now on this part of the requests comes twice.
    void share(double part) {
        share = part;
    }

    /// The same way to a node, on which requests come twice when they shall.
    Endpoint over(Endpoint way) {
        return new Endpoint() {
            @Override
            public void call(Request request, Duration timeout, Consumer<Response> onResponse) {
                way.call(
                        request,
                        timeout,
                        response -> {
                            onResponse.accept(response);
                            if (share > 0
                                    && response instanceof Response.Done
                                    && request.sequence() > 1) {
                                var unused =
                                        scheduler.after(0, () -> repeat(way, request, timeout));
                            }
                        });
            }

            @Override
            public void close() {
                way.close();
            }
        };
    }

    private void repeat(Endpoint way, Request request, Duration timeout) {
        if (random.nextDouble() < share) {
            sent++;
            way.call(
                    request,
                    timeout,
                    response -> {
                        if (response instanceof Response.Done) {
                            var unused = scheduler.after(0, () -> answered++);
                        }
                    });
        }
    }

    /// By effect: whether a copy that is sent from now on is answered, or none is sent.
    CompletableFuture<Probe> look(boolean expectHurt) {
        CompletableFuture<Probe> seen = new CompletableFuture<>();
        look(expectHurt, sent, answered, scheduler.nanos(), seen);
        return seen;
    }

    private void look(
            boolean expectHurt,
            long sentBefore,
            long answeredBefore,
            long beganNanos,
            CompletableFuture<Probe> seen) {
        long took = scheduler.nanos() - beganNanos;
        boolean known = expectHurt ? answered > answeredBefore : sent > sentBefore;
        if (known || took >= (expectHurt ? PATIENCE_NANOS : PATIENCE_NANOS / 9)) {
            seen.complete(
                    new Probe(
                            known == expectHurt,
                            "in %d ms clients sent %d requests a second time, and %d of these were answered"
                                    .formatted(
                                            took / MILLI,
                                            sent - sentBefore,
                                            answered - answeredBefore)));
            return;
        }
        var unused =
                scheduler.after(
                        PACE_NANOS,
                        () -> look(expectHurt, sentBefore, answeredBefore, beganNanos, seen));
    }
}
