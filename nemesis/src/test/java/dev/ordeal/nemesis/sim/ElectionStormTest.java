package dev.ordeal.nemesis.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Member;
import dev.ordeal.node.member.Streams;
import dev.ordeal.node.raft.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Five nodes whose leader dies, with time-outs drawn at random as they are meant to be, and in a storm.
final class ElectionStormTest {
    /// A vote is asked for and given in about the time between the ticks of two nodes, or the first to stand wins before the
    /// next one does.
    private static final Conditions SLOW =
            new Conditions(
                    Duration.ofMillis(5).toNanos(),
                    true,
                    0,
                    0,
                    true,
                    Duration.ofMillis(5).toNanos(),
                    0,
                    Settings.defaults(),
                    Duration.ofMillis(10).toNanos(),
                    Member.SESSION_TIMEOUT);

    private static final Pattern CANDIDATE =
            Pattern.compile("\"term\":(\\d+),\"role\":\"candidate\"");

    @TempDir Path folder;

    private final VirtualTime time = new VirtualTime();

    @Test
    void s1_9_inAStormElectionsCollideAndAfterItOneLeads() throws IOException {
        int calm = 0;
        int stormy = 0;
        for (long seed = 0; seed < 20; seed++) {
            calm += collisions(seed, false);
            stormy += collisions(seed, true);
        }
        assertThat(stormy)
                .as("elections with several candidates, %d without a storm", calm)
                .isGreaterThan(2 * calm);
    }

    /// In how many terms several stood for election, when the leader died and was back three times.
    private int collisions(long seed, boolean storm) throws IOException {
        List<NodeId> ids = NodeId.first(5);
        Path own = folder.resolve(seed + "-" + storm);
        try (SimulatedCluster cluster =
                new SimulatedCluster(
                        ids,
                        folder,
                        time,
                        SLOW,
                        seed,
                        Deliveries.drawn(),
                        () -> Planted.NOTHING,
                        (node, incarnation) ->
                                new Streams(
                                        own.resolve(node.name()),
                                        new dev.ordeal.node.raft.NodeId(node.name()),
                                        incarnation,
                                        time::nanos))) {
            time.runUntil(cluster.start());
            NodeStatus leader = leader(cluster);
            Wound stormed = new Wound.Stormed(new TreeSet<>(ids));
            if (storm) {
                time.runUntil(cluster.strike(stormed));
            }
            for (int i = 0; i < 3; i++) {
                Wound killed = new Wound.Killed(List.of(leader.node()));
                time.runUntil(cluster.strike(killed));
                leader = leader(cluster);
                time.runUntil(cluster.heal(killed));
            }
            if (storm) {
                time.runUntil(cluster.heal(stormed));
            }
            leader(cluster);
        }
        Map<String, Set<String>> candidates = new TreeMap<>();
        for (NodeId node : ids) {
            CANDIDATE
                    .matcher(Files.readString(own.resolve(node.name()).resolve("events.jsonl")))
                    .results()
                    .forEach(stood ->
                            candidates
                                    .computeIfAbsent(stood.group(1), term -> new TreeSet<>())
                                    .add(node.name()));
        }
        return (int) candidates.values().stream().filter(nodes -> nodes.size() > 1).count();
    }

    private Map<NodeId, NodeStatus> status(SimulatedCluster cluster) {
        return time.runUntil(cluster.status());
    }

    private NodeStatus leader(SimulatedCluster cluster) {
        long end = time.nanos() + Duration.ofSeconds(30).toNanos();
        while (time.nanos() < end) {
            CompletableFuture<Boolean> aMoment = new CompletableFuture<>();
            time.after(10_000_000, () -> aMoment.complete(true));
            time.runUntil(aMoment);
            Optional<NodeStatus> leads =
                    status(cluster).values().stream().filter(NodeStatus::leads).findFirst();
            if (leads.isPresent()) {
                return leads.get();
            }
        }
        throw new AssertionError("nobody leads within 30 s");
    }
}
