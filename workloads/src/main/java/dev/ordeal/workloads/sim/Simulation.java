package dev.ordeal.workloads.sim;

import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryInMemory;
import dev.ordeal.checker.history.HistoryLog;
import dev.ordeal.checker.history.HistoryWriter;
import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.sim.Deliveries;
import dev.ordeal.nemesis.sim.Journals;
import dev.ordeal.nemesis.sim.SimulatedCluster;
import dev.ordeal.nemesis.sim.VirtualTime;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Streams;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.run.Runner;
import dev.ordeal.workloads.sim.Coverage.Happening;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A run of a plan on a simulated cluster, in this thread.
public final class Simulation {
    private static final int MINIMUM_OPERATIONS = 1;

    /// The nodes' clocks and the history begin at this time.
    public static final long ORIGIN_NANOS = 0;

    private Simulation() {}

    /// A cluster for the run.
    ///
    /// @param directory where journals go that are kept in files
    public static SimulatedCluster cluster(
            Scenario scenario, Path directory, VirtualTime time, Journals journals) {
        return cluster(scenario, directory, time, journals, null);
    }

    private static SimulatedCluster cluster(
            Scenario scenario,
            Path directory,
            VirtualTime time,
            Journals journals,
            @Nullable Consumer<Delivery> onCarried) {
        RunSpec spec = scenario.spec();
        return new SimulatedCluster(
                NodeId.first(spec.nodes()),
                directory,
                time,
                scenario.conditions(),
                spec.seed(),
                new Deliveries(scenario.deliveries(), onCarried),
                planted(spec.bug()),
                journals);
    }

    private static Supplier<Planted> planted(@Nullable String bug) {
        return bug == null ? () -> Planted.NOTHING : Bugs.find(bug).map(Bug::planted).orElseThrow();
    }

    /// What came of a run.
    ///
    /// @param strikes that were made, resolved: from when each struck whom
    /// @param coverage what happened in it
    /// @param simulatedNanos how long it lasted in its own time
    public record Outcome(
            Trial trial,
            Judgement judgement,
            List<Strike> strikes,
            Coverage coverage,
            long simulatedNanos) {
        public Outcome {
            strikes = List.copyOf(strikes);
        }

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
        return run(draw.scenario());
    }

    /// Runs and judges; nothing is written anywhere.
    public static Outcome run(Scenario scenario) {
        return run(scenario, scenario.spec().checks());
    }

    /// Runs and judges by these checks alone.
    static Outcome run(Scenario scenario, List<String> checks) {
        VirtualTime time = new VirtualTime();
        MemoryJournals memory = new MemoryJournals(time::nanos);
        HistoryInMemory history = new HistoryInMemory();
        List<Strike> strikes = carryOut(scenario, time, memory, history, null);
        Trial trial =
                new Trial(
                        history.history(),
                        memory.streams(),
                        checks,
                        new Expectations(
                                false,
                                MINIMUM_OPERATIONS,
                                ORIGIN_NANOS,
                                ClusterKind.SIM.healing().toNanos()));
        Judgement judgement = new Judge().judge(trial, Bounds.defaults());
        return new Outcome(
                trial, judgement, strikes, coverage(trial.history(), memory), time.nanos());
    }

    private static Coverage coverage(History history, MemoryJournals nodes) {
        Coverage coverage = nodes.coverage();
        coverage.saw(Happening.OPERATION, history.size());
        coverage.saw(
                Happening.UNKNOWN,
                IntStream.range(0, history.size())
                        .filter(i ->
                                history.outcome(i) == dev.ordeal.checker.history.Outcome.UNKNOWN)
                        .count());
        return coverage;
    }

    /// Runs and writes the history and the nodes' streams, as a real run does, into these folders.
    public static void record(Scenario scenario, Path history, Path nodes) {
        VirtualTime time = new VirtualTime();
        try (HistoryWriter writer = new HistoryWriter(history)) {
            carryOut(scenario, time, files(nodes, time), writer, null);
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

    /// What becomes of every message of a run, a link's in the order of their numbers.
    static List<Delivery> deliveries(Scenario scenario) {
        VirtualTime time = new VirtualTime();
        List<Delivery> deliveries = new ArrayList<>();
        carryOut(
                scenario,
                time,
                new MemoryJournals(time::nanos),
                new HistoryInMemory(),
                deliveries::add);
        return deliveries;
    }

    private static List<Strike> carryOut(
            Scenario scenario,
            VirtualTime time,
            Journals journals,
            HistoryLog history,
            @Nullable Consumer<Delivery> onCarried) {
        RunSpec spec = scenario.spec();
        try (SimulatedCluster cluster =
                cluster(scenario, Path.of("simulated"), time, journals, onCarried)) {
            Runner runner = new Runner(spec, scenario.plan(), cluster, history, ORIGIN_NANOS);
            time.runUntil(runner.start());
            time.runUntil(runner.run());
            return runner.strikes();
        }
    }
}
