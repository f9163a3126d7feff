package dev.ordeal.workloads.cli;

import dev.ordeal.workloads.bench.ClosedLoop;
import dev.ordeal.workloads.bench.ClosedLoop.Load;
import dev.ordeal.workloads.bench.ClosedLoop.Operation;
import dev.ordeal.workloads.bench.EtcdStore;
import dev.ordeal.workloads.bench.OrdealStore;
import dev.ordeal.workloads.bench.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// `./ordeal bench node --against etcd`: the same load on our nodes and on etcd's, in turns.
final class Comparison {
    private static final int NODES = 3;
    private static final List<Integer> CLIENTS = List.of(1, 16, 64);
    private static final int REPETITIONS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final int WARM_UP_CLIENTS = 16;

    private final Path etcd;
    private final Duration time;
    private final PrintWriter err;
    private final Table table =
            new Table(
                    "",
                    "clients",
                    "ours ops/s",
                    "etcd ops/s",
                    "ours/etcd",
                    "least..most",
                    "ours p50 ms",
                    "ours p99 ms",
                    "etcd p50 ms",
                    "etcd p99 ms",
                    "failed");

    /// @param etcd the program
    /// @param time how long each of the measurements lasts, of which there are sixty
    Comparison(Path etcd, Duration time, PrintWriter err) {
        this.etcd = etcd;
        this.time = time;
        this.err = err;
    }

    /// @param directory on the disk that both shall use
    void run(Path directory, PrintWriter out, boolean markdown)
            throws IOException, InterruptedException {
        try (Store ours = OrdealStore.start(NODES, directory.resolve("ours"));
                Store theirs = EtcdStore.start(etcd, NODES, directory.resolve("etcd"))) {
            for (Store store : List.of(ours, theirs)) {
                err.println("warming up " + store.name());
                ClosedLoop.prepare(store);
                for (Operation operation : Operation.values()) {
                    ClosedLoop.run(store, operation, WARM_UP_CLIENTS, WARM_UP);
                }
            }
            for (Operation operation : Operation.values()) {
                for (int clients : CLIENTS) {
                    err.printf("measuring: %s, clients: %d%n", name(operation), clients);
                    compare(operation, clients, ours, theirs);
                }
            }
        }
        out.printf(
                "%d nodes each, clients in a closed loop spread over them, %d keys, values of %d bytes, fsync on%n",
                NODES, ClosedLoop.KEYS, ClosedLoop.VALUE_BYTES);
        out.printf(
                "%d turns of %d s each; the ratio of the middle ones, and the least and most of the turns'%n",
                REPETITIONS, time.toSeconds());
        out.printf("machine: %s%n%n", Machine.description());
        table.print(out, markdown);
    }

    /// In turns, so that whatever else the machine does meets both.
    private void compare(Operation operation, int clients, Store ours, Store theirs) {
        List<Double> ourRates = new ArrayList<>();
        List<Double> theirRates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        Histogram ourLatencies = new Histogram(3);
        Histogram theirLatencies = new Histogram(3);
        long failed = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            Load our = ClosedLoop.run(ours, operation, clients, time);
            Load their = ClosedLoop.run(theirs, operation, clients, time);
            ourRates.add(our.perSecond());
            theirRates.add(their.perSecond());
            ratios.add(our.perSecond() / their.perSecond());
            ourLatencies.add(our.latencies());
            theirLatencies.add(their.latencies());
            failed += our.failed() + their.failed();
        }
        ratios.sort(null);
        table.row(
                name(operation),
                Integer.toString(clients),
                number("%,.0f", median(ourRates)),
                number("%,.0f", median(theirRates)),
                number("%.2f", median(ourRates) / median(theirRates)),
                number("%.2f", ratios.getFirst()) + ".." + number("%.2f", ratios.getLast()),
                millis(ourLatencies, 50),
                millis(ourLatencies, 99),
                millis(theirLatencies, 50),
                millis(theirLatencies, 99),
                Long.toString(failed));
    }

    private static String name(Operation operation) {
        return switch (operation) {
            case WRITE -> "writes";
            case READ -> "linearizable reads";
        };
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String millis(Histogram histogram, double percentile) {
        return number("%.2f", histogram.getValueAtPercentile(percentile) / 1e6);
    }
}
