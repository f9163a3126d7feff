package dev.ordeal.results.report;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes sample pages to look at in a browser: `SamplePages FOLDER`.
final class SamplePages {
    private SamplePages() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        SampleRun.Shape small = SampleRun.Shape.small();
        page(folder, "violated", small.withStaleReads());
        page(folder, "valid", small);
        page(folder, "odd", small.withStaleReads().withOddValues());
        page(folder, "hour", new SampleRun.Shape(5, 10, 3600, 30, 10, true, false, 7));
        page(folder, "clients", new SampleRun.Shape(5, 50, 60, 500, 10, false, false, 8));
        page(folder, "big", new SampleRun.Shape(5, 10, 120, 850, 10, true, false, 9));

        RunDirectory cut = SampleRun.write(folder.resolve("cut"), small);
        List<String> lines = Files.readAllLines(cut.history());
        String whole = String.join("\n", lines.subList(0, lines.size() / 2));
        Files.writeString(cut.history(), whole.substring(0, whole.length() - 20));
        History torn = SampleRun.history(cut);
        Judgement undecided =
                new Judgement(
                        List.of(
                                new Finding(
                                        "linearizable register",
                                        new Verdict.Undecided(
                                                "the search stopped at its bound of 60 s after 1,204,331 steps; 812 of 1,502 operations of key k3 could be ordered"),
                                        Map.of(
                                                "engine",
                                                "search",
                                                "why",
                                                "values are not distinct",
                                                "millis",
                                                60_000,
                                                "steps",
                                                1_204_331))));
        Files.writeString(
                folder.resolve("cut.html"),
                HtmlReport.of(cut.facts(), torn, SampleRun.nodes(cut), undecided));

        Path empty = folder.resolve("empty.jsonl");
        Files.writeString(empty, "");
        Files.writeString(
                folder.resolve("empty.html"),
                HtmlReport.of(
                        null,
                        dev.ordeal.checker.history.Histories.read(empty),
                        List.of(),
                        new Judgement(List.of())));
    }

    private static void page(Path folder, String name, SampleRun.Shape shape) throws IOException {
        RunDirectory directory = SampleRun.write(folder.resolve(name), shape);
        History history = SampleRun.history(directory);
        Judgement judgement = SampleRun.judge(history);
        Reports.write(directory, directory.facts(), history, SampleRun.nodes(directory), judgement);
        Files.copy(
                directory.report(),
                folder.resolve(name + ".html"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                folder.resolve(name + ".txt"),
                TextReport.of(directory.facts(), history, SampleRun.nodes(directory), judgement));
    }
}
