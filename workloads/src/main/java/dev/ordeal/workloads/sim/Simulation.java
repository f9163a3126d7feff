package dev.ordeal.workloads.sim;

import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.HistoryInMemory;
import dev.ordeal.checker.history.HistoryLog;
import dev.ordeal.checker.history.HistoryWriter;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.nemesis.sim.Journals;
import dev.ordeal.nemesis.sim.SimulatedCluster;
import dev.ordeal.nemesis.sim.VirtualTime;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Streams;
import dev.ordeal.workloads.plan.RunPlan;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.run.Runner;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A run of a plan on a simulated cluster, in this thread.
public final class Simulation {
    /// What healing may take, in the cluster's own time: elections under drawn conditions and back-offs of clients included.
    private static final long PROGRESS_NANOS = 15_000_000_000L;

    private static final int MINIMUM_OPERATIONS = 1;

    /// The nodes' clocks and the history begin at this time.
    public static final long ORIGIN_NANOS = 0;

    private Simulation() {}

    /// A cluster for the run.
    ///
    /// @param directory where journals go that are kept in files
    public static SimulatedCluster cluster(
            RunSpec spec,
            Conditions conditions,
            Path directory,
            VirtualTime time,
            Journals journals) {
        return new SimulatedCluster(
                NodeId.first(spec.nodes()),
                directory,
                time,
                conditions,
                spec.seed(),
                planted(spec.bug()),
                journals);
    }

    private static Supplier<Planted> planted(@Nullable String bug) {
        return bug == null ? () -> Planted.NOTHING : Bugs.find(bug).map(Bug::planted).orElseThrow();
    }

    /// What came of a run.
    ///
    /// @param simulatedNanos how long it lasted in its own time
    public record Outcome(Trial trial, Judgement judgement, long simulatedNanos) {
        /// What the judge says of the promises. Whether this one run tested enough is not asked: in a swarm some have hardly
        /// any operations of some kind, and what counts is what all of them did together.
        public Verdict verdict() {
            return Verdict.worst(
                    judgement.findings().stream()
                            .filter(finding -> !finding.check().equals("assumptions"))
                            .map(Finding::verdict)
                            .toList());
        }
    }

    /// Runs and judges; nothing is written anywhere.
    public static Outcome run(Draw draw) {
        VirtualTime time = new VirtualTime();
        MemoryJournals memory = new MemoryJournals(time::nanos);
        HistoryInMemory history = new HistoryInMemory();
        carryOut(draw, time, memory, history);
        Trial trial =
                new Trial(
                        history.history(),
                        memory.streams(),
                        draw.spec().workload().checks(),
                        new Expectations(false, MINIMUM_OPERATIONS, ORIGIN_NANOS, PROGRESS_NANOS));
        Judgement judgement = new Judge().judge(trial, Bounds.defaults());
        return new Outcome(trial, judgement, time.nanos());
    }

    /// Runs and writes the history and the nodes' streams, as a real run does, into these folders.
    public static void record(Draw draw, Path history, Path nodes) {
        VirtualTime time = new VirtualTime();
        try (HistoryWriter writer = new HistoryWriter(history)) {
            carryOut(draw, time, files(nodes, time), writer);
        }
    }

    /// Journals in files, a folder for each node.
    public static Journals files(Path nodes, VirtualTime time) {
        return (node, incarnation) ->
                new Streams(
                        nodes.resolve(node.name()),
                        new dev.ordeal.node.raft.NodeId(node.name()),
                        incarnation,
                        time::nanos);
    }

    private static void carryOut(
            Draw draw, VirtualTime time, Journals journals, HistoryLog history) {
        RunSpec spec = draw.spec();
        try (SimulatedCluster cluster =
                cluster(spec, draw.conditions(), Path.of("simulated"), time, journals)) {
            Runner runner = new Runner(spec, RunPlan.of(spec), cluster, history, ORIGIN_NANOS);
            time.runUntil(runner.start());
            time.runUntil(runner.run());
        }
    }
}
