package dev.ordeal.workloads.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.ordeal.workloads.sim.Draw;
import dev.ordeal.workloads.sim.Simulation;
import dev.ordeal.workloads.workload.Workload;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal bench sim`: how fast simulated time goes by, on one core.
@Command(
        name = "sim",
        description = {
            "Measures the simulation: those seeds of a swarm that draw 5 nodes, with load, faults and judges, one after the other.",
            "The figure is simulated seconds in a second of one core, with the cores that compiler and collector take."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SimBench implements Callable<Integer> {
    private static final int NODES = 5;

    @Spec private CommandSpec command;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = Durations.class,
            description =
                    "How long each workload is measured, after as long to warm up; the JVM's compiler is at work for most of a minute. Default: ${DEFAULT-VALUE}.")
    private Duration time;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Override
    public Integer call() {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new ParameterException(command.commandLine(), "--time must be at least 1s");
        }
        PrintWriter out = command.commandLine().getOut();
        out.println("machine: " + Machine.description());
        Table table =
                new Table(
                        "workload",
                        "seeds",
                        "operations",
                        "simulated s",
                        "core s",
                        "simulated s a core s");
        for (Workload workload : Workload.all()) {
            Measured warmUp = measure(workload, time.toNanos(), 0);
            Measured measured = measure(workload, time.toNanos(), warmUp.lastSeed);
            table.row(
                    workload.name(),
                    "%,d".formatted(measured.seeds),
                    "%,d".formatted(measured.operations),
                    "%,.0f".formatted(measured.simulatedNanos / 1e9),
                    "%.1f".formatted(measured.coreNanos / 1e9),
                    "%,.0f".formatted((double) measured.simulatedNanos / measured.coreNanos));
        }
        table.print(out, markdown);
        return 0;
    }

    private static final class Measured {
        private long lastSeed;
        private long seeds;
        private long operations;
        private long simulatedNanos;
        private long coreNanos;
    }

    /// What counts is the time of all cores that this process took, its compiler's and its collector's included.
    private static Measured measure(Workload workload, long forNanos, long afterSeed) {
        Measured measured = new Measured();
        measured.lastSeed = afterSeed;
        long began = System.nanoTime();
        long beganCoreNanos = coreNanos();
        do {
            Draw draw = Draw.of(workload, ++measured.lastSeed, null, null);
            if (draw.spec().nodes() == NODES) {
                Simulation.Outcome outcome = Simulation.run(draw);
                measured.seeds++;
                measured.operations += outcome.trial().history().size();
                measured.simulatedNanos += outcome.simulatedNanos();
            }
        } while (System.nanoTime() - began < forNanos);
        measured.coreNanos = coreNanos() - beganCoreNanos;
        return measured;
    }

    private static long coreNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
