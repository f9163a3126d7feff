package dev.ordeal.workloads.plan;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that can be asked of a run; every flag of `./ordeal run` is a component.
///
/// @param faults the variants that may strike; empty: none
/// @param time length of the phase with load and faults; healing, final reads and judging come on top
/// @param seed decides the operations and the strikes
/// @param nodes 1 to 9
/// @param clients how many operations can be open at once; client `i` is connected to node `i mod nodes`
/// @param rate operations a second, of all clients together
/// @param keys how many independent keys
/// @param timeout how long a client waits for an answer
/// @param bug a planted bug of the system under test, or null
/// @param fsync whether nodes wait for the disk
/// @param stopOnViolation whether the load ends at the first violation that is seen while it lasts
public record RunSpec(
        Workload workload,
        List<Fault> faults,
        Duration time,
        long seed,
        int nodes,
        int clients,
        double rate,
        int keys,
        Duration timeout,
        ClusterKind cluster,
        @Nullable String bug,
        boolean fsync,
        boolean stopOnViolation) {
    /// Where the nodes run.
    public enum ClusterKind {
        SIM,
        PROCESS,
        DOCKER;

        public static Optional<ClusterKind> named(String name) {
            return Stream.of(values()).filter(kind -> kind.toString().equals(name)).findFirst();
        }

        /// How long a cluster may take, when all faults are lifted, to answer and to agree. In real time elections take a second
        /// at most, and the rest is for a loaded machine. A simulated one may have drawn messages of half a kilobyte, one at a
        /// time; and its waiting costs nobody anything.
        public Duration healing() {
            return this == SIM ? Duration.ofMinutes(1) : Duration.ofSeconds(15);
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// @throws IllegalArgumentException with a message for whoever typed the flag
    public RunSpec {
        faults = List.copyOf(faults);
        require(
                nodes >= 1 && nodes <= ClusterSpec.MOST,
                "--nodes must be 1 to " + ClusterSpec.MOST + ", not " + nodes);
        require(clients >= 1 && clients <= 1_000, "--clients must be 1 to 1000, not " + clients);
        require(
                rate > 0 && rate <= 100_000,
                "--rate must be above 0 and at most 100000 operations a second, not " + rate);
        require(keys >= 1 && keys <= 100_000, "--keys must be 1 to 100000, not " + keys);
        require(
                time.compareTo(Duration.ofSeconds(1)) >= 0
                        && time.compareTo(Duration.ofHours(24)) <= 0,
                "--time must be 1s to 24h");
        require(
                timeout.compareTo(Duration.ofMillis(10)) >= 0
                        && timeout.compareTo(Duration.ofMinutes(1)) <= 0,
                "--timeout must be 10ms to 1m");
        require(
                faults.isEmpty()
                        || nodes > 1
                        || faults.stream().noneMatch(fault -> fault instanceof Fault.Partition),
                "--faults partition needs at least 2 nodes");
        require(
                !stopOnViolation || workload.checks().contains("linearizable register"),
                "--stop-on-violation needs a workload of registers, the only ones that are judged while the clients work; %s has none: leave it out"
                        .formatted(workload.name()));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /// What is checked of the run: what the workload asks for, and, where somebody can look into the nodes, what was seen there.
    public List<String> checks() {
        return cluster == ClusterKind.SIM
                ? Stream.concat(workload.checks().stream(), Stream.of("invariants")).toList()
                : workload.checks();
    }

    /// The run directory's name after the time: the workload and the kinds of fault.
    public String title() {
        return workload.name()
                + "-"
                + (faults.isEmpty()
                        ? "no-faults"
                        : faults.stream()
                                .map(Fault::kind)
                                .distinct()
                                .collect(Collectors.joining("+")));
    }

    /// The same on nodes of another kind.
    public RunSpec on(ClusterKind kind) {
        return with(faults, time, seed, nodes, clients, kind);
    }

    /// The same, made smaller.
    RunSpec with(List<Fault> faults, Duration time, long seed, int nodes, int clients) {
        return with(faults, time, seed, nodes, clients, cluster);
    }

    private RunSpec with(
            List<Fault> faults,
            Duration time,
            long seed,
            int nodes,
            int clients,
            ClusterKind cluster) {
        return new RunSpec(
                workload,
                faults,
                time,
                seed,
                nodes,
                clients,
                rate,
                keys,
                timeout,
                cluster,
                bug,
                fsync,
                stopOnViolation);
    }

    /// Whether a client reads and does nothing else: the first of each node, where a node has more than one. The others
    /// soon all wait for a change that a deposed leader cannot commit; somebody must still see what it answers.
    public boolean onlyReads(int client) {
        return clients >= 2 * nodes && client < nodes;
    }
}
