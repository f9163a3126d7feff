package dev.ordeal.node.server;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Metrics;
import dev.ordeal.node.member.NodeStatus;
import dev.ordeal.node.member.Streams;
import dev.ordeal.node.member.Timeouts;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Servers;
import dev.ordeal.node.store.DamagedException;
import dev.ordeal.node.store.Directory;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.LocalDirectory;
import dev.ordeal.node.store.Unsynced;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// One member of the service as a process: reads the flags, puts the node together, runs it until it is told to stop.
///
/// Exit codes: 0 after SIGTERM, 1 when it cannot run (one line on stderr says why), 3 when what it had stored is damaged.
@Command(
        name = "ordeal-node",
        description = "One member of a replicated key/value service on Raft.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int DAMAGED = 3;

    @Option(
            names = "--id",
            required = true,
            paramLabel = "NAME",
            description = "This member's name, such as n1.")
    private String id = "";

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME=HOST:PORT",
            description =
                    "The members that the cluster begins with, this one included, and where the others reach them.")
    private Map<String, String> peers = Map.of();

    @Option(
            names = "--routes",
            paramLabel = "FILE",
            description =
                    "Where members are to be reached instead, one NAME=HOST:PORT a line; read anew whenever the members change.")
    private @Nullable Path routes;

    @Option(
            names = "--join",
            description =
                    "Wait to be added to a running cluster (ordeal client add), and learn from it who belongs to it.")
    private boolean join;

    @Option(
            names = "--listen-peer",
            defaultValue = "127.0.0.1:7001",
            paramLabel = "HOST:PORT",
            description = "For the other members (default: ${DEFAULT-VALUE}).")
    private String listenPeer = "";

    @Option(
            names = "--listen-client",
            defaultValue = "127.0.0.1:8081",
            paramLabel = "HOST:PORT",
            description = "For clients (default: ${DEFAULT-VALUE}).")
    private String listenClient = "";

    @Option(
            names = "--listen-admin",
            defaultValue = "127.0.0.1:9091",
            paramLabel = "HOST:PORT",
            description = "For HTTP: health, status, metrics, block (default: ${DEFAULT-VALUE}).")
    private String listenAdmin = "";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Where log, snapshot and vote are kept.")
    private Path data = Path.of("");

    @Option(
            names = "--streams",
            paramLabel = "DIR",
            description =
                    "Where applied.jsonl and events.jsonl are written (default: the data directory).")
    private @Nullable Path streams;

    @Option(
            names = "--election",
            defaultValue = "150ms..300ms",
            paramLabel = "FROM..TO",
            description =
                    "How long to wait for a leader before standing for election (default: ${DEFAULT-VALUE}).")
    private String election = "";

    @Option(
            names = "--heartbeat",
            defaultValue = "50ms",
            paramLabel = "TIME",
            description = "How often a leader makes itself heard (default: ${DEFAULT-VALUE}).")
    private String heartbeat = "";

    @Option(
            names = "--snapshot-entries",
            defaultValue = "10000",
            paramLabel = "NUMBER",
            description =
                    "How many entries are applied from one snapshot to the next, which lets the log forget them (default: ${DEFAULT-VALUE}).")
    private int snapshotEntries;

    @Option(
            names = "--message-bytes",
            defaultValue = "524288",
            paramLabel = "NUMBER",
            description =
                    "How many bytes of entries, or of a snapshot, go into one message to another member; an entry goes in any case (default: ${DEFAULT-VALUE}).")
    private int messageBytes;

    @Option(
            names = "--messages-in-flight",
            defaultValue = "64",
            paramLabel = "NUMBER",
            description =
                    "How many messages with entries a leader sends to a member before the first of them is answered (default: ${DEFAULT-VALUE}).")
    private int messagesInFlight;

    @Option(
            names = "--lease-drift",
            paramLabel = "PART",
            description =
                    "Let a leader read without asking a majority each time, as long as a majority cannot have elected another: by its clock, which may be slower than another member's by this part, such as 0.1 for a tenth. The same on all members; if clocks drift further apart, reads may be stale (default: ask each time).")
    private @Nullable Double leaseDrift;

    @Option(
            names = "--session-timeout",
            defaultValue = "3600s",
            paramLabel = "TIME",
            description =
                    "How long a client's session may rest before it ends, and a client that comes back to it is refused: as of commands taken while this member leads (default: ${DEFAULT-VALUE}).")
    private String sessionTimeout = "";

    @Option(
            names = "--fsync",
            defaultValue = "on",
            paramLabel = "on|off",
            description =
                    "Whether to sync the disk before answering; off, a power loss may take anything (default: ${DEFAULT-VALUE}).")
    private String fsync = "";

    @Mixin private SecurityFlags security = new SecurityFlags();
    @Mixin private GossiperFlags gossiping = new GossiperFlags();

    @Option(
            names = "--bug",
            paramLabel = "ID",
            description = "Plant this bug, to test the tools that should find it.")
    private @Nullable String bug;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "For the election time-outs (default: the clock).")
    private @Nullable Long seed;

    public static void main(String[] arguments) {
        // One line a record, like everything else this process says.
        System.setProperty(
                "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%n");
        // Not whatever logging library lies on the class path: setting one up takes longer than all
        // the rest.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        // A peer that restarts may come back under another address, and one that is down has none:
        // look again each time.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        System.setProperty("networkaddress.cache.ttl", "0");
        AdminPort.limits();
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setOverwrittenOptionsAllowed(
                true); // an image has defaults, whoever runs it the last word
        commandLine.setParameterExceptionHandler(
                (e, rest) -> fail(e.getMessage() + " (see --help)"));
        commandLine.setExecutionExceptionHandler((e, line, parsed) -> fail(e));
        System.exit(run(commandLine, List.of(arguments)));
    }

    private static int run(CommandLine commandLine, List<String> arguments) {
        List<String> flags = new ArrayList<>();
        try {
            flags.addAll(GossiperFlags.ofEnvironment(System.getenv(), arguments));
        } catch (IllegalArgumentException e) {
            return fail(e);
        }
        flags.addAll(arguments); // the command line has the last word
        return commandLine.execute(flags.toArray(String[]::new));
    }

    @Override
    public Integer call() throws Exception {
        NodeId self = new NodeId(id);
        if (join && !peers.isEmpty()) {
            throw new IllegalArgumentException(
                    "--join learns from the cluster who belongs to it: leave --peers out (--routes names members to be reached in"
                            + " another way)");
        }
        SortedMap<NodeId, InetSocketAddress> members = new TreeMap<>();
        for (Map.Entry<String, String> peer : peers.entrySet()) {
            members.put(new NodeId(peer.getKey()), Flags.address("--peers", peer.getValue()));
        }
        if (!join && !members.containsKey(self)) {
            throw new IllegalArgumentException(
                    "--peers must name all members, --id "
                            + id
                            + " too; it names "
                            + members.keySet()
                            + " (or is this one to be added to a running cluster? then say --join)");
        }
        boolean syncs = Flags.onOff("--fsync", fsync);
        Duration beat = Flags.duration("--heartbeat", heartbeat);
        Flags.Range wait = Flags.range("--election", election);
        Settings settings =
                Flags.settings(beat, wait, snapshotEntries, leaseDrift)
                        .withMessageBytes(messageBytes)
                        .withMessagesInFlight(messagesInFlight);
        Duration rest = Flags.duration("--session-timeout", sessionTimeout);
        Planted planted = bug == null ? Planted.NOTHING : planted(bug);
        return run(self, members, syncs, settings, rest, planted);
    }

    /// Those that the cluster begins with, all of which name the same.
    private Membership founders() {
        SortedMap<NodeId, Addresses> founders = new TreeMap<>();
        peers.forEach(
                (name, address) -> founders.put(new NodeId(name), new Addresses(address, "")));
        return Membership.of(founders);
    }

    private static Planted planted(String id) {
        return Bugs.find(id)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "--bug "
                                        + id
                                        + ": no such bug; there are "
                                        + String.join(
                                                ", ", Bugs.ALL.stream().map(Bug::id).toList())))
                .planted()
                .get();
    }

    private int run(
            NodeId self,
            SortedMap<NodeId, InetSocketAddress> members,
            boolean syncs,
            Settings settings,
            Duration sessionTimeout,
            Planted planted)
            throws IOException, InterruptedException {
        InetSocketAddress peerAddress = Flags.bindable("--listen-peer", listenPeer);
        InetSocketAddress clientAddress = Flags.bindable("--listen-client", listenClient);
        InetSocketAddress adminAddress = Flags.bindable("--listen-admin", listenAdmin);
        Credentials credentials = security.credentials();
        Consumer<String> log = sentence -> log(self, sentence);
        security.allow(credentials, List.of(peerAddress, clientAddress, adminAddress))
                .ifPresent(log);
        CountDownLatch closed = new CountDownLatch(1);

        Directory directory = LocalDirectory.open(data);
        if (!syncs) {
            directory = new Unsynced(directory);
        }
        try (Disk disk = Disk.open(planted.directory(directory), planted.recoveryRules(), log);
                Streams written =
                        new Streams(
                                streams == null ? data : streams,
                                self,
                                disk.incarnation(),
                                System::nanoTime);
                Links links = new Links(self, members, new Routes(routes), credentials.tls())) {
            Metrics metrics = new Metrics();
            long drawn = seed == null ? System.nanoTime() : seed;
            Timeouts timeouts =
                    new Timeouts(
                            new SplittableRandom(
                                    drawn + 31L * id.hashCode() + 1_000_003L * disk.incarnation()));
            Node node =
                    new Node(
                            self,
                            join ? Membership.NONE : founders(),
                            settings,
                            sessionTimeout,
                            planted,
                            disk,
                            timeouts,
                            links,
                            written,
                            metrics);
            NodeStatus begin = node.status();
            try (Servers servers =
                            new Servers(self, peerAddress, clientAddress, credentials, node);
                    AdminPort admin =
                            new AdminPort(
                                    adminAddress,
                                    node,
                                    links,
                                    timeouts,
                                    metrics,
                                    new Firewall(
                                            peerAddress,
                                            servers.clientPort(),
                                            adminAddress.getPort(),
                                            links::ports),
                                    credentials);
                    Gossiper gossiper =
                            new Gossiper(
                                    node,
                                    gossiping.names(),
                                    new Random(drawn + id.hashCode()),
                                    log)) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, closed), "stop"));
                log.accept(
                        "started: incarnation "
                                + disk.incarnation()
                                + ", term "
                                + begin.term()
                                + ", "
                                + (begin.lastIndex() - begin.snapshotIndex())
                                + " entries behind index "
                                + begin.snapshotIndex()
                                + (bug == null ? "" : ", with the bug " + bug));
                System.out.printf(
                        "ready %s client=%s:%d admin=%s:%d peer=%s:%d%n",
                        self,
                        clientAddress.getHostString(),
                        servers.clientPort(),
                        adminAddress.getHostString(),
                        admin.port(),
                        peerAddress.getHostString(),
                        servers.peerPort());
                if (gossiping.gossip()) {
                    gossiper.start();
                }
                node.run();
                log.accept("stopped");
            }
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /// On SIGTERM: the node ends its batch, then this process ends as it should, with 0, and not with the signal's code.
    private static void stop(Node node, CountDownLatch closed) {
        if (node.stop()) {
            try {
                boolean inTime = closed.await(3, TimeUnit.SECONDS);
                Runtime.getRuntime().halt(inTime ? 0 : FAILED);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int fail(Exception e) {
        return switch (e) {
            case DamagedException damaged -> {
                fail(
                        damaged.getMessage()
                                + "; restore it from a copy, or remove this node's data and let it start anew"
                                + " as another member");
                yield DAMAGED;
            }
            case UncheckedIOException failed ->
                    fail("the disk failed, nothing more can be promised: " + failed.getCause());
            case IllegalArgumentException wrong -> fail(wrong.getMessage());
            case IOException failed ->
                    fail(
                            failed.getClass() == IOException.class
                                    ? failed.getMessage()
                                    : failed.getClass().getSimpleName()
                                            + ": "
                                            + failed.getMessage());
            case Exception ours -> {
                ours.printStackTrace();
                yield fail("stopped by a mistake of its own: " + ours);
            }
        };
    }

    private static int fail(@Nullable String sentence) {
        System.err.println("ordeal-node: " + sentence);
        return FAILED;
    }

    private static void log(NodeId self, String sentence) {
        System.err.println(Instant.now() + " " + self + " " + sentence);
    }
}
