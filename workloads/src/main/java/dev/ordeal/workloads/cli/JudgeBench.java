package dev.ordeal.workloads.cli;

import dev.ordeal.checker.bench.CheckBench;
import dev.ordeal.checker.bench.CheckBench.Figure;
import dev.ordeal.checker.bench.CheckBench.Measurement;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal bench check`: how long the judge takes, and that the heap it says is enough: each measurement runs in a JVM of
/// its own that has no more.
@Command(
        name = "check",
        description = {
            "Measures the judge: generated histories, judged several times in a JVM of their own with the heap that the table says.",
            "The first time is what a command line sees, the best is warm. Loading a file is a line of its own."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class JudgeBench implements Callable<Integer> {
    private static final int MOST_OPERATIONS = 10_000_000;

    @Spec private CommandSpec command;

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "1000000",
            description =
                    "Of the large histories, at most 10000000, which needs 4 GiB of memory. Default: ${DEFAULT-VALUE}.")
    private int operations;

    @Option(
            names = "--histories",
            paramLabel = "DIR",
            description =
                    "Measure recorded histories instead, by our engines and by a port of Porcupine. DIR/verdicts.csv has lines of file,model,verdict.")
    private @Nullable Path histories;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Option(
            names = "--measurement",
            hidden = true,
            defaultValue = "-1",
            description = "Only this one, in this JVM.")
    private int measurement;

    @Option(names = "--scratch", hidden = true)
    private @Nullable Path scratch;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (operations < 100 || operations > MOST_OPERATIONS) {
            throw new ParameterException(
                    command.commandLine(),
                    "--operations must be from 100 to "
                            + MOST_OPERATIONS
                            + ", but is "
                            + operations);
        }
        if (histories != null && !Files.isReadable(histories.resolve("verdicts.csv"))) {
            throw new ParameterException(
                    command.commandLine(), "--histories needs a folder with a file verdicts.csv");
        }
        PrintWriter out = command.commandLine().getOut();
        Path folder = scratch != null ? scratch : Files.createTempDirectory("ordeal-bench");
        List<Measurement> measurements =
                histories != null
                        ? CheckBench.recorded(histories)
                        : CheckBench.generated(operations, folder);
        if (measurement >= 0) {
            measurements.get(measurement).take().get().forEach(figure -> row(out, figure));
            return 0;
        }
        out.println("machine: " + Machine.description());
        row(out, "", "operations", "heap MiB", "verdict", "engine", "first ms", "best ms");
        if (markdown) {
            out.println("|---|---:|---:|---|---|---:|---:|");
            out.flush();
        }
        int failed = 0;
        try {
            for (int m = 0; m < measurements.size(); m++) {
                failed += ownJvm(m, measurements.get(m).heapMebibytes(), folder) == 0 ? 0 : 1;
            }
        } finally {
            deleteWhatIsLeft(folder);
        }
        if (failed > 0) {
            out.println(failed + " of " + measurements.size() + " measurements failed");
        }
        return failed == 0 ? 0 : 1;
    }

    private int ownJvm(int number, int heapMebibytes, Path folder)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("-Xmx" + heapMebibytes + "m");
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(Main.class.getName());
        line.addAll(List.of("bench", "check", "--operations", String.valueOf(operations)));
        line.addAll(List.of("--measurement", String.valueOf(number)));
        line.addAll(List.of("--scratch", folder.toString()));
        if (histories != null) {
            line.addAll(List.of("--histories", histories.toString()));
        }
        if (markdown) {
            line.add("--markdown");
        }
        Process child = new ProcessBuilder(line).inheritIO().start();
        try {
            return child.waitFor();
        } catch (InterruptedException e) {
            child.destroyForcibly();
            throw e;
        }
    }

    /// A measurement that ran out of memory leaves its file.
    private static void deleteWhatIsLeft(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("bench.jsonl"));
        Files.deleteIfExists(folder);
    }

    private void row(PrintWriter out, Figure figure) {
        row(
                out,
                figure.what(),
                String.format(Locale.ROOT, "%,d", figure.operations()),
                String.format(Locale.ROOT, "%,d", Runtime.getRuntime().maxMemory() >> 20),
                figure.verdict(),
                figure.engine(),
                String.format(Locale.ROOT, "%,.1f", figure.firstMillis()),
                String.format(Locale.ROOT, "%,.1f", figure.bestMillis()));
    }

    private void row(PrintWriter out, String... cells) {
        out.println(
                markdown
                        ? "| " + String.join(" | ", cells) + " |"
                        : "%-76s %12s %9s  %-9s  %-14s %10s %10s".formatted((Object[]) cells));
        out.flush();
    }
}
