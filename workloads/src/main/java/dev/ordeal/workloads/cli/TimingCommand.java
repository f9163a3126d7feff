package dev.ordeal.workloads.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.report.TimingTable;
import dev.ordeal.results.report.TimingTable.Window;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal timing`: who was what when, from the nodes' own events.
@Command(
        name = "timing",
        description =
                "Prints what happened to each node of a run, a row a moment: roles, terms, votes, starts, and the faults. Of several runs, at the end how each was judged.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The same as a picture, to zoom and to search: the nodes in the run's report.html.",
            "Examples:",
            "  ordeal timing results/latest",
            "  ordeal timing results/latest --from 12s --to 14500ms --node n1,n3",
            "  ordeal timing results/runs/*"
        })
final class TimingCommand implements Runnable {
    private static final int NARROWEST = 40;

    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "RUN",
            arity = "1..*",
            description = "Run directories, such as results/latest.")
    private List<Path> runs;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "Leave out what was before, but for the roles at that moment: 12s, 14500ms.")
    private @Nullable Duration from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Leave out what came after.")
    private @Nullable Duration to;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            split = ",",
            description = "Only these nodes. Default: all.")
    private List<String> nodes = List.of();

    @Option(
            names = "--width",
            paramLabel = "N",
            description =
                    "Characters a line, from 40 on. Default: as wide as the terminal, or 120.")
    private @Nullable Integer width;

    @Override
    public void run() {
        for (Path run : runs) {
            if (!Files.exists(run)) {
                throw bad("there is no run directory " + run);
            }
        }
        if (width != null && width < NARROWEST) {
            throw bad("--width must be " + NARROWEST + " or more, not " + width);
        }
        Window window = window();
        List<RunDirectory> directories = runs.stream().map(RunDirectory::open).toList();
        directories.forEach(this::mustHaveTheNodes);
        PrintWriter out = command.commandLine().getOut();
        if (directories.size() == 1) {
            out.print(table(directories.getFirst(), window));
        } else {
            printAll(directories, window, out);
        }
        out.flush();
    }

    private void mustHaveTheNodes(RunDirectory run) {
        List<String> names = run.nodeNames();
        for (String node : nodes) {
            if (!names.contains(node)) {
                throw bad(
                        "there is no node \""
                                + node
                                + "\" in "
                                + (runs.size() == 1 ? "this run" : run.path().toString())
                                + ", only "
                                + String.join(", ", names)
                                + "."
                                + Closest.suggestion(node, names));
            }
        }
    }

    private String table(RunDirectory run, Window window) {
        List<NodeStreams> streams =
                run.nodeNames().stream()
                        .map(node -> NodeStreams.read(node, run.node(node)))
                        .toList();
        return TimingTable.of(
                run.facts(),
                Histories.read(run.history(), Format.JSONL),
                streams,
                window,
                width == null ? Math.max(NARROWEST, Width.ofTerminal()) : width);
    }

    /// Each run under its name, and at the end how each was judged.
    private void printAll(List<RunDirectory> directories, Window window, PrintWriter out) {
        List<String> names = numbered(directories);
        Table judged = new Table("Run", "Verdict", "");
        for (int i = 0; i < directories.size(); i++) {
            out.println("══ " + names.get(i));
            out.println(table(directories.get(i), window));
            JsonNode verdict = verdict(directories.get(i));
            judged.row(
                    names.get(i),
                    verdict.path("verdict").asText("not judged").toUpperCase(Locale.ROOT),
                    verdict.path("sentence").asText());
        }
        judged.print(out, false);
    }

    /// The names of their folders; those that are equal are told apart by numbers.
    private static List<String> numbered(List<RunDirectory> directories) {
        Map<String, Integer> seen = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (RunDirectory directory : directories) {
            String name = String.valueOf(directory.path().getFileName());
            int times = seen.merge(name, 1, Integer::sum);
            names.add(times == 1 ? name : name + " (" + times + ")");
        }
        return names;
    }

    /// As it was written; without anything in it if there is none yet.
    private static JsonNode verdict(RunDirectory run) {
        try {
            return Files.exists(run.verdict())
                    ? new ObjectMapper().readTree(run.verdict().toFile())
                    : MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Window window() {
        try {
            return new Window(
                    from == null ? Long.MIN_VALUE : from.toNanos(),
                    to == null ? Long.MAX_VALUE : to.toNanos(),
                    nodes);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException bad(String what) {
        return new ParameterException(command.commandLine(), what);
    }
}
