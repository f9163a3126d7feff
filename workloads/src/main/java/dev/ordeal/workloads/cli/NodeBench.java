package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.process.ProcessCluster;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.bench.EtcdStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal bench node`: how fast the Raft service is on this machine, and how fast its disk is.
@Command(
        name = "node",
        description = {
            "Measures the Raft service: clients in a closed loop, half writes and half reads, on local nodes.",
            "The same is measured with a disk that syncs and without, after the disk itself.",
            "With --against etcd: the same load on three of our nodes and three of etcd's, in turns."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class NodeBench implements Callable<Integer> {
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration DISK = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int KEYS = 100;
    private static final int SYNCED_BYTES = 512;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    @Spec private CommandSpec command;

    /// What it can be compared with.
    static final class Rivals extends Choices {
        Rivals() {
            super(List.of("etcd"));
        }
    }

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "5",
            description = "1 to 9. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "10",
            description = "Each has one operation open, always. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = Durations.class,
            description =
                    "How long each measurement lasts, after a warm-up. Default: ${DEFAULT-VALUE}.")
    private Duration time;

    @Option(
            names = "--against",
            paramLabel = "SERVICE",
            completionCandidates = Rivals.class,
            description = {
                "Compare with etcd, which must be installed: writes, then linearizable reads,",
                "by 1, 16 and 64 clients, whatever --nodes and --clients say."
            })
    private @Nullable String against;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "On the disk that is to be measured. Default: ${DEFAULT-VALUE}.")
    private Path results;

    /// One line of the table.
    private record Line(
            String what, double perSecond, Histogram writes, Histogram reads, long failed) {}

    @Override
    public Integer call() throws Exception {
        if (nodes < 1 || nodes > 9 || clients < 1 || clients > 1_000) {
            throw new ParameterException(
                    command.commandLine(), "--nodes must be 1 to 9, --clients 1 to 1000");
        }
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        new Rivals().require(command.commandLine(), "service", against);
        Optional<Path> etcd = EtcdStore.program();
        if (against != null && etcd.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "etcd is not installed: on Debian and Ubuntu, apt-get install etcd-server; elsewhere, put etcd into the PATH");
        }
        RunDirectory folder =
                RunDirectory.create(
                        results, LocalDateTime.now(ZoneId.systemDefault()), "bench-node");
        if (against != null) {
            new Comparison(etcd.orElseThrow(), time, err).run(folder.nodes(), out, markdown);
            folder.delete();
            return 0;
        }
        err.println("measuring the disk");
        Histogram syncs = syncs(folder.path().resolve("sync"));
        List<Line> lines = new ArrayList<>();
        for (boolean fsync : List.of(true, false)) {
            String what = fsync ? "fsync on" : "fsync off";
            err.println("measuring the nodes, " + what);
            lines.add(measure(what, folder.nodes().resolve(fsync ? "on" : "off"), fsync));
        }
        folder.delete();
        print(out, syncs, lines);
        return 0;
    }

    /// What the nodes do at the least for every batch: append a little and wait for the disk.
    private static Histogram syncs(Path file) throws IOException {
        Histogram histogram = new Histogram(LONGEST_NANOS, 3);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long end = System.nanoTime() + DISK.toNanos();
            ByteBuffer bytes = ByteBuffer.allocate(SYNCED_BYTES);
            for (long before = System.nanoTime(); before < end; before = System.nanoTime()) {
                bytes.clear();
                channel.write(bytes);
                channel.force(false);
                histogram.recordValue(System.nanoTime() - before);
            }
        }
        Files.delete(file);
        return histogram;
    }

    private Line measure(String what, Path directory, boolean fsync) {
        EventLoop loop = new EventLoop();
        OrdealRaft system = OrdealRaft.correct().withFsync(fsync);
        try (LiveCluster cluster =
                ProcessCluster.create(new ClusterSpec(nodes, directory, system), loop)) {
            loop.runUntil(cluster.start().thenCompose(started -> leader(cluster)));
            measured(cluster, WARM_UP);
            Load load = measured(cluster, time);
            double answered = load.writes.getTotalCount() + load.reads.getTotalCount();
            return new Line(
                    what, answered / time.toSeconds(), load.writes, load.reads, load.failed.sum());
        }
    }

    private static CompletableFuture<Void> leader(LiveCluster cluster) {
        return cluster.status()
                .thenCompose(status -> {
                    if (status.values().stream().anyMatch(NodeStatus::leads)) {
                        return CompletableFuture.completedFuture(null);
                    }
                    CompletableFuture<Void> later = new CompletableFuture<>();
                    var unused =
                            cluster.scheduler().after(100_000_000L, () -> later.complete(null));
                    return later.thenCompose(now -> leader(cluster));
                });
    }

    private Load measured(LiveCluster cluster, Duration length) {
        List<ServiceClient> connections = new ArrayList<>();
        for (NodeId node : cluster.nodes()) {
            Address address = cluster.clientAddress(node);
            connections.add(new ServiceClient(address.host(), address.port()));
        }
        Load load = new Load(System.nanoTime() + length.toNanos());
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            done.add(load.client(connections.get(client % connections.size()), client));
        }
        done.forEach(CompletableFuture::join);
        connections.forEach(ServiceClient::close);
        return load;
    }

    /// Clients that begin their next operation when the last one is answered. What each does comes from its number.
    private static final class Load {
        private final long endNanos;
        private final Histogram writes = new ConcurrentHistogram(LONGEST_NANOS, 3);
        private final Histogram reads = new ConcurrentHistogram(LONGEST_NANOS, 3);
        private final LongAdder failed = new LongAdder();

        Load(long endNanos) {
            this.endNanos = endNanos;
        }

        CompletableFuture<Void> client(ServiceClient connection, int number) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            next(connection, new SplittableRandom(number), "b" + endNanos + "-" + number, 1, done);
            return done;
        }

        private void next(
                ServiceClient connection,
                SplittableRandom random,
                String session,
                long sequence,
                CompletableFuture<Void> done) {
            long before = System.nanoTime();
            if (before >= endNanos) {
                done.complete(null);
                return;
            }
            String key = "k" + random.nextInt(KEYS);
            boolean write = random.nextBoolean();
            Request request =
                    write
                            ? new Request.Write(session, sequence, key, session + sequence)
                            : new Request.Read(key);
            connection.call(
                    request,
                    TIMEOUT,
                    response -> {
                        if (response instanceof Response.Done) {
                            (write ? writes : reads).recordValue(System.nanoTime() - before);
                        } else {
                            failed.increment();
                        }
                        next(connection, random, session, write ? sequence + 1 : sequence, done);
                    });
        }
    }

    private void print(PrintWriter out, Histogram syncs, List<Line> lines) {
        out.printf(
                "%d clients in a closed loop on %d local nodes, half writes and half reads of %d keys, %d s each%n",
                clients, nodes, KEYS, time.toSeconds());
        out.printf("machine: %s%n", Machine.description());
        out.printf(
                "disk: append of %d bytes and sync, one after the other: %,.0f a second, p50 %s ms, p99 %s ms%n%n",
                SYNCED_BYTES,
                syncs.getTotalCount() / (double) DISK.toSeconds(),
                millis(syncs, 50),
                millis(syncs, 99));
        Table table =
                new Table(
                        "",
                        "ops/s",
                        "write p50 ms",
                        "write p99 ms",
                        "read p50 ms",
                        "read p99 ms",
                        "failed");
        for (Line line : lines) {
            table.row(
                    line.what,
                    String.format(Locale.ROOT, "%,.0f", line.perSecond),
                    millis(line.writes, 50),
                    millis(line.writes, 99),
                    millis(line.reads, 50),
                    millis(line.reads, 99),
                    Long.toString(line.failed));
        }
        table.print(out, markdown);
    }

    private static String millis(Histogram histogram, double percentile) {
        return String.format(Locale.ROOT, "%.2f", histogram.getValueAtPercentile(percentile) / 1e6);
    }
}
