package dev.ordeal.node.raft;

import dev.ordeal.node.raft.TestCluster.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The clocks of a cluster, which go at different speeds, and the ticks that its drivers make by them: never more than time allows,
/// but late, and two at once when one was; none while a process is paused, whose clock goes on.
final class Clocks {
    private final TestCluster cluster;
    private final RandomGenerator random;
    private final long tickNanos;
    private final Map<Node, Long> nextTick = new HashMap<>();
    private final Set<Node> paused = new HashSet<>();

    /// @param settings by whose drift the clocks may go apart
    Clocks(TestCluster cluster, Settings settings, RandomGenerator random) {
        this.cluster = cluster;
        this.random = random;
        tickNanos = settings.tickNanos();
        for (var node : cluster.nodes())
            node.speed = 1 + settings.clockDrift() * random.nextDouble();
    }

    /// Some time passes, up to a tick.
    void pass() {
        pass(random.nextLong(tickNanos));
    }

    /// A tick passes for everybody who is not paused.
    void passATick() {
        pass(tickNanos);
    }

    private void pass(long nanos) {
        cluster.nanos += nanos;
        for (var node : cluster.nodes()) if (!isPaused(node)) tickIfDue(node);
    }

    /// As the process does it.
    private void tickIfDue(Node node) {
        long now = node.nanos();
        long next = nextTick.getOrDefault(node, 0L);
        while (now >= next) {
            node.tick();
            next = Math.max(next, now - tickNanos) + tickNanos;
        }
        nextTick.put(node, next);
    }

    boolean isPaused(Node node) {
        return paused.contains(node);
    }

    void pauseOrResume(Node node) {
        if (!paused.remove(node)) paused.add(node);
    }

    void resumeAll() {
        paused.clear();
    }
}
