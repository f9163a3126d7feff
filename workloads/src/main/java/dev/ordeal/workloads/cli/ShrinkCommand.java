package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.sim.Draw;
import dev.ordeal.workloads.sim.Shrinker;
import dev.ordeal.workloads.sim.Shrinker.Bounds;
import dev.ordeal.workloads.sim.Shrunk;
import dev.ordeal.workloads.workload.Workload;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal shrink`: makes the plan of a violated run small, and tells the story of what is left.
@Command(
        name = "shrink",
        description = {
            "Makes a violated run small, in simulation: leaves out strikes, operations, nodes and disturbances, down to single messages, for as long as the same kind of violation remains.",
            "Then it tells the story of what is left. What is left is recorded, with its plan, as a run is."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the run breaks no promise in simulation: there is nothing to shrink",
            "1:it does, and this is the smallest run that was found",
            "254:bad arguments, or a plan that cannot be read",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "Ctrl-C keeps the smallest that was found by then.",
            "Examples:",
            "  ordeal shrink results/latest",
            "  ordeal shrink --seed 17 --bug local-read"
        })
final class ShrinkCommand implements Callable<Integer> {
    private static final long PROGRESS_NANOS = 5_000_000_000L;
    private static final long TERMINAL_PROGRESS_NANOS = 200_000_000L;

    @Spec private CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "PLAN|RUN",
            description = "A plan.json, or a run directory, such as results/latest, that has one.")
    private @Nullable Path plan;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Instead of a run: what this seed draws, as in ordeal sim.")
    private @Nullable Long seed;

    @Option(
            names = "--workload",
            paramLabel = "WORKLOAD",
            defaultValue = "register",
            description = "Of the seed: register, append, sus. Default: ${DEFAULT-VALUE}.")
    private String workload;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "Of the seed: how long the load and the faults last. Default: drawn.")
    private @Nullable Duration time;

    @Option(
            names = "--bug",
            paramLabel = "ID",
            description = "Of the seed: plants a bug in every node; ordeal bugs lists them.")
    private @Nullable String bug;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5000",
            description = "After so many simulated runs it ends. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--within",
            paramLabel = "DURATION",
            defaultValue = "2m",
            converter = Durations.class,
            description = "After this time it ends. Default: ${DEFAULT-VALUE}.")
    private Duration within;

    @Mixin private ResultsOption results;

    @Override
    public Integer call() {
        Scenario scenario = scenario();
        PrintWriter out = command.commandLine().getOut();
        if (scenario.spec().cluster() != ClusterKind.SIM) {
            out.println(
                    "this is the plan of a run on a "
                            + scenario.spec().cluster()
                            + " cluster: it is shrunk in simulation, where the same strikes and operations may do something else");
        }
        Scenario simulated = scenario.on(ClusterKind.SIM);
        Optional<Shrunk> shrunk = shrink(simulated, out);
        if (shrunk.isEmpty()) {
            out.println(
                    "this plan breaks no promise in simulation: there is nothing to shrink"
                            + (scenario.spec().cluster() == ClusterKind.SIM
                                    ? ""
                                    : "; ordeal replay tries it again where it was run"));
            return 0;
        }
        tell(simulated, shrunk.get(), out);
        return 1;
    }

    private Scenario scenario() {
        if ((plan == null) == (seed == null)) {
            throw bad("give either a run (or its plan), or --seed N");
        }
        if (runs < 1) {
            throw bad("--runs must be 1 or more, not " + runs);
        }
        if (plan != null) {
            return Plans.read(command.commandLine(), plan);
        }
        Workload known = Choices.workload(command.commandLine(), workload);
        Choices.requireBug(command.commandLine(), bug);
        try {
            return Draw.of(known, Objects.requireNonNull(seed), time, bug).scenario();
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException bad(String what) {
        return new ParameterException(command.commandLine(), what);
    }

    private Optional<Shrunk> shrink(Scenario scenario, PrintWriter out) {
        AtomicBoolean stopped = new AtomicBoolean();
        boolean watched = Terminal.watched();
        Interrupt interrupt =
                new Interrupt(
                        "stopping: this is the smallest so far (again: stop at once)",
                        () -> stopped.set(true),
                        out);
        try (ProgressLine line = new ProgressLine(out, watched)) {
            return Shrinker.shrink(
                    scenario,
                    new Bounds(runs, within),
                    Runtime.getRuntime().availableProcessors(),
                    progress -> {
                        line.say(progress);
                        return !stopped.get();
                    });
        } finally {
            interrupt.close();
        }
    }

    /// How far it is: on a terminal one line that changes, elsewhere a line every few seconds.
    private static final class ProgressLine implements AutoCloseable {
        private final PrintWriter out;
        private final boolean watched;
        private long saidNanos = System.nanoTime();

        ProgressLine(PrintWriter out, boolean watched) {
            this.out = out;
            this.watched = watched;
        }

        void say(Shrinker.Progress progress) {
            long now = System.nanoTime();
            if (now - saidNanos < (watched ? TERMINAL_PROGRESS_NANOS : PROGRESS_NANOS)) {
                return;
            }
            saidNanos = now;
            String words =
                    "%,d runs: %d strikes, %,d operations, %d nodes"
                            .formatted(
                                    progress.runs(),
                                    progress.strikes(),
                                    progress.operations(),
                                    progress.nodes());
            if (watched) {
                out.print(Terminal.BACK_AND_ERASE + words);
                out.flush();
            } else {
                out.println(words);
            }
        }

        @Override
        public void close() {
            if (watched) {
                out.print(Terminal.BACK_AND_ERASE);
                out.flush();
            }
        }
    }

    /// Records the run that is left, and tells its story.
    private void tell(Scenario original, Shrunk shrunk, PrintWriter out) {
        Scenario scenario = shrunk.scenario();
        RunStart start = RunStart.now(results.folder(), "shrunk-" + scenario.spec().title());
        String replay = "./ordeal replay " + start.directory().plan();
        Judged judged = RecordedRun.simulate(scenario, start, replay);
        out.println(
                "%s in %,d runs: strikes %d → %d, operations %,d → %,d, nodes %d → %d%s"
                        .formatted(
                                shrunk.finished() ? "shrunk" : "shrunk as far as it came",
                                shrunk.runs(),
                                original.plan().strikes().size(),
                                shrunk.strikes(),
                                original.plan().arrivals().size(),
                                shrunk.operations(),
                                original.spec().nodes(),
                                scenario.spec().nodes(),
                                scenario.conditions().equals(Conditions.calm())
                                        ? ", calm network and disks"
                                        : ""));
        out.println();
        judged.story().forEach(out::println);
        out.println();
        out.println("replay: " + replay);
        out.println("report: " + judged.report());
        out.flush();
    }
}
