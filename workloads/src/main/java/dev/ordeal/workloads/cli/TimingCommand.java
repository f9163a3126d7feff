package dev.ordeal.workloads.cli;

import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.report.TimingTable;
import dev.ordeal.results.report.TimingTable.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                "Prints what happened to each node of a run, a row a moment: roles, terms, votes, starts, and the faults.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The same as a picture, to zoom and to search: the nodes in the run's report.html.",
            "Examples:",
            "  ordeal timing results/latest",
            "  ordeal timing results/latest --from 12s --to 14500ms --node n1,n3"
        })
final class TimingCommand implements Runnable {
    private static final int NARROWEST = 40;

    @Spec private CommandSpec command;

    @Parameters(paramLabel = "RUN", description = "A run directory, such as results/latest.")
    private Path run;

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
        if (!Files.exists(run)) {
            throw bad("there is no run directory " + run);
        }
        if (width != null && width < NARROWEST) {
            throw bad("--width must be " + NARROWEST + " or more, not " + width);
        }
        RunDirectory directory = RunDirectory.open(run);
        List<String> names = directory.nodeNames();
        for (String node : nodes) {
            if (!names.contains(node)) {
                throw bad(
                        "there is no node \""
                                + node
                                + "\" in this run, only "
                                + String.join(", ", names)
                                + "."
                                + Closest.suggestion(node, names));
            }
        }
        List<NodeStreams> streams =
                names.stream().map(node -> NodeStreams.read(node, directory.node(node))).toList();
        command.commandLine()
                .getOut()
                .print(
                        TimingTable.of(
                                directory.facts(),
                                Histories.read(directory.history(), Format.JSONL),
                                streams,
                                window(),
                                width == null ? Math.max(NARROWEST, Width.ofTerminal()) : width));
        command.commandLine().getOut().flush();
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
