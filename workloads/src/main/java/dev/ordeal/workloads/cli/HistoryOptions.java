package dev.ordeal.workloads.cli;

import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryFormatException;
import dev.ordeal.checker.history.Import;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How to read histories that are not our own.
final class HistoryOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description =
                    "Of the histories: ${COMPLETION-CANDIDATES}. Default: what each looks like.")
    private @Nullable String format;

    @Option(
            names = "--nil",
            paramLabel = "MEANING",
            completionCandidates = Meanings.class,
            description =
                    "What a read of nil saw, in Jepsen's formats: absent, a value like any other, or unknown, as Knossos"
                            + " reads it. Default: absent.")
    private @Nullable String nil;

    @Option(
            names = "--tuples",
            description =
                    "Values are [key value], as Jepsen's independent workloads write them (Jepsen's formats).")
    private boolean tuples;

    @Option(
            names = "--refusals",
            description =
                    "A failed cas without an error found another value (Jepsen's formats; logs are read so anyway).")
    private boolean refusals;

    /// The names of the formats.
    static final class Formats extends Choices {
        Formats() {
            super(Stream.of(Format.values()).map(Format::label).toList());
        }
    }

    /// What nil can mean.
    static final class Meanings extends Choices {
        Meanings() {
            super(List.of("absent", "unknown"));
        }
    }

    /// Complains about what was typed, before anything is read.
    void validate() {
        new Formats().require(command.commandLine(), "format", format);
        new Meanings().require(command.commandLine(), "meaning of nil", nil);
    }

    /// The history in a file.
    ///
    /// @throws HistoryFormatException with the line and what is wrong with it
    History read(Path file) {
        String label = format;
        Format known =
                label == null
                        ? Histories.sniff(file)
                        : Format.labelled(label).orElseThrow(IllegalStateException::new);
        String meaning = nil;
        if (known == Format.JSONL && (meaning != null || tuples || refusals)) {
            throw new HistoryFormatException(
                    0,
                    "--nil, --tuples and --refusals are for Jepsen's formats, and this looks like our own (jsonl): leave them"
                            + " out, or say --format jepsen-json");
        }
        Import usual = Import.of(known);
        History history =
                Histories.read(
                        file,
                        known,
                        usual.withNilUnknown("unknown".equals(meaning))
                                .withTuples(tuples)
                                .withRefusals(refusals || usual.refusals()));
        if (history.size() == 0) {
            throw new HistoryFormatException(0, "has no operations: there is nothing to judge");
        }
        return history;
    }
}
