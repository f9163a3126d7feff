package dev.ordeal.workloads.run;

import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import java.util.List;
import java.util.Optional;

/// Asks the nodes again and again who leads, and records every change.
final class LeaderWatch {
    private static final long INTERVAL_NANOS = 250_000_000L;

    private final Cluster cluster;
    private final Recorder recorder;
    private Optional<NodeStatus> last = Optional.empty();
    private boolean stopped;

    LeaderWatch(Cluster cluster, Recorder recorder) {
        this.cluster = cluster;
        this.recorder = recorder;
    }

    void start() {
        var unused = cluster.leaders().thenAccept(this::saw);
    }

    private void saw(List<NodeStatus> leaders) {
        if (!stopped) {
            NodeStatus.newestLeader(leaders).ifPresent(this::seen);
            var unused = cluster.scheduler().after(INTERVAL_NANOS, this::start);
        }
    }

    private void seen(NodeStatus leader) {
        boolean changed =
                last.map(known ->
                                !known.node().equals(leader.node())
                                        || known.term() != leader.term())
                        .orElse(true);
        if (changed) {
            recorder.leader(leader.node(), leader.term());
        }
        last = Optional.of(leader);
    }

    Optional<String> last() {
        return last.map(leader -> leader.node().name());
    }

    void stop() {
        stopped = true;
    }
}
