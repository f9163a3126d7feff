package dev.ordeal.results.report;

import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.VerdictJson;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes all reports of a run into its folder: `verdict.json`, `junit.xml`, `report.html` and, of a violated one, `story.txt`, over
/// what an earlier judgement left there. The text for the terminal is [TextReport]'s.
public final class Reports {
    private Reports() {}

    /// Writes all of these files.
    ///
    /// @throws RecordException if the folder cannot be written to
    public static void write(
            RunDirectory directory,
            RunFacts facts,
            History history,
            List<NodeStreams> nodes,
            Judgement judgement) {
        Path file = directory.verdict();
        try {
            VerdictJson.write(file, judgement);
            file = directory.junit();
            Files.writeString(file, JUnitReport.of(facts, history, nodes, judgement));
            file = directory.report();
            Files.writeString(file, HtmlReport.of(facts, history, nodes, judgement));
            file = directory.story();
            List<String> story = Story.of(facts, history, nodes, judgement);
            if (story.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.write(file, story);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new RecordException(
                    "cannot write " + file + ": free some space or check its permissions", e);
        }
    }
}
