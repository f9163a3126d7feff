package dev.ordeal.workloads.cli;

import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.VerdictJson;
import dev.ordeal.checker.VerdictJson.Recorded;
import dev.ordeal.checker.Verification;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.HistoryFormatException;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal verify`: shows again what a verdict shows, with none of the code that found it.
@Command(
        name = "verify",
        description = {
            "Verifies a recorded verdict: plays every witness back against the history and its model, tries all orders of"
                    + " every core, and applies rules that have no such evidence again.",
            "Verdicts, witnesses and cores are verified, not the words about them."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the verdict stands",
            "1:it does not",
            "254:bad arguments, or nothing to verify",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "Examples:",
            "  ordeal verify results/latest",
            "  ordeal check history.jsonl --model register --json > verdict.json",
            "  ordeal verify history.jsonl --model register --verdict verdict.json"
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "PATH",
            description = {
                "A run directory with its verdict.json.",
                "A history, with --verdict and --model, read with the same switches as it was judged."
            })
    private Path path;

    @Option(
            names = "--verdict",
            paramLabel = "FILE",
            description = "What ordeal check --json said of this history.")
    private @Nullable Path verdict;

    @Mixin private PromiseOptions promise;

    @Mixin private HistoryOptions reading;

    @Override
    public Integer call() {
        reading.validate();
        Optional<String> check = promise.check();
        Path recorded = verdict;
        boolean run = Files.isDirectory(path);
        if (run == (recorded != null) || run == check.isPresent()) {
            throw new ParameterException(
                    command.commandLine(),
                    run
                            ? "a run has its own verdict: leave out --verdict and --model"
                            : path
                                    + " is not a run directory: of a history, say --verdict FILE and --model MODEL");
        }
        Trial trial;
        Path file;
        try {
            if (recorded == null) {
                RunDirectory directory = RunDirectory.open(path);
                file = directory.verdict();
                trial = Judged.trial(directory);
            } else {
                file = recorded;
                trial =
                        new Trial(
                                reading.read(path),
                                List.of(),
                                List.of(check.orElseThrow()),
                                Expectations.none());
            }
        } catch (RecordException | UncheckedIOException e) {
            throw new ParameterException(command.commandLine(), Failure.inOneLine(e), e);
        } catch (HistoryFormatException e) {
            throw new ParameterException(command.commandLine(), path + ": " + e.getMessage(), e);
        }
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(
                    command.commandLine(),
                    "there is no " + file + " to verify: ordeal check makes one");
        }
        return verified(file, trial);
    }

    private int verified(Path file, Trial trial) {
        PrintWriter out = command.commandLine().getOut();
        List<Verification> verifications;
        try {
            Recorded claimed = claimed(file);
            verifications = Verification.of(claimed.judgement(), trial, Bounds.defaults());
            String follows = claimed.judgement().verdict().label();
            if (!claimed.verdict().equals(follows)) {
                out.printf(
                        "DOES NOT STAND: it says %s, but its findings say %s%n",
                        claimed.verdict(), follows);
                return 1;
            }
        } catch (IllegalArgumentException e) {
            out.println("DOES NOT STAND: " + Failure.oneLine(String.valueOf(e.getMessage())));
            return 1;
        }
        Optional<Verification> wrong =
                verifications.stream().filter(v -> v.objection().isPresent()).findFirst();
        out.println(
                wrong.map(v ->
                                "DOES NOT STAND: %s, recorded as %s: %s"
                                        .formatted(
                                                v.check(),
                                                v.verdict(),
                                                Failure.oneLine(v.objection().orElse(""))))
                        .orElse("STANDS: " + verdicts(verifications)));
        Table table = new Table("check", "recorded", "stands", "how");
        for (Verification v : verifications) {
            table.row(v.check(), v.verdict(), v.objection().isPresent() ? "no" : "yes", v.how());
        }
        out.println();
        table.print(out, false);
        return wrong.isPresent() ? 1 : 0;
    }

    private static String verdicts(List<Verification> verifications) {
        return verifications.stream()
                .map(v -> v.check() + " is " + v.verdict())
                .reduce((a, b) -> a + ", " + b)
                .orElse("nothing was checked");
    }

    /// The verdict about this history, where the file has several.
    private Recorded claimed(Path file) {
        List<Recorded> all = VerdictJson.readAll(file);
        List<Recorded> here =
                all.size() == 1
                        ? all
                        : all.stream().filter(one -> path.equals(Path.of(one.path()))).toList();
        if (here.size() != 1) {
            throw new IllegalArgumentException(
                    "%s has %d verdicts, of which %d are about %s"
                            .formatted(file, all.size(), here.size(), path));
        }
        return here.getFirst();
    }
}
