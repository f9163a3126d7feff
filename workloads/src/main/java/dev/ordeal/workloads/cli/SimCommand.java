package dev.ordeal.workloads.cli;

import dev.ordeal.checker.Verdict;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.sim.Coverage;
import dev.ordeal.workloads.sim.Draw;
import dev.ordeal.workloads.sim.Simulation;
import dev.ordeal.workloads.sim.Swarm;
import dev.ordeal.workloads.workload.Workload;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `./ordeal sim`: many short simulated runs, each drawn from its seed.
@Command(
        name = "sim",
        description = {
            "Runs a workload on simulated clusters, in virtual time, a run a seed.",
            "Each seed draws its own cluster, load, faults, network, disks and tuning; the same seed gives the same run, byte for byte."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every seed is valid",
            "1:a seed is violated",
            "2:none is violated, and one is undecided",
            "254:bad arguments",
            "255:the tool itself failed"
        },
        footer = {"", "The record of a seed that is not valid is kept, as that of a run is."})
final class SimCommand implements Callable<Integer> {
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "WORKLOAD",
            description = "register, append, sus: see ordeal run --help")
    private String workload;

    @Option(
            names = "--seeds",
            paramLabel = "N[..M]",
            defaultValue = "1..100",
            converter = Seeds.Reader.class,
            description = "The seeds, both ends included. Default: ${DEFAULT-VALUE}.")
    private Seeds seeds;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "How long the load and the faults of a seed last. Default: drawn.")
    private @Nullable Duration time;

    @Option(
            names = "--bug",
            paramLabel = "ID",
            description = "Plants a bug in every node; ordeal bugs lists them.")
    private @Nullable String bug;

    @Option(
            names = "--keep-going",
            description = "Run all seeds. Without, the first that is violated is the last.")
    private boolean keepGoing;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Where records are kept. Default: ${DEFAULT-VALUE}.")
    private Path results;

    /// A range of seeds, both ends included.
    record Seeds(long first, long last) {
        static final class Reader implements ITypeConverter<Seeds> {
            @Override
            public Seeds convert(String text) {
                String[] ends = text.split("\\.\\.", -1);
                try {
                    long first = Long.parseLong(ends[0]);
                    long last = ends.length == 1 ? first : Long.parseLong(ends[1]);
                    if (ends.length <= 2 && first <= last) {
                        return new Seeds(first, last);
                    }
                } catch (NumberFormatException e) {
                    // Said below.
                }
                throw new TypeConversionException(
                        "seeds are a number or a range such as 1..1000, not '" + text + "'");
            }
        }
    }

    /// All runs together: a swarm in which little happened has shown little.
    private static final class Together {
        private final Coverage coverage = new Coverage();
        private long seeds;
        private long simulatedNanos;

        void add(Simulation.Outcome outcome) {
            seeds++;
            simulatedNanos += outcome.simulatedNanos();
            coverage.add(outcome.coverage());
        }

        String inWords(long elapsedNanos) {
            double seconds = elapsedNanos / 1e9;
            return "%,d seeds, %.1f a second; %.2f simulated hours, %.0f times as fast as time; %s"
                    .formatted(
                            seeds,
                            seeds / seconds,
                            simulatedNanos / 3.6e12,
                            simulatedNanos / 1e9 / seconds,
                            coverage);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Workload known = Choices.workload(command.commandLine(), workload);
        Choices.requireBug(command.commandLine(), bug);
        requireRunnable(known);
        PrintWriter out = command.commandLine().getOut();
        Together together = new Together();
        List<Verdict> verdicts = new ArrayList<>();
        long began = System.nanoTime();
        AtomicLong told = new AtomicLong(began);
        Swarm.run(
                LongStream.rangeClosed(seeds.first, seeds.last)
                        .mapToObj(seed -> Draw.of(known, seed, time, bug))
                        .iterator(),
                (draw, outcome) -> {
                    together.add(outcome);
                    Verdict verdict = outcome.verdict();
                    verdicts.add(verdict);
                    if (!(verdict instanceof Verdict.Valid)) {
                        tell(out, draw, verdict);
                    }
                    long now = System.nanoTime();
                    if (now - told.get() > PROGRESS_NANOS) {
                        told.set(now);
                        out.println(together.inWords(now - began));
                    }
                    return keepGoing || !(verdict instanceof Verdict.Violated);
                });
        out.println(together.inWords(System.nanoTime() - began));
        Verdict worst = Verdict.worst(verdicts);
        long like =
                verdicts.stream().filter(verdict -> verdict.label().equals(worst.label())).count();
        out.println(
                "%s: %,d of %,d seeds"
                        .formatted(worst.label().toUpperCase(Locale.ROOT), like, verdicts.size()));
        return worst.exitCode();
    }

    /// @throws ParameterException if what was typed makes no run
    private void requireRunnable(Workload known) {
        try {
            Draw.of(known, seeds.first, time, bug);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private void tell(PrintWriter out, Draw draw, Verdict verdict) {
        RunSpec spec = draw.spec();
        String repeat =
                "./ordeal sim "
                        + spec.workload().name()
                        + " --seeds "
                        + spec.seed()
                        + (bug == null ? "" : " --bug " + bug)
                        + (time == null ? "" : " --time " + time.toMillis() + "ms");
        RunStart start = RunStart.now(results, "sim-" + spec.title());
        Judged judged = RecordedRun.simulate(draw.scenario(), start, repeat);
        out.println(
                "seed %d is %s: %s%n  %s%n  report: %s"
                        .formatted(
                                spec.seed(),
                                verdict.label(),
                                verdict.sentence(),
                                repeat,
                                judged.report()));
    }
}
