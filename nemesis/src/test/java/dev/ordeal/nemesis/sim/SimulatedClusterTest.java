package dev.ordeal.nemesis.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Streams;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the contract of all clusters says, of the simulated one, in its own time.
final class SimulatedClusterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000;

    private final VirtualTime time = new VirtualTime();
    private final SimulatedCluster cluster = cluster(Deliveries.drawn());

    private SimulatedCluster cluster(Deliveries deliveries) {
        return new SimulatedCluster(
                NodeId.first(5),
                Path.of("simulated"),
                time,
                Conditions.calm(),
                7,
                deliveries,
                () -> Planted.NOTHING,
                (node, incarnation) ->
                        new Streams(
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream(),
                                new dev.ordeal.node.raft.NodeId(node.name()),
                                incarnation,
                                time::nanos));
    }

    @BeforeEach
    void start() {
        time.runUntil(cluster.start());
        awaitLeader();
    }

    @Test
    void deliveriesThatArePlannedAreCarriedOutAndTold() {
        List<Delivery> planned = new ArrayList<>();
        for (NodeId from : cluster.nodes()) {
            for (NodeId to : cluster.nodes()) {
                if (!from.equals(to)) {
                    Link link = new Link(from, to);
                    planned.add(new Delivery(link, 1, List.of()));
                    planned.add(new Delivery(link, 3, List.of(MILLI, 5 * MILLI)));
                }
            }
        }
        List<String> told = new ArrayList<>();
        List<Delivery> carried = new ArrayList<>();
        try (SimulatedCluster disturbed = cluster(new Deliveries(planned, carried::add))) {
            disturbed.onPlannedDelivery((delivery, what) -> told.add(what + ": " + delivery));
            time.runUntil(disturbed.start());
            sleep(SECOND);
        }
        assertThat(told)
                .hasSizeGreaterThan(8)
                .allMatch(line ->
                        line.matches(
                                "[A-Z]\\w+ of term \\d+: message (1 of n\\d→n\\d is lost|3 of n\\d→n\\d arrives 2 times, after 1.0 ms and .*)"));
        assertThat(carried)
                .allSatisfy(it ->
                        assertThat(it.takesNanos())
                                .hasSize(it.number() == 1 ? 0 : it.number() == 3 ? 2 : 1));
        assertThat(carried).extracting(Delivery::number).contains(1, 2, 3, 4);
    }

    static List<Fault> faults() {
        return Fault.all();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultHurtsWhileItLastsAndNoLongerAfterwards(Fault fault) {
        assertThat(cluster.whyUnsupported(fault)).isEmpty();
        Wound wound =
                Wound.resolve(
                                fault,
                                cluster.nodes(),
                                Optional.of(awaitLeader()),
                                new SplittableRandom(7))
                        .orElseThrow();
        time.runUntil(cluster.strike(wound));
        Probe hurt = time.runUntil(cluster.probe(wound, true));
        assertThat(hurt.asExpected()).as(wound + ": " + hurt.evidence()).isTrue();
        sleep(SECOND);
        time.runUntil(cluster.heal(wound));
        Probe healed = time.runUntil(cluster.probe(wound, false));
        assertThat(healed.asExpected()).as(wound + ": " + healed.evidence()).isTrue();
        awaitLeader();
        assertThat(cluster.breach()).isNotDone();
    }

    @Test
    void aLookSaysSoWhenNothingHurts() {
        for (Fault fault : Fault.all()) {
            Wound wound =
                    Wound.resolve(
                                    fault,
                                    cluster.nodes(),
                                    Optional.of(awaitLeader()),
                                    new SplittableRandom(7))
                            .orElseThrow();
            boolean transferred =
                    wound instanceof Wound.Reconfigured(var change, var nodes)
                            && change == Fault.Change.TRANSFER;
            if (!transferred) {
                Probe probe = time.runUntil(cluster.probe(wound, true));
                assertThat(probe.asExpected()).as(wound + ": " + probe.evidence()).isFalse();
            }
        }
    }

    @Test
    void overlappingWoundsHoldUntilTheLastOfThemIsHealed() {
        Wound killed = new Wound.Killed(Set.of(new NodeId("n1"), new NodeId("n2")));
        Wound unpowered = new Wound.Unpowered(new TreeSet<>(Set.of(new NodeId("n2"))));
        time.runUntil(cluster.strike(killed));
        time.runUntil(cluster.strike(unpowered));
        time.runUntil(cluster.heal(killed));
        assertThat(status()).containsKey(new NodeId("n1")).doesNotContainKey(new NodeId("n2"));
        time.runUntil(cluster.heal(unpowered));
        assertThat(status()).hasSize(5);
    }

    /// The machine of a node that is down already can still lose its power.
    @Test
    void killedNodesComeBackAsTheNextIncarnation() {
        Map<NodeId, NodeStatus> before = status();
        Wound all = new Wound.Unpowered(new TreeSet<>(cluster.nodes()));
        time.runUntil(cluster.strike(all));
        assertThat(status()).isEmpty();
        time.runUntil(cluster.heal(all));
        Map<NodeId, NodeStatus> after = status();
        assertThat(after).hasSize(5);
        before.forEach((node, then) ->
                assertThat(after.get(node))
                        .extracting(NodeStatus::incarnation)
                        .isEqualTo(then.incarnation() + 1));
        awaitLeader();
    }

    /// Whoever is hit next, never more than two of five may be gone for good.
    @Test
    void noMoreThanAMinorityIsEverLost() {
        for (int seed = 0; seed < 20; seed++) {
            Wound flips =
                    Wound.resolve(
                                    new Fault.Disk(Fault.Failure.FLIP),
                                    cluster.nodes(),
                                    Optional.empty(),
                                    new SplittableRandom(seed))
                            .orElseThrow();
            time.runUntil(cluster.strike(flips));
            time.runUntil(cluster.heal(flips));
            awaitLeader();
        }
        assertThat(cluster.lost()).hasSize(2);
        assertThat(cluster.breach()).isNotDone();
    }

    private Map<NodeId, NodeStatus> status() {
        return time.runUntil(cluster.status());
    }

    private NodeId awaitLeader() {
        await(() ->
                status().values().stream().filter(status -> status.leader().isPresent()).count()
                                >= 3
                        && status().values().stream().anyMatch(NodeStatus::leads));
        return status().values().stream()
                .filter(NodeStatus::leads)
                .map(NodeStatus::node)
                .findFirst()
                .orElseThrow();
    }

    private void await(BooleanSupplier holds) {
        long until = time.nanos() + 30 * SECOND;
        while (!holds.getAsBoolean()) {
            assertThat(time.nanos()).isLessThan(until);
            sleep(SECOND / 100);
        }
    }

    private void sleep(long nanos) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        time.after(nanos, () -> over.complete(true));
        time.runUntil(over);
    }
}
