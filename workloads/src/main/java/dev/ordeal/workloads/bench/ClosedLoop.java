package dev.ordeal.workloads.bench;

import dev.ordeal.workloads.bench.Store.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Clients that begin their next operation when the last one has ended, spread over a store's nodes. What each does comes
/// from its number.
public final class ClosedLoop {
    public static final int KEYS = 1_000;
    public static final int VALUE_BYTES = 256;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final String VALUE = "v".repeat(VALUE_BYTES);
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final List<Way> ways;
    private final Operation operation;
    private final long endNanos;
    private final Histogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
    private final LongAdder failed = new LongAdder();

    /// What clients do.
    public enum Operation {
        WRITE {
            @Override
            void begin(Way way, String key, Consumer<Boolean> onEnd) {
                way.write(key, VALUE, onEnd);
            }
        },
        READ {
            @Override
            void begin(Way way, String key, Consumer<Boolean> onEnd) {
                way.read(key, onEnd);
            }
        };

        abstract void begin(Way way, String key, Consumer<Boolean> onEnd);
    }

    /// What came of it.
    ///
    /// @param latencies of the operations that succeeded, in nanoseconds
    /// @param failed how many did not
    public record Load(double perSecond, Histogram latencies, long failed) {}

    private ClosedLoop(List<Way> ways, Operation operation, long endNanos) {
        this.ways = ways;
        this.operation = operation;
        this.endNanos = endNanos;
    }

    /// Waits until the store serves through every one of its nodes, and writes every key once.
    ///
    /// @throws IllegalStateException if it does not in a minute
    public static void prepare(Store store) throws InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        List<Way> ways = store.ways();
        for (int key = 0; key < KEYS; key++) {
            Way way = ways.get(key % ways.size());
            while (!succeeds(way, key(key))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            store.name() + " does not serve: see the logs of its nodes");
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    private static boolean succeeds(Way way, String key) throws InterruptedException {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        way.write(key, VALUE, written::complete);
        try {
            return written.get(READY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /// Blocks until all clients have ended, each with the operation it had open when the time was up.
    public static Load run(Store store, Operation operation, int clients, Duration time) {
        long start = System.nanoTime();
        ClosedLoop loop = new ClosedLoop(store.ways(), operation, start + time.toNanos());
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            done.add(loop.client(client));
        }
        done.forEach(CompletableFuture::join);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Load(
                loop.latencies.getTotalCount() / seconds, loop.latencies, loop.failed.sum());
    }

    private CompletableFuture<Void> client(int number) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        next(ways.get(number % ways.size()), new SplittableRandom(number), done);
        return done;
    }

    private void next(Way way, SplittableRandom random, CompletableFuture<Void> done) {
        long before = System.nanoTime();
        if (before >= endNanos) {
            done.complete(null);
            return;
        }
        operation.begin(
                way,
                key(random.nextInt(KEYS)),
                succeeded -> {
                    if (succeeded) {
                        latencies.recordValue(System.nanoTime() - before);
                    } else {
                        failed.increment();
                    }
                    next(way, random, done);
                });
    }

    private static String key(int number) {
        return "key-" + number;
    }
}
