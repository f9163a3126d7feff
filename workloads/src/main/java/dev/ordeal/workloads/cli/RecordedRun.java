package dev.ordeal.workloads.cli;

import dev.ordeal.checker.history.HistoryWriter;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.Drive;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.sim.VirtualTime;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.run.Runner;
import dev.ordeal.workloads.sim.Simulation;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// A scenario that is carried out on its cluster, recorded, judged and told: what `run` and `replay` have in common.
///
/// @param command whose output and error output are written to
/// @param options how the verdict is told, and what is kept
record RecordedRun(CommandLine command, RecordOptions options) {
    /// Makes of a scenario one that the cluster can follow, or refuses it.
    interface Adaptation {
        Scenario to(Scenario scenario, Cluster cluster);
    }

    /// Runs it, from the first node's start to the last word of the verdict.
    ///
    /// @param repeat what to type to have the same plan again
    /// @return the exit code
    /// @throws ParameterException if the adaptation refuses
    int carryOut(Scenario scenario, String repeat, Adaptation adaptation) {
        RunStart start = RunStart.now(options.results(), scenario.spec().title());
        RunDirectory directory = start.directory();
        // Before anything logs: logback-ordeal.xml reads it once.
        System.setProperty("ordeal.tool.log", directory.toolLog().toString());
        try {
            PrintWriter talk = options.json() ? command.getErr() : command.getOut();
            record(scenario, adaptation, start, repeat, talk);
            Judged judged = Judged.run(directory);
            if (!options.keep() && judged.exitCode() == 0) {
                directory.deleteNodeData();
            }
            judged.print(command.getOut(), options.json());
            return judged.exitCode();
        } catch (ParameterException e) {
            // No run: nothing was started.
            directory.delete();
            throw e;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(RecordedRun.class).error("the run failed", e);
            command.getErr()
                    .println(
                            "ordeal: "
                                    + Failure.inOneLine(e)
                                    + Failure.where(e, directory.toolLog()));
            return Main.INTERNAL_FAILURE;
        }
    }

    /// From the first node's start to the last one's end, without the judge.
    ///
    /// @param talk where progress is told
    static void record(
            Scenario wanted,
            Adaptation adaptation,
            RunStart start,
            String repeat,
            PrintWriter talk) {
        RunDirectory directory = start.directory();
        RunSpec spec = wanted.spec();
        boolean simulated = spec.cluster() == ClusterKind.SIM;
        EventLoop loop = new EventLoop();
        VirtualTime virtual = new VirtualTime();
        Drive time = simulated ? virtual : loop;
        long originNanos = time.nanos();
        directory.write(facts(spec, start.at(), originNanos, repeat));
        talk.println(repeat);
        try (Cluster nodes =
                        simulated
                                ? Simulation.cluster(
                                        wanted,
                                        directory.nodes(),
                                        virtual,
                                        Simulation.files(directory.nodes(), virtual))
                                : cluster(wanted, directory, loop);
                HistoryWriter history = new HistoryWriter(directory.history())) {
            Scenario scenario = adaptation.to(wanted, nodes);
            Plans.write(scenario, directory.plan());
            Runner runner = new Runner(spec, scenario.plan(), nodes, history, originNanos);
            // A simulated run takes moments, and must not depend on when somebody lost patience.
            @Nullable Interrupt interrupt =
                    simulated
                            ? null
                            : new Interrupt(
                                    "stopping: lifting the faults, reading back, judging what there is (again: stop at once)",
                                    () -> loop.after(0, runner::stopEarly),
                                    talk);
            LiveLine line = new LiveLine(time, runner, talk);
            try {
                time.runUntil(runner.start());
                directory.publish();
                time.runUntil(runner.run());
            } finally {
                line.close();
                if (interrupt != null) {
                    interrupt.close();
                }
            }
        }
    }

    private static Cluster cluster(Scenario scenario, RunDirectory directory, EventLoop loop) {
        RunSpec spec = scenario.spec();
        ClusterSpec wanted =
                new ClusterSpec(
                        spec.nodes(),
                        directory.nodes(),
                        OrdealRaft.correct()
                                .withBug(spec.bug())
                                .withFsync(spec.fsync())
                                .withSeed(spec.seed())
                                .withSettings(scenario.conditions().settings()),
                        spec.seed());
        boolean clocks =
                scenario.plan().strikes().stream()
                        .anyMatch(strike -> strike.fault() instanceof Fault.Clock);
        return Clusters.create(spec.cluster(), clocks ? wanted.withClocks() : wanted, loop);
    }

    /// A simulated run that is already known for what it does: does it again, keeps the record this time, and judges it.
    static Judged simulate(Scenario scenario, RunStart start, String repeat) {
        RunDirectory directory = start.directory();
        directory.write(facts(scenario.spec(), start.at(), Simulation.ORIGIN_NANOS, repeat));
        Plans.write(scenario, directory.plan());
        Simulation.record(scenario, directory.history(), directory.nodes());
        Judged judged = Judged.run(directory);
        directory.publish();
        return judged;
    }

    /// What to know of a run, beside its history.
    private static RunFacts facts(
            RunSpec spec, OffsetDateTime startedAt, long originNanos, String repeat) {
        return new RunFacts(
                spec.workload().name(),
                spec.cluster().toString(),
                spec.nodes(),
                spec.clients(),
                spec.rate(),
                spec.time().toNanos(),
                spec.timeout().toNanos(),
                spec.keys(),
                spec.faults().stream().map(Fault::toString).toList(),
                spec.seed(),
                spec.bug(),
                spec.fsync(),
                spec.stopOnViolation(),
                spec.checks(),
                originNanos,
                startedAt.toString(),
                repeat);
    }
}
