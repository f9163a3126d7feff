package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.fault.Wound.Cut;
import dev.ordeal.nemesis.fault.Wound.Killed;
import dev.ordeal.nemesis.fault.Wound.Paused;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every cluster keeps to, whatever it is made of. The nodes are the real service; one cluster of three serves all tests
/// that leave it as they found it.
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ClusterContract {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N3 = new NodeId("n3");
    private static final NodeId N4 = new NodeId("n4");
    private static final long SECOND = 1_000_000_000;
    private static final long CLOCK_LATENESS = SECOND / 10;
    private static final Fault FLIP = new Fault.Disk(Fault.Failure.FLIP);
    private static final Fault DUPLICATE = new Fault.Network(Fault.Trouble.DUPLICATE);

    private Path folder;

    private final EventLoop loop = new EventLoop();
    private final List<Wound> struck = new ArrayList<>();
    private LiveCluster cluster;

    /// A cluster of the kind under test.
    protected abstract LiveCluster create(ClusterSpec spec, Scheduler scheduler);

    /// What runs or exists for the cluster with this folder, as the operating system or the engine says.
    protected abstract List<String> remains(Path directory);

    /// The service that the nodes run.
    protected abstract SystemUnderTest system();

    @BeforeAll
    void startTheClusterThatTheTestsShare(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path forAllTests) {
        folder = forAllTests;
        ClusterSpec spec = new ClusterSpec(3, folder.resolve("shared"), system());
        cluster = create(clocks() ? spec.withClocks() : spec, loop);
        loop.runUntil(cluster.start());
    }

    @AfterEach
    void healWhatATestLeft() {
        for (Wound wound : List.copyOf(struck)) {
            heal(wound);
        }
    }

    @AfterAll
    void closeTheClusterThatTheTestsShare() {
        cluster.close();
        assertThat(remains(folder.resolve("shared"))).isEmpty();
    }

    @Test
    void everyNodeSaysHowItIsAndSoonOneOfThemLeads() {
        assertThat(status().keySet()).containsExactly(N1, N2, N3);
        NodeId leader = awaitLeader(Set.of());
        await(
                "all follow " + leader,
                () ->
                        status().values().stream()
                                .allMatch(s -> s.leader().equals(Optional.of(leader))));
    }

    /// The trouble that the links between nodes of this kind can be in.
    protected abstract Set<Fault.Trouble> troubles();

    /// Whether clocks can be set here.
    protected abstract boolean clocks();

    /// Those that leave the cluster as they found it, and need no clients.
    List<Fault> faults() {
        return Fault.all().stream()
                .filter(this::canBeDoneToRealNodes)
                .filter(fault -> !fault.equals(FLIP) && !fault.equals(DUPLICATE))
                .toList();
    }

    private boolean canBeDoneToRealNodes(Fault fault) {
        return fault instanceof Fault.Partition
                || fault instanceof Fault.Kill
                || fault instanceof Fault.Pause
                || fault.equals(FLIP)
                || fault instanceof Fault.Membership
                || fault instanceof Fault.ElectionStorm
                || fault.equals(DUPLICATE)
                || (fault instanceof Fault.Clock && clocks())
                || (fault instanceof Fault.Network(var trouble) && troubles().contains(trouble));
    }

    @Test
    void whatCannotBeDoneToRealNodesIsTurnedDownWithAWayOut() {
        List<Fault> others =
                Fault.all().stream().filter(fault -> !canBeDoneToRealNodes(fault)).toList();
        assertThat(others).isNotEmpty();
        for (Fault fault : others) {
            assertThat(cluster.whyUnsupported(fault))
                    .as(fault.toString())
                    .hasValueSatisfying(
                            why -> assertThat(why).contains("use ").endsWith("--cluster sim"));
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultHurtsWhileItLastsAndNoLongerAfterwards(Fault fault) {
        assertThat(cluster.whyUnsupported(fault)).isEmpty();
        Wound wound =
                Wound.resolve(
                                fault,
                                cluster.nodes(),
                                Optional.of(awaitLeader(Set.of())),
                                new SplittableRandom(7))
                        .orElseThrow();
        strike(wound);
        expectHurt(wound);
        heal(wound);
        expectHealed(wound);
    }

    @Test
    void aLookSaysSoWhenNothingHurts() {
        Wound cut = alone(N1);
        // Nodes that had no need to talk since the last test may first have to find each other
        // again.
        expectHealed(cut);
        assertThat(probe(cut, true))
                .satisfies(probe -> assertThat(probe.asExpected()).isFalse())
                .satisfies(probe ->
                        assertThat(probe.evidence())
                                .startsWith("unexpected: ping answered: n1→n2"));
        assertThat(probe(new Killed(Set.of(N2)), true))
                .satisfies(probe -> assertThat(probe.asExpected()).isFalse())
                .satisfies(probe -> assertThat(probe.evidence()).contains("runs and answers: n2"));
        assertThat(probe(new Paused(Set.of(N2)), true))
                .satisfies(probe -> assertThat(probe.asExpected()).isFalse())
                .satisfies(probe -> assertThat(probe.evidence()).contains("runs and answers: n2"));
    }

    @Test
    void aLookSaysSoWhenSomethingHurtsThatShouldNot() {
        for (Wound wound : List.of(alone(N1), new Killed(Set.of(N1)), new Paused(Set.of(N1)))) {
            strike(wound);
            Probe probe = probe(wound, false);
            assertThat(probe.asExpected()).as(probe.evidence()).isFalse();
            heal(wound);
        }
    }

    @Test
    void aLinkCutOneWayCarriesTheOtherWay() {
        Wound deaf = new Cut(Set.of(new Link(N2, N1), new Link(N3, N1)));
        // Over connections from before: none can be made when an end is deaf.
        expectHealed(deaf);
        strike(deaf);
        Probe probe = expectHurt(deaf);
        assertThat(probe.evidence())
                .contains("ping seen but not answered within 300 ms: n1→n2, n1→n3")
                .contains("ping neither seen nor answered within 300 ms: n2→n1, n3→n1");
        heal(deaf);
        expectHealed(deaf);
    }

    @Test
    void aLookAtManyLinksTakesLessThanASecond() {
        Wound everyLink =
                new Cut(
                        Set.of(
                                new Link(N1, N2),
                                new Link(N2, N1),
                                new Link(N1, N3),
                                new Link(N3, N1),
                                new Link(N2, N3),
                                new Link(N3, N2)));
        strike(everyLink);
        long began = System.nanoTime();
        Probe probe = expectHurt(everyLink);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as(probe.evidence())
                .isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aLeaderThatIsAloneIsReplacedAndComesBackAsAFollower() {
        NodeId leader = awaitLeader(Set.of());
        long term = of(status(), leader).term();
        Wound cut = alone(leader);
        strike(cut);
        NodeId next = awaitLeader(Set.of(leader));
        assertThat(of(status(), next).term()).isGreaterThan(term);
        heal(cut);
        await(
                leader + " follows a leader of a later term",
                () -> {
                    NodeStatus back = status().get(leader);
                    return back != null && back.term() > term && back.leader().isPresent();
                });
    }

    @Test
    void overlappingWoundsHoldUntilTheLastOfThemIsHealed() {
        Wound alone = alone(N1);
        Wound oneLink = new Cut(Set.of(new Link(N1, N2), new Link(N2, N3)));
        Wound paused = new Paused(Set.of(N3));
        strike(alone);
        strike(oneLink);
        strike(paused);
        heal(alone);
        // n2→n3 cannot be looked at while n3 stands still, n1→n2 can.
        assertThat(expectHurt(oneLink).evidence())
                .contains("ping neither seen nor answered within 300 ms: n1→n2");
        expectHurt(paused);
        heal(paused);
        expectHealed(paused);
        assertThat(expectHurt(oneLink).evidence())
                .contains("n1→n2", "n2→n3")
                .doesNotContain("not looked at");
        heal(oneLink);
        expectHealed(oneLink);
        expectHealed(alone);
    }

    @Test
    void deathOutranksStandingStillAndTheNodeComesBackAsTheRestAsks() {
        Wound paused = new Paused(Set.of(N2, N3));
        Wound killed = new Killed(Set.of(N2));
        strike(paused);
        strike(killed);
        expectHurt(killed);
        assertThat(probe(paused, true).asExpected()).isFalse();
        heal(killed);
        expectHurt(paused);
        heal(paused);
        expectHealed(paused);
    }

    @Test
    void aNodeKilledWhileItIsCutOffComesBackCutOff() {
        Wound alone = alone(N2);
        Wound killed = new Killed(Set.of(N2));
        strike(alone);
        strike(killed);
        expectHurt(killed);
        heal(killed);
        expectHealed(killed);
        expectHurt(alone);
        heal(alone);
        expectHealed(alone);
    }

    @Test
    void aCutMadeWhileANodeIsDeadHoldsWhenItComesBack() {
        Wound alone = alone(N2);
        Wound killed = new Killed(Set.of(N1, N2));
        strike(killed);
        strike(alone);
        heal(killed);
        expectHurt(alone);
        heal(alone);
        expectHealed(alone);
    }

    @Test
    void strikingTwiceIsStrikingOnceAndHealingTwiceIsHealingOnce() {
        Wound killed = new Killed(Set.of(N3));
        strike(killed);
        strike(killed);
        heal(killed);
        expectHealed(killed);
        heal(killed);
        expectHealed(killed);
        heal(alone(N1));
        expectHealed(alone(N1));
    }

    @Test
    void killedNodesComeBackWithTheirDataAsTheNextIncarnation() {
        awaitLeader(Set.of());
        Map<NodeId, NodeStatus> before = status();
        Wound all = new Killed(Set.of(N1, N2, N3));
        strike(all);
        assertThat(status()).isEmpty();
        heal(all);
        Map<NodeId, NodeStatus> after = status();
        for (NodeId node : cluster.nodes()) {
            assertThat(of(after, node).incarnation()).isEqualTo(of(before, node).incarnation() + 1);
            assertThat(of(after, node).lastIndex())
                    .isGreaterThanOrEqualTo(of(before, node).lastIndex());
            assertThat(of(after, node).term()).isGreaterThanOrEqualTo(of(before, node).term());
        }
        awaitLeader(Set.of());
    }

    @ParameterizedTest
    @EnumSource(Fault.ClockError.class)
    void aWallClockGoesAsTheWoundHasItAndNeitherTheMonotonicOneNorTheClusterMinds(
            Fault.ClockError error) {
        assumeTrue(clocks());
        awaitLeader(Set.of());
        Wound.Mistimed wound = new Wound.Mistimed(error, 50, new TreeSet<>(Set.of(N2)));
        long beforeReading = loop.nanos();
        ClockReading before = clock(N2);
        long beforeStrike = loop.nanos();
        strike(wound);
        long struck = loop.nanos();
        await(
                "the clock of n2 is as wrong as it should be after a second",
                () -> {
                    long asked = loop.nanos();
                    ClockReading now = clock(N2);
                    long answered = loop.nanos();
                    long elapsed = now.monotonicNanos() - before.monotonicNanos();
                    assertThat(elapsed).isBetween(asked - beforeStrike, answered - beforeReading);
                    // It was set at some moment before it was read, on a busy machine a while.
                    List<Long> bounds =
                            Stream.of(asked - struck - CLOCK_LATENESS, answered - beforeStrike)
                                    .map(wound::aheadNanos)
                                    .sorted()
                                    .toList();
                    long gained = now.wallGainedNanos(before);
                    return asked - struck > SECOND
                            && gained >= bounds.getFirst()
                            && gained <= bounds.getLast();
                });
        awaitLeader(Set.of());
        heal(wound);
        assertThat(clock(N2).wallGainedNanos(before)).isBetween(-CLOCK_LATENESS, CLOCK_LATENESS);
        assertThat(status().keySet()).containsExactly(N1, N2, N3);
    }

    @Test
    void aClockCanBeSetWrongAndRightWhileItsNodeIsDead() {
        assumeTrue(clocks());
        Wound killed = new Killed(Set.of(N2));
        Wound wrong = new Wound.Mistimed(Fault.ClockError.JUMP, 100, new TreeSet<>(Set.of(N2, N3)));
        strike(killed);
        strike(wrong);
        assertThat(expectHurt(wrong).evidence())
                .contains("later than it is: n3", "not looked at, it is hurt otherwise: n2");
        heal(killed);
        expectHurt(wrong);
        strike(killed);
        heal(wrong);
        heal(killed);
        expectHealed(wrong);
    }

    private ClockReading clock(NodeId node) {
        try {
            return system().clock(cluster.adminAddress(node), Duration.ofSeconds(10));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// It learns what it missed before it votes again.
    @Test
    void aNodeThatWasRemovedAndThenKilledComesBackAsAMember() {
        Wound removed = new Wound.Reconfigured(Fault.Change.REMOVE_ONE, new TreeSet<>(Set.of(N3)));
        Wound killed = new Killed(Set.of(N3));
        strike(removed);
        assertThat(expectHurt(removed).evidence()).contains("leads [n1, n2]");
        strike(killed);
        heal(killed);
        expectHealed(killed);
        assertThat(expectHurt(removed).evidence()).contains("leads [n1, n2]");
        heal(removed);
        expectHealed(removed);
        await("n3 knows that it votes", () -> of(status(), N3).voters().contains(N3));
    }

    /// It is cut off before it is there, so that it cannot become a member; and once it is one, its links carry or do not carry in
    /// both directions, like those that there were from the beginning.
    @Test
    void aNodeThatJoinsIsHurtAndHealedLikeTheFirstAndItsProcessEndsWhenItLeaves() {
        NodeId leader = awaitLeader(Set.of());
        Wound alone = alone(N4, List.of(N1, N2, N3, N4));
        strike(alone);
        loop.runUntil(cluster.join(N4));
        assertThat(cluster.nodes()).containsExactly(N1, N2, N3, N4);
        CompletableFuture<Response> added =
                administer(
                        leader,
                        new AdminRequest.AddMember(
                                N4.name(), new Addresses(cluster.peerAddress(N4).toString(), "")));
        await(
                "all know where n4 is, and do not reach it",
                () ->
                        probe(alone, true)
                                .evidence()
                                .contains(
                                        "ping neither seen nor answered within 300 ms: n1→n4, n2→n4, n3→n4"));
        assertThat(added).isNotDone();
        heal(alone);
        await("n4 is a member", added::isDone);
        assertThat(added.join()).isInstanceOf(Response.Done.class);
        expectHealed(alone);

        strike(alone);
        expectHurt(alone);
        Wound killed = new Killed(Set.of(N4));
        strike(killed);
        expectHurt(killed);
        heal(killed);
        expectHurt(alone);
        heal(alone);
        expectHealed(alone);

        CompletableFuture<Response> removed =
                administer(awaitLeader(Set.of()), new AdminRequest.RemoveMember(N4.name()));
        await("n4 is no member any more", removed::isDone);
        assertThat(removed.join()).isInstanceOf(Response.Done.class);
        assertThat(probe(killed, false).asExpected()).as("n4 still runs").isTrue();
        loop.runUntil(cluster.leave(N4));
        assertThat(probe(killed, true).asExpected()).as("n4 has ended").isTrue();
        assertThat(cluster.nodes()).containsExactly(N1, N2, N3);
    }

    private CompletableFuture<Response> administer(NodeId node, AdminRequest request) {
        Address address = cluster.clientAddress(node);
        ServiceClient client = new ServiceClient(address.host(), address.port());
        CompletableFuture<Response> answer = new CompletableFuture<>();
        client.administer(request, Duration.ofSeconds(60), answer::complete);
        return answer.whenComplete((response, failure) -> client.close());
    }

    @Test
    void whatClientsSendTwiceIsDoneOnce() {
        assertThat(cluster.whyUnsupported(DUPLICATE)).isEmpty();
        Wound wound =
                Wound.resolve(DUPLICATE, cluster.nodes(), Optional.empty(), new SplittableRandom(7))
                        .orElseThrow();
        awaitLeader(Set.of());
        try (Endpoint client = cluster.connect(N1)) {
            List<String> elements = new ArrayList<>();
            append(client, elements);
            strike(wound);
            CompletableFuture<Probe> look = cluster.probe(wound, true);
            while (!look.isDone()) {
                append(client, elements);
            }
            assertThat(look.join().asExpected()).as(look.join().evidence()).isTrue();
            heal(wound);
            expectHealed(wound);
            append(client, elements);
            assertThat(call(client, new Request.Read("twice")))
                    .isInstanceOfSatisfying(
                            Response.Done.class,
                            done -> assertThat(done.elements()).isEqualTo(elements));
        }
    }

    /// The next element, by the next command of the one session.
    private void append(Endpoint client, List<String> elements) {
        String element = Integer.toString(elements.size() + 1);
        Response response =
                call(client, new Request.Append("twice", elements.size() + 1, "twice", element));
        assertThat(response).isInstanceOf(Response.Done.class);
        elements.add(element);
    }

    private Response call(Endpoint client, Request request) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        client.call(
                request,
                Duration.ofSeconds(20),
                response -> loop.after(0, () -> answer.complete(response)));
        return loop.runUntil(answer);
    }

    /// A minority of them: of three nodes one, and whatever happens to the disks of the others they come back.
    @Test
    void aNodeWhoseDiskChangedStaysDownAndTheOthersGoOn() {
        try (LiveCluster own =
                create(new ClusterSpec(3, folder.resolve("damaged"), system(), 7), loop)) {
            loop.runUntil(own.start());
            Wound first = flip(N2);
            loop.runUntil(own.strike(first));
            Probe hurt = loop.runUntil(own.probe(first, true));
            assertThat(hurt.asExpected()).as(hurt.evidence()).isTrue();
            assertThat(hurt.evidence()).contains("of n2 has changed");
            assertThat(own.lost()).isEmpty();
            loop.runUntil(own.heal(first));
            Probe healed = loop.runUntil(own.probe(first, false));
            assertThat(healed.asExpected()).as(healed.evidence()).isTrue();
            assertThat(healed.evidence()).contains("n2 stays down: exit code 3, ");
            assertThat(own.lost()).containsExactly(N2);

            Wound second = flip(N3);
            loop.runUntil(own.strike(second));
            assertThat(loop.runUntil(own.probe(second, true)))
                    .satisfies(probe -> assertThat(probe.asExpected()).isFalse())
                    .satisfies(probe ->
                            assertThat(probe.evidence()).endsWith("no bit of them has changed"));
            loop.runUntil(own.heal(second));
            Wound all = new Killed(Set.of(N1, N2, N3));
            loop.runUntil(own.strike(all));
            loop.runUntil(own.heal(all));
            assertThat(loop.runUntil(own.probe(all, false)))
                    .satisfies(
                            probe -> assertThat(probe.asExpected()).as(probe.evidence()).isTrue());
            assertThat(own.lost()).containsExactly(N2);
            assertThat(loop.runUntil(own.status()).keySet()).containsExactly(N1, N3);
        }
    }

    private static Wound flip(NodeId node) {
        return new Wound.DiskFailed(Fault.Failure.FLIP, 1, new TreeSet<>(Set.of(node)));
    }

    @Test
    void aClosedClusterLeavesItsFilesAndNothingElse() throws IOException {
        Path directory = folder.resolve("closed");
        Cluster closed = create(new ClusterSpec(3, directory, system()), loop);
        loop.runUntil(closed.start());
        assertThat(remains(directory)).hasSizeGreaterThanOrEqualTo(3);
        loop.runUntil(closed.strike(new Paused(Set.of(N1))));
        loop.runUntil(closed.strike(new Killed(Set.of(N2))));
        closed.close();
        assertThat(remains(directory)).isEmpty();
        for (NodeId node : closed.nodes()) {
            Path left = closed.nodeDirectory(node);
            assertThat(left).isEqualTo(directory.resolve(node.name()));
            assertThat(Files.readString(left.resolve("events.jsonl"))).contains("\"started\"");
            assertThat(left.resolve("applied.jsonl")).exists();
            assertThat(Files.readString(left.resolve("node.log"))).contains("ready " + node);
            assertThat(left.resolve("data")).isNotEmptyDirectory();
        }
    }

    @Test
    void aClusterClosedWhileItStartsLeavesNothing() {
        Path directory = folder.resolve("hasty");
        Cluster hasty = create(new ClusterSpec(3, directory, system()), loop);
        CompletableFuture<Void> started = hasty.start();
        await("something runs", () -> !remains(directory).isEmpty() || started.isDone());
        hasty.close();
        assertThat(remains(directory)).isEmpty();
    }

    @Test
    void whenTheToolIsKilledItsNodesDoNotOutliveIt() throws IOException {
        Path directory = folder.resolve("orphans");
        Process tool = toolWithACluster(directory);
        assertThat(remains(directory)).hasSizeGreaterThanOrEqualTo(3);
        tool.destroyForcibly();
        await("nothing is left of the killed tool's cluster", () -> remains(directory).isEmpty());
    }

    @Test
    void whenToolAndWatchdogAreKilledTheNextStartRemovesWhatTheyLeft() throws IOException {
        Path directory = folder.resolve("left");
        Process tool = toolWithACluster(directory);
        Map<Long, String> commandLines = commandLines();
        List<ProcessHandle> watchdogs =
                tool.children()
                        .filter(child ->
                                commandLines.getOrDefault(child.pid(), "").contains(".Sweep "))
                        .toList();
        assertThat(watchdogs).hasSize(1);
        watchdogs.forEach(ProcessHandle::destroyForcibly);
        watchdogs.forEach(watchdog -> watchdog.onExit().join());
        tool.destroyForcibly().onExit().join();
        assertThat(remains(directory)).hasSizeGreaterThanOrEqualTo(3);
        try (Cluster next = create(new ClusterSpec(1, folder.resolve("next"), system()), loop)) {
            loop.runUntil(next.start());
            assertThat(remains(directory)).isEmpty();
        }
    }

    /// The main class of a process that starts a cluster of this kind with the folder that is its argument, pauses n1, cuts off
    /// n2, prints `up`, and then waits for its end.
    protected abstract Class<?> tool();

    /// What such a main class does.
    protected static void holdACluster(ClusterContract kind, Path directory) {
        EventLoop loop = new EventLoop();
        Cluster cluster = kind.create(new ClusterSpec(3, directory, kind.system()), loop);
        loop.runUntil(cluster.start());
        loop.runUntil(cluster.strike(new Paused(Set.of(N1))));
        loop.runUntil(cluster.strike(new Cut(Set.of(new Link(N2, N3), new Link(N3, N2)))));
        System.out.println("up");
        loop.run();
    }

    private Process toolWithACluster(Path directory) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-Dordeal.home=" + System.getProperty("ordeal.home", "")));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        tool().getName(),
                        directory.toString()));
        Path log = folder.resolve(directory.getFileName() + ".log");
        Process tool = new ProcessBuilder(command).redirectError(log.toFile()).start();
        BufferedReader output = tool.inputReader();
        for (String line = output.readLine(); ; line = output.readLine()) {
            assertThat(line)
                    .as(() -> "the tool ended before it was up: " + contents(log))
                    .isNotNull();
            if (line.equals("up")) {
                return tool;
            }
        }
    }

    /// What every process of this machine was started with, by its id. The JDK tells it of short ones only.
    protected static Map<Long, String> commandLines() {
        Map<Long, String> commandLines = new TreeMap<>();
        try {
            Process ps = new ProcessBuilder("ps", "axww", "-o", "pid=,args=").start();
            for (String line : ps.inputReader().lines().map(String::strip).toList()) {
                int space = line.indexOf(' ');
                commandLines.put(
                        Long.parseLong(line.substring(0, space)), line.substring(space + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return commandLines;
    }

    private static String contents(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Wound alone(NodeId node) {
        return alone(node, List.of(N1, N2, N3));
    }

    private static Wound alone(NodeId node, List<NodeId> all) {
        List<Link> links = new ArrayList<>();
        for (NodeId other : all) {
            if (!other.equals(node)) {
                links.add(new Link(node, other));
                links.add(new Link(other, node));
            }
        }
        return new Cut(links);
    }

    private void strike(Wound wound) {
        struck.add(wound);
        loop.runUntil(cluster.strike(wound));
    }

    private void heal(Wound wound) {
        loop.runUntil(cluster.heal(wound));
        struck.removeIf(wound::equals);
    }

    private Probe expectHurt(Wound wound) {
        Probe probe = probe(wound, true);
        assertThat(probe.asExpected()).as(wound + ": " + probe.evidence()).isTrue();
        return probe;
    }

    /// A link may need longer than one look to carry again, where what it carries was sent again ever more slowly.
    private void expectHealed(Wound wound) {
        List<Probe> last = new ArrayList<>();
        await(
                wound + " has healed",
                () -> {
                    Probe probe = probe(wound, false);
                    last.add(probe);
                    return probe.asExpected();
                });
        assertThat(last.getLast().evidence()).isNotEmpty();
    }

    private Probe probe(Wound wound, boolean expectHurt) {
        return loop.runUntil(cluster.probe(wound, expectHurt));
    }

    private Map<NodeId, NodeStatus> status() {
        return loop.runUntil(cluster.status());
    }

    private static NodeStatus of(Map<NodeId, NodeStatus> status, NodeId node) {
        return Objects.requireNonNull(status.get(node), () -> node + " is not in " + status);
    }

    /// Waits for a leader that a majority follows and that is none of `not`.
    private NodeId awaitLeader(Set<NodeId> not) {
        List<NodeId> leaders = new ArrayList<>();
        await(
                "a leader other than " + not,
                () -> {
                    Map<NodeId, NodeStatus> status = status();
                    status.values().stream()
                            .filter(NodeStatus::leads)
                            .map(NodeStatus::node)
                            .filter(node -> !not.contains(node))
                            .filter(node ->
                                    status.values().stream()
                                                    .filter(s ->
                                                            s.leader().equals(Optional.of(node)))
                                                    .count()
                                            >= 2)
                            .forEach(leaders::add);
                    return !leaders.isEmpty();
                });
        return leaders.getFirst();
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waited 60 s, and not yet: " + what)
                    .isLessThan(deadline);
            CompletableFuture<Boolean> aMoment = new CompletableFuture<>();
            loop.after(20_000_000, () -> aMoment.complete(true));
            loop.runUntil(aMoment);
        }
    }
}
