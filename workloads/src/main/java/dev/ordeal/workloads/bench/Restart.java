package dev.ordeal.workloads.bench;

import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.FreePorts;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.cluster.SystemUnderTest.Seat;
import dev.ordeal.node.machine.KeyValueMachine;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import dev.ordeal.node.rpc.Wire;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.LocalDirectory;
import dev.ordeal.node.store.RecoveryRules;
import dev.ordeal.node.store.Unsynced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// How long a node takes to come back: a process that finds a large log or a large snapshot on its disk, from the moment it is started until
/// it has answered a linearizable read of what was written last. It is a cluster of one, so that nobody waits for others; its
/// election is part of it.
public final class Restart {
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx2g");
    private static final int KEYS = 100_000;
    private static final int ENTRIES_PER_SYNC = 16;
    private static final String VALUE = "v".repeat(100);
    private static final NodeId SELF = new NodeId("n1");
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

    private final Path directory;
    private final int entries;

    /// What came of one restart.
    ///
    /// @param mostMemory the most that the process had in memory at any time, in bytes; empty where the system does not tell
    public record Measurement(Duration time, OptionalLong mostMemory) {}

    /// Of a node in this directory.
    ///
    /// @param entries how many it has applied in its former life
    public Restart(Path directory, int entries) {
        this.directory = directory.toAbsolutePath();
        this.entries = entries;
    }

    private Path data() {
        return directory.resolve("data");
    }

    /// Leaves a log with all entries, and no snapshot.
    public void writeLog() throws IOException {
        try (Disk disk = open()) {
            for (int first = 1; first <= entries; first += ENTRIES_PER_SYNC) {
                List<Entry> some = new ArrayList<>();
                for (int i = first; i < first + ENTRIES_PER_SYNC && i <= entries; i++) {
                    some.add(new Entry(i, 1, Entry.Kind.COMMAND, command(i)));
                }
                disk.store(new StoreEntries(first - 1L, some));
                disk.sync();
            }
        }
    }

    /// Leaves a snapshot of the state that all entries made, and an empty log.
    public void writeSnapshot() throws IOException {
        KeyValueMachine machine = new KeyValueMachine();
        for (int i = 1; i <= entries; i++) {
            Wire.Logged logged = Wire.logged(command(i));
            machine.apply(i, logged.id(), logged.command());
        }
        Membership members = new Membership(List.of(SELF));
        Bytes state = Wire.snapshot(machine.state());
        try (Disk disk = open()) {
            disk.install(new Snapshot(new Position(entries, 1), members, state));
        }
    }

    private Disk open() throws IOException {
        Unsynced quick = new Unsynced(LocalDirectory.open(data()));
        Disk disk = Disk.open(quick, new RecoveryRules(), note -> {});
        disk.saveVote(1, SELF);
        return disk;
    }

    private static Bytes command(int index) {
        return Wire.logged(new Request.Write("", 0, key(index), VALUE), LogTime.UNKNOWN);
    }

    private static String key(int index) {
        return "key-" + index % KEYS;
    }

    /// How many bytes the node finds.
    public long bytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(data())) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /// Starts the node, and ends it when it has answered. It leaves its files as it found them, but for a term.
    ///
    /// @throws IllegalStateException if it does not answer
    public Measurement measure() throws IOException, InterruptedException {
        List<Integer> ports = FreePorts.take(3);
        Address peer = new Address("127.0.0.1", ports.get(0));
        Address client = new Address("127.0.0.1", ports.get(1));
        Address admin = new Address("127.0.0.1", ports.get(2));
        OrdealRaft system = OrdealRaft.correct().withJvm(JVM);
        dev.ordeal.nemesis.NodeId id = new dev.ordeal.nemesis.NodeId(SELF.name());
        List<String> command = new ArrayList<>(system.program());
        command.addAll(
                system.arguments(
                        new Seat(
                                id,
                                Map.of(id, peer),
                                null,
                                peer,
                                client,
                                admin,
                                data(),
                                directory)));
        // What is measured is coming back, and not the next snapshot.
        command.addAll(List.of("--snapshot-entries", Integer.toString(Integer.MAX_VALUE)));
        try (NodeProcesses processes = new NodeProcesses(directory);
                ServiceClient service = new ServiceClient(client.host(), client.port())) {
            long start = System.nanoTime();
            Process process = processes.start("process", command);
            while (!answers(service)) {
                if (!process.isAlive() || System.nanoTime() - start > LONGEST.toNanos()) {
                    throw new IllegalStateException("the node does not come back: see its log");
                }
                Thread.sleep(BETWEEN_TRIES);
            }
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            return new Measurement(time, mostMemory(process));
        }
    }

    private boolean answers(ServiceClient service) {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        service.call(
                new Request.Read(key(entries)),
                LONGEST,
                response ->
                        read.complete(
                                response instanceof Response.Done done
                                        && VALUE.equals(done.value())));
        return read.join();
    }

    private static OptionalLong mostMemory(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst();
    }
}
