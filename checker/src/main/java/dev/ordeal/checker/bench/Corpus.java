package dev.ordeal.checker.bench;

import dev.ordeal.checker.bench.CheckBench.Figure;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Decision;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;

/// Recorded histories with known verdicts, in sets by the folders that they are in.
final class Corpus {
    private static final int LEAST_TIMES = 3;
    private static final int MOST_TIMES = 50;
    private static final int WARM_MILLIS = 2000;

    private record Entry(Path file, Model<?> model, boolean violated) {}

    private final TreeMap<String, List<Entry>> sets = new TreeMap<>();

    private Corpus() {}

    /// @throws IllegalArgumentException when a line of `verdicts.csv` is not "file,model,verdict"
    static Corpus in(Path folder) {
        Corpus corpus = new Corpus();
        try {
            for (String line : Files.readAllLines(folder.resolve("verdicts.csv"))) {
                List<String> fields = List.of(line.split(",", -1));
                if (fields.size() != 3 || Models.named(fields.get(1)).isEmpty()) {
                    throw new IllegalArgumentException(
                            "verdicts.csv has the line \"" + line + "\", not file,model,verdict");
                }
                String name = fields.get(0);
                String set = name.substring(0, Math.max(0, name.indexOf('/')));
                corpus.sets
                        .computeIfAbsent(set, s -> new ArrayList<>())
                        .add(
                                new Entry(
                                        folder.resolve(name),
                                        Models.named(fields.get(1)).orElseThrow(),
                                        fields.get(2).equals("violated")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return corpus;
    }

    SortedSet<String> sets() {
        return sets.navigableKeySet();
    }

    /// All histories of a set one after the other, by every engine in turn, until that is warm. Only deciding is measured:
    /// explaining is ours whichever engine decided.
    ///
    /// @throws IllegalStateException when an engine gives another verdict
    List<Figure> judged(String set) {
        List<Entry> entries = sets.getOrDefault(set, List.of());
        List<History> histories = entries.stream().map(e -> Histories.read(e.file)).toList();
        List<Figure> figures = new ArrayList<>();
        for (String engine : List.of("auto", "search", "porcupine")) {
            double first = 0;
            double best = Double.MAX_VALUE;
            double all = 0;
            for (int time = 0;
                    time < LEAST_TIMES || (time < MOST_TIMES && all < WARM_MILLIS);
                    time++) {
                double millis = 0;
                for (int i = 0; i < entries.size(); i++) {
                    millis += judged(entries.get(i), histories.get(i), engine);
                }
                first = time == 0 ? millis : first;
                best = Math.min(best, millis);
                all += millis;
            }
            figures.add(
                    new Figure(
                            "%d histories of %s".formatted(entries.size(), set),
                            histories.stream().mapToInt(History::size).sum(),
                            "as known",
                            engine,
                            first,
                            best));
        }
        return figures;
    }

    private static double judged(Entry entry, History history, String engine) {
        List<PartResult> parts =
                Linearizability.check(history, entry.model, engine, Bounds.defaults());
        boolean violated =
                parts.stream().anyMatch(p -> p.decision() instanceof Decision.NotLinearizable);
        boolean open = parts.stream().anyMatch(p -> p.decision() instanceof Decision.Open);
        if (violated != entry.violated || (open && !violated)) {
            throw new IllegalStateException(
                    "%s by %s is %s"
                            .formatted(
                                    entry.file,
                                    engine,
                                    violated ? "violated" : open ? "undecided" : "valid"));
        }
        return parts.stream().mapToLong(PartResult::nanos).sum() / 1e6;
    }
}
