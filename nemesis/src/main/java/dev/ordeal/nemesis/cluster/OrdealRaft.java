package dev.ordeal.nemesis.cluster;

import static java.util.stream.Collectors.joining;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.store.Disk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Our own Raft service, the first system under test.
///
/// @param bug the planted bug with which every node runs; null: the correct service
/// @param fsync whether nodes wait for their disks; without, they are faster and lose what they promised in a power failure
/// @param seed of the nodes' random choices
/// @param settings of the nodes, as far as they are [followed][#followed(Settings)]
/// @param jvm options of a local process' virtual machine
/// @param imageFolder where the build put the `Dockerfile` and what belongs to it
public record OrdealRaft(
        @Nullable String bug,
        boolean fsync,
        long seed,
        Settings settings,
        List<String> jvm,
        Path imageFolder)
        implements SystemUnderTest {
    private static final String MAIN = "dev.ordeal.node.server.Main";

    /// Several virtual machines start at the same time on few cores: the quick compiler only, small heaps, one thread to
    /// collect garbage, no performance data in /tmp.
    private static final List<String> QUICK =
            List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-Xms48m",
                    "-Xmx192m",
                    "-XX:-UsePerfData");

    public OrdealRaft {
        settings = followed(settings);
        jvm = List.copyOf(jvm);
    }

    /// The correct service with a disk that syncs, from the class path of this very program; its image from where the build
    /// puts it, under the folder in the system property `ordeal.home` or else the current one.
    public static OrdealRaft correct() {
        Path home = Path.of(System.getProperty("ordeal.home", ""));
        return new OrdealRaft(
                null,
                true,
                1,
                Settings.defaults(),
                QUICK,
                home.resolve("node/target/image").toAbsolutePath());
    }

    public OrdealRaft withBug(@Nullable String id) {
        return new OrdealRaft(id, fsync, seed, settings, jvm, imageFolder);
    }

    public OrdealRaft withFsync(boolean on) {
        return new OrdealRaft(bug, on, seed, settings, jvm, imageFolder);
    }

    public OrdealRaft withSeed(long newSeed) {
        return new OrdealRaft(bug, fsync, newSeed, settings, jvm, imageFolder);
    }

    /// As much of these settings as real nodes are given: how often they take a snapshot, how much goes into a message between them,
    /// how many messages are under way, and how long they wait for a leader, unless that is less than usual: real disks and
    /// virtual machines would unseat leaders that are well. Leases are as usual, for real clocks.
    public static Settings followed(Settings settings) {
        Settings usual = Settings.defaults();
        boolean hasty = settings.electionTicksMin() < usual.electionTicksMin();
        return (hasty
                        ? usual
                        : usual.withElectionTicks(
                                settings.electionTicksMin(), settings.electionTicksMax()))
                .withSnapshotEntries(settings.snapshotEntries())
                .withMessageBytes(settings.messageBytes())
                .withMessagesInFlight(settings.messagesInFlight());
    }

    public OrdealRaft withSettings(Settings tuned) {
        return new OrdealRaft(bug, fsync, seed, tuned, jvm, imageFolder);
    }

    public OrdealRaft withJvm(List<String> options) {
        return new OrdealRaft(bug, fsync, seed, settings, options, imageFolder);
    }

    public OrdealRaft withImageFolder(Path folder) {
        return new OrdealRaft(bug, fsync, seed, settings, jvm, folder);
    }

    @Override
    public String name() {
        return bug == null ? "Ordeal's Raft service" : "Ordeal's Raft service with the bug " + bug;
    }

    @Override
    public List<String> program() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-cp");
        command.add(absolute(System.getProperty("java.class.path")));
        command.add(MAIN);
        return command;
    }

    /// The node may start in another folder, where a relative class path leads nowhere.
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(joining(File.pathSeparator));
    }

    @Override
    public List<String> arguments(Seat seat) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--id", seat.id().name()));
        if (seat.peers().isEmpty()) {
            arguments.add("--join");
        } else {
            arguments.addAll(
                    List.of(
                            "--peers",
                            seat.peers().entrySet().stream()
                                    .map(peer -> peer.getKey() + "=" + peer.getValue())
                                    .collect(joining(","))));
        }
        if (seat.routes() != null) {
            arguments.addAll(List.of("--routes", seat.routes().toString()));
        }
        arguments.addAll(List.of("--listen-peer", seat.listenPeer().toString()));
        arguments.addAll(List.of("--listen-client", seat.listenClient().toString()));
        arguments.addAll(List.of("--listen-admin", seat.listenAdmin().toString()));
        arguments.addAll(List.of("--data", seat.data().toString()));
        arguments.addAll(List.of("--streams", seat.streams().toString()));
        arguments.addAll(List.of("--fsync", fsync ? "on" : "off"));
        arguments.addAll(List.of("--seed", Long.toString(seed)));
        arguments.addAll(
                List.of(
                        "--election",
                        millis(settings.electionTicksMin())
                                + ".."
                                + millis(settings.electionTicksMax()),
                        "--snapshot-entries",
                        Integer.toString(settings.snapshotEntries()),
                        "--message-bytes",
                        Integer.toString(settings.messageBytes()),
                        "--messages-in-flight",
                        Integer.toString(settings.messagesInFlight())));
        // A container listens on all its addresses, in a network with nobody but the run's nodes.
        arguments.add("--insecure");
        if (bug != null) {
            arguments.addAll(List.of("--bug", bug));
        }
        return arguments;
    }

    private String millis(int ticks) {
        return TimeUnit.NANOSECONDS.toMillis(ticks * settings.tickNanos()) + "ms";
    }

    @Override
    public boolean isLog(String file) {
        return Disk.isLog(file);
    }

    @Override
    public boolean healthy(Address admin, Duration timeout) throws IOException {
        return AdminPort.answersOk(admin, timeout);
    }

    @Override
    public NodeStatus status(Address admin, Duration timeout) throws IOException {
        return AdminPort.status(admin, timeout);
    }

    @Override
    public boolean ping(Address admin, NodeId peer, String token, Duration timeout)
            throws IOException {
        return AdminPort.flag(
                admin,
                "/ping",
                Map.of(
                        "peer",
                        peer.name(),
                        "token",
                        token,
                        "timeoutMillis",
                        Long.toString(timeout.toMillis())),
                "answered",
                // The node itself waits for as long as we told it to.
                timeout.plusMillis(400));
    }

    @Override
    public boolean pinged(Address admin, String token, Duration timeout) throws IOException {
        return AdminPort.flag(admin, "/pinged", Map.of("token", token), "seen", timeout);
    }

    @Override
    public boolean hasClocks() {
        return true;
    }

    @Override
    public ClockReading clock(Address admin, Duration timeout) throws IOException {
        return AdminPort.clock(admin, timeout);
    }

    @Override
    public void storm(Address admin, boolean on, Duration timeout) throws IOException {
        AdminPort.tell(admin, on ? "/storm" : "/calm", timeout);
    }
}
