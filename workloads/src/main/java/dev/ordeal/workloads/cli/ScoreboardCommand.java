package dev.ordeal.workloads.cli;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.board.Hunt;
import dev.ordeal.workloads.board.Row;
import dev.ordeal.workloads.board.Scoreboard;
import dev.ordeal.workloads.board.SimulatedHunt;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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

/// `./ordeal scoreboard`: which of the planted bugs the tool finds.
@Command(
        name = "scoreboard",
        description = {
            "Hunts every planted bug until it is found or its budget is spent, and the service without a bug and its slow variants as long.",
            "The table is printed, and saved with the details as JSON."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every bug was found (with --against: every one that was found there), and no alarm without a bug",
            "1:an alarm about a service without a bug",
            "2:a bug was not found",
            "254:bad arguments",
            "255:the tool itself failed"
        })
final class ScoreboardCommand implements Callable<Integer> {
    /// How `--bugs` calls the service as it is.
    private static final String NONE = "none";

    @Spec private CommandSpec command;

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            defaultValue = "sim",
            description = "sim, process, docker. Default: ${DEFAULT-VALUE}.")
    private String cluster;

    @Option(
            names = "--budget",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = Durations.class,
            description = "The most for each hunt. Default: ${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(
            names = "--bugs",
            paramLabel = "ID",
            split = ",",
            description =
                    "Only these; ordeal bugs lists them, and none is the correct service. Default: all.")
    private List<String> only = List.of();

    @Option(
            names = "--shrink",
            paramLabel = "DURATION",
            defaultValue = "20s",
            converter = Durations.class,
            description =
                    "The most for making small what was found, in simulation; 0s: leave it as it is. Default: ${DEFAULT-VALUE}.")
    private Duration shrink;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = {
                "An earlier scoreboard, as JSON: each hunt begins with the seed that succeeded there,",
                "and only a bug that was found there and is not found now counts as missed."
            })
    private @Nullable Path against;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Where the table is saved. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>(BugsCommand.ids());
        ids.add(NONE);
        Choices bugs = new Choices(ids) {};
        only.forEach(id -> bugs.require(command.commandLine(), "bug", id));
        @Nullable Scoreboard earlier = earlier();
        PrintWriter out = command.commandLine().getOut();
        Path file = file();
        Hunt hunt = hunt(file);
        Rows rows = new Rows(out, file);
        out.println("machine: " + rows.machine);
        for (Bug bug : Bugs.ALL) {
            if (isAskedFor(bug.id())) {
                rows.add(hunt.hunt(bug, true, budget, before(earlier, bug.id())));
            }
        }
        for (Bug slow : Bugs.SLOW) {
            if (isAskedFor(slow.id())) {
                rows.add(hunt.hunt(slow, false, budget, null));
            }
        }
        if (isAskedFor(NONE)) {
            rows.add(hunt.hunt(null, false, budget, null));
        }
        out.println();
        table(rows.board()).print(out, false);
        out.println();
        out.println("saved: " + file);
        return verdict(rows.board(), earlier, out);
    }

    private boolean isAskedFor(String id) {
        return only.isEmpty() || only.contains(id);
    }

    /// A file of its own for each call, made at once: hours later is too late to hear that it cannot be.
    ///
    /// @throws RecordException in one line, if it cannot be
    private Path file() {
        String now =
                LocalDateTime.now(ZoneId.systemDefault())
                        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS"));
        try {
            return Files.createFile(
                    Files.createDirectories(results.resolve("scoreboards"))
                            .resolve(now + "-" + cluster + ".json"));
        } catch (IOException e) {
            throw RunDirectory.unwritable(results, e);
        }
    }

    /// The rows so far. They are saved one by one: a hunt through all of them may take hours.
    private final class Rows {
        private final PrintWriter out;
        private final Path file;
        private final String machine = Machine.description();
        private final List<Row> rows = new ArrayList<>();

        Rows(PrintWriter out, Path file) {
            this.out = out;
            this.file = file;
        }

        void add(Row row) throws IOException {
            rows.add(row);
            out.printf("%-26s %s%n", row.bug(), inWords(row));
            out.flush();
            board().write(file);
        }

        Scoreboard board() {
            return new Scoreboard(cluster, budget.toMillis() / 1e3, machine, rows);
        }
    }

    private static String inWords(Row row) {
        if (row.remark() != null) {
            return "not hunted: " + row.remark();
        }
        String effort = String.format(Locale.ROOT, "%,d runs, %.1f s", row.runs(), row.seconds());
        if (!row.found()) {
            return (row.planted() ? "NOT FOUND in " : "no alarm in ") + effort;
        }
        return "%s by %s after %s: %s"
                .formatted(
                        row.planted() ? "found" : "FALSE ALARM",
                        String.join(", ", row.checks()),
                        effort,
                        row.sentence());
    }

    private static int verdict(Scoreboard board, @Nullable Scoreboard earlier, PrintWriter out) {
        List<String> alarms = board.alarms().stream().map(Row::bug).toList();
        if (!alarms.isEmpty()) {
            out.println("FALSE ALARM without a bug: " + String.join(", ", alarms));
            return 1;
        }
        List<String> missed = earlier == null ? board.missed() : board.lostSince(earlier);
        if (!missed.isEmpty()) {
            out.println(
                    (earlier == null ? "not found: " : "found earlier and not now: ")
                            + String.join(", ", missed));
            return 2;
        }
        long hunted =
                board.rows().stream().filter(row -> row.planted() && row.remark() == null).count();
        long found = board.rows().stream().filter(row -> row.planted() && row.found()).count();
        out.println(hunted == 0 ? "no alarm" : "%d of %d bugs found".formatted(found, hunted));
        return 0;
    }

    private @Nullable Scoreboard earlier() throws IOException {
        if (against == null) {
            return null;
        }
        if (!Files.isReadable(against)) {
            throw new ParameterException(
                    command.commandLine(), "--against: there is no file " + against);
        }
        try {
            return Scoreboard.read(against);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Row before(@Nullable Scoreboard earlier, String bug) {
        return earlier == null ? null : earlier.row(bug).orElse(null);
    }

    private Hunt hunt(Path file) {
        return switch (Clusters.kind(command.commandLine(), cluster)) {
            case SIM ->
                    new SimulatedHunt(
                            shrink,
                            (bug, plan) ->
                                    Plans.write(
                                            plan,
                                            file.resolveSibling(
                                                    file.getFileName()
                                                            .toString()
                                                            .replace(
                                                                    ".json",
                                                                    "-" + bug + ".plan.json"))));
            case PROCESS -> new ClusterHunt(ClusterKind.PROCESS, results);
            case DOCKER -> new ClusterHunt(ClusterKind.DOCKER, results);
        };
    }

    private static Table table(Scoreboard board) {
        Table table =
                new Table(
                        "bug",
                        "found by",
                        "workload",
                        "seed",
                        "runs",
                        "seconds",
                        "strikes",
                        "operations",
                        "clients");
        for (Row row : board.rows()) {
            table.row(
                    row.bug(),
                    row.remark() != null
                            ? "only in simulation"
                            : row.found()
                                    ? String.join(", ", row.checks())
                                    : row.planted() ? "NOT FOUND" : "no alarm, as it should be",
                    row.workload() == null ? "–" : row.workload(),
                    number(row.seed()),
                    "%,d".formatted(row.runs()),
                    "%.1f".formatted(row.seconds()),
                    number(row.strikes()),
                    number(row.operations()),
                    row.client() != null ? "see it" : row.found() ? "not yet" : "–");
        }
        return table;
    }

    private static String number(@Nullable Number number) {
        return number == null ? "–" : number.toString();
    }
}
