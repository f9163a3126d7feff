package dev.ordeal.workloads.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.VerdictJson;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.HistoryFormatException;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.report.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal check`: judges what is on disk; runs nothing.
@Command(
        name = "check",
        description =
                "Judges anybody's histories, or the record of a run again. One input gets a report, several get a table.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes (of several inputs the first that applies to one):%n",
        exitCodeList = {
            "1:violated",
            "255:the tool itself failed",
            "254:bad arguments, or an input that cannot be judged (the others still are)",
            "2:undecided",
            "0:valid"
        },
        footer = {
            "",
            "Ctrl-C stops the judge; what is known by then is said, the rest is undecided.",
            "",
            "Examples:",
            "  ordeal check history.jsonl --model register",
            "  ordeal check store/*/history.edn --model cas-register --tuples",
            "  ordeal check histories/ --model list-append --consistency serializable",
            "  ordeal check results/latest"
        })
final class CheckCommand implements Callable<Integer> {
    private static final int MOST_OF_A_SENTENCE = 200;

    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "A history: judged against --model. One JSON object a line with time, process, type, f, key, value, or"
                        + " another --format.",
                "A run directory: judged from its record as it was after the run.",
                "A folder: every run and every history in it."
            })
    private List<Path> paths;

    @Mixin private PromiseOptions promise;

    @Mixin private HistoryOptions reading;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = Linearizability.AUTO,
            completionCandidates = Engines.class,
            description =
                    "Decides whether a history is linearizable: ${COMPLETION-CANDIDATES}. auto takes the first that can, key"
                            + " by key, and says which and why. Default: ${DEFAULT-VALUE}.")
    private String engine;

    @Option(
            names = "--time-limit",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = Durations.class,
            description =
                    "For each input; then it is undecided. Explaining a violation has 10s more. Default: ${DEFAULT-VALUE}.")
    private Duration timeLimit;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object for each input, on a line of its own, and nothing else, on standard output.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Write the report page there; of several inputs, or when it is a folder, one page each into it.")
    private @Nullable Path html;

    /// The names of the engines.
    static final class Engines extends Choices {
        Engines() {
            super(
                    Stream.concat(
                                    Stream.of(Linearizability.AUTO),
                                    Linearizability.engines().stream())
                            .toList());
        }
    }

    /// What is said of an input in the table. It holds neither history nor witness, so that many fit.
    private record Row(
            Path path,
            String operations,
            String verdict,
            String engine,
            String millis,
            String sentence,
            List<String> notes,
            int exitCode) {}

    @Override
    public Integer call() {
        new Engines().require(command.commandLine(), "engine", engine);
        reading.validate();
        Optional<String> check = promise.check();
        if (!engine.equals(Linearizability.AUTO) && check.isPresent() && !promise.linearizable()) {
            throw new ParameterException(
                    command.commandLine(), "--engine is not for transactions: they have one way");
        }
        List<Row> rows = new ArrayList<>();
        List<Input> inputs =
                Input.under(
                        paths,
                        (path, problem) -> rows.add(unusable(path, problem, Main.BAD_ARGUMENTS)));
        if (check.isEmpty()) {
            inputs.stream()
                    .filter(input -> !input.run())
                    .findFirst()
                    .ifPresent(input -> {
                        throw new ParameterException(
                                command.commandLine(),
                                input.path()
                                        + " is a history, so say what it must be: --model register");
                    });
        }
        boolean alone = inputs.size() == 1 && rows.isEmpty();
        Map<Input, Path> pages = pages(inputs, alone);
        try (Batch<Row> batch =
                new Batch<>(
                        inputs,
                        input -> row(input, check.orElse(""), pages.get(input), alone),
                        input -> interrupted(input.path()),
                        err(),
                        Terminal.errorsWatched())) {
            Interrupt interrupt =
                    new Interrupt("stopping the judge (again: at once)", batch::stop, err());
            try {
                rows.addAll(batch.judge());
            } finally {
                interrupt.close();
            }
        }
        if (!alone && !json && !inputs.isEmpty()) {
            print(rows);
        }
        List<Integer> severity = List.of(0, 2, Main.BAD_ARGUMENTS, Main.INTERNAL_FAILURE, 1);
        return rows.stream()
                .map(Row::exitCode)
                .max(Comparator.comparingInt(severity::indexOf))
                .orElse(Main.BAD_ARGUMENTS);
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }

    /// Where the page of each input goes, when pages were asked for.
    private Map<Input, Path> pages(List<Input> inputs, boolean alone) {
        Path where = html;
        Map<Input, Path> pages = new HashMap<>();
        if (where == null || inputs.isEmpty()) {
            return pages;
        }
        if (alone && !Files.isDirectory(where)) {
            return Map.of(inputs.getFirst(), where);
        }
        try {
            Files.createDirectories(where);
        } catch (IOException e) {
            throw new ParameterException(
                    command.commandLine(),
                    "--html " + where + " must be a folder for several inputs, and cannot be made",
                    e);
        }
        Set<String> taken = new HashSet<>();
        for (Input input : inputs) {
            String name = input.path().normalize().toString().replaceAll("^[./]+|[^\\w.-]+", "-");
            String stem = name.startsWith("-") ? name.substring(1) : name;
            String free = stem;
            for (int number = 2; !taken.add(free); number++) {
                free = stem + "-" + number;
            }
            pages.put(input, where.resolve(free + ".html"));
        }
        return pages;
    }

    /// Judges one, and says so at once unless it is for the table. In any thread of the batch.
    private Row row(Input input, String check, @Nullable Path page, boolean alone) {
        Path path = input.path();
        try {
            Judged judged = judge(input, check, page, alone);
            if (json) {
                ObjectNode verdict = judged.json();
                verdict.put("path", path.toString());
                say(out(), verdict.toString());
            } else if (alone) {
                synchronized (this) {
                    judged.print(out(), false);
                }
            }
            Summary summary = Summary.of(judged.judgement());
            return new Row(
                    path,
                    String.format(Locale.ROOT, "%,d", judged.operations()),
                    summary.verdict(),
                    summary.engine(),
                    String.format(Locale.ROOT, "%,d", summary.millis()),
                    summary.sentence(),
                    judged.notes(),
                    judged.exitCode());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ClosedByInterruptException) {
                return interrupted(path);
            }
            return unusable(path, Failure.inOneLine(e), Main.BAD_ARGUMENTS);
        } catch (HistoryFormatException | IllegalArgumentException e) {
            return unusable(path, Failure.inOneLine(e), Main.BAD_ARGUMENTS);
        } catch (RecordException | OutOfMemoryError e) {
            return unusable(path, Failure.inOneLine(e), Main.INTERNAL_FAILURE);
        } catch (RuntimeException e) {
            String details = Failure.details(e, List.of("check", path.toString()));
            return unusable(path, Failure.inOneLine(e) + details, Main.INTERNAL_FAILURE);
        }
    }

    private Judged judge(Input input, String check, @Nullable Path page, boolean alone) {
        Judge judge = new Judge(engine);
        Bounds bounds = Bounds.defaults().withTime(timeLimit);
        if (!alone && !input.large()) {
            bounds = bounds.withBytes(bounds.bytes() / Runtime.getRuntime().availableProcessors());
        }
        return input.run()
                ? Judged.run(RunDirectory.open(input.path()), page, judge, bounds)
                : Judged.history(reading.read(input.path()), check, page, judge, bounds);
    }

    private Row unusable(Path path, String problem, int exitCode) {
        say(err(), "ordeal: " + path + ": " + problem);
        if (json) {
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            error.put("path", path.toString()).put("error", problem).put("exitCode", exitCode);
            say(out(), error.toString());
        }
        return new Row(path, "–", "not judged", "", "–", problem, List.of(), exitCode);
    }

    private Row interrupted(Path path) {
        Verdict verdict = new Verdict.Undecided("it was interrupted before it was judged");
        if (json) {
            Finding finding = new Finding("interrupted", verdict, Map.of());
            ObjectNode said = VerdictJson.toJson(new Judgement(List.of(finding)));
            say(out(), said.put("path", path.toString()).toString());
        }
        return new Row(
                path,
                "–",
                verdict.label(),
                "",
                "–",
                verdict.sentence(),
                List.of(),
                verdict.exitCode());
    }

    private synchronized void say(PrintWriter where, String line) {
        where.println(line);
        where.flush();
    }

    private void print(List<Row> rows) {
        Table table = new Table("", "operations", "verdict", "engine", "ms");
        Map<String, Integer> verdicts = new LinkedHashMap<>();
        List.of("valid", "violated", "undecided").forEach(label -> verdicts.put(label, 0));
        Map<String, List<Row>> notes = new LinkedHashMap<>();
        for (Row row : rows) {
            table.row(row.path.toString(), row.operations, row.verdict, row.engine, row.millis);
            verdicts.merge(row.verdict, 1, Integer::sum);
            row.notes.forEach(note -> notes.computeIfAbsent(note, n -> new ArrayList<>()).add(row));
        }
        PrintWriter out = out();
        table.print(out, false);
        notes.forEach((note, of) ->
                out.println(
                        "note: "
                                + (of.size() == 1 ? of.getFirst().path : of.size() + " inputs")
                                + ": "
                                + note));
        for (Row row : rows) {
            if (row.exitCode == 1 || row.exitCode == 2) {
                out.println(row.path + ": " + row.verdict + ": " + cut(row.sentence));
            }
        }
        if (html != null) {
            out.println("reports: " + html);
        }
        out.println(
                verdicts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        out.flush();
    }

    /// The table is for seeing which; what exactly is told of one alone, in its page and as JSON.
    private static String cut(String sentence) {
        return sentence.length() <= MOST_OF_A_SENTENCE
                ? sentence
                : sentence.substring(0, MOST_OF_A_SENTENCE) + " …";
    }
}
