package dev.ordeal.workloads.cli;

import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.bench.Restart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal bench restart`: how long a node takes to come back.
@Command(
        name = "restart",
        description = {
            "Measures how long a node takes to come back with a large log, and with a large snapshot:",
            "from the start of its process until it has answered a linearizable read."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RestartBench implements Callable<Integer> {
    private static final int REPETITIONS = 5;

    @Spec private CommandSpec command;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1000000",
            description =
                    "How many the node has applied in its former life. Default: ${DEFAULT-VALUE}.")
    private int entries;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "On the disk that is to be measured. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Override
    public Integer call() throws Exception {
        if (entries < 1 || entries > 10_000_000) {
            throw new ParameterException(
                    command.commandLine(), "--entries must be 1 to 10000000, not " + entries);
        }
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        RunDirectory folder =
                RunDirectory.create(
                        results, LocalDateTime.now(ZoneId.systemDefault()), "bench-restart");
        Table table = new Table("", "on disk MiB", "seconds", "least..most", "most memory MiB");
        err.println("writing a log");
        Restart log = new Restart(folder.nodes().resolve("log"), entries);
        log.writeLog();
        measure("a log of %,d entries".formatted(entries), log, table, err);
        err.println("writing a snapshot");
        Restart snapshot = new Restart(folder.nodes().resolve("snapshot"), entries);
        snapshot.writeSnapshot();
        measure("a snapshot of what they made", snapshot, table, err);
        folder.delete();
        out.printf(
                "a node's process is started with what is on its disk: until it has answered a read, the middle of %d times%n",
                REPETITIONS);
        out.printf("machine: %s%n%n", Machine.description());
        table.print(out, markdown);
        return 0;
    }

    private static void measure(String what, Restart restart, Table table, PrintWriter err)
            throws IOException, InterruptedException {
        err.println("measuring the restart with " + what);
        long bytes = restart.bytes();
        long memory = 0;
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            Restart.Measurement measured = restart.measure();
            seconds.add(measured.time().toMillis() / 1e3);
            memory = Math.max(memory, measured.mostMemory().orElse(0));
        }
        seconds.sort(null);
        table.row(
                what,
                number("%,.0f", bytes / (double) (1 << 20)),
                number("%.2f", seconds.get(REPETITIONS / 2)),
                number("%.2f", seconds.getFirst()) + ".." + number("%.2f", seconds.getLast()),
                memory == 0 ? "–" : number("%,.0f", memory / (double) (1 << 20)));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
