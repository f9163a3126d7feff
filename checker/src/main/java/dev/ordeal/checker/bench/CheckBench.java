package dev.ordeal.checker.bench;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Decision;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.txn.TransactionChecker;
import dev.ordeal.checker.txn.TransactionReport;
import dev.ordeal.checker.txn.Transactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/// What is measured of the judge: loading and deciding, each several times in one JVM. The first time is what a command line
/// sees, the best is warm. Each measurement says how much heap it may have, so that who starts a JVM with that much for it
/// has proved that it is enough.
public final class CheckBench {
    private static final int TIMES = 6;
    private static final int MILLION = 1_000_000;

    /// Explaining has a bound of its own, up to which some violations go.
    private static final Bounds DECIDING = Bounds.defaults().withExplainTime(Duration.ZERO);

    /// From good to bad.
    private static final List<String> VERDICTS = List.of("valid", "undecided", "violated");

    private CheckBench() {}

    /// What to measure in one JVM.
    ///
    /// @param heapMebibytes which has so much heap
    public record Measurement(int heapMebibytes, Supplier<List<Figure>> take) {}

    /// What was measured.
    ///
    /// @param what in words
    /// @param operations of all histories together
    /// @param verdict `valid`, `violated`, `undecided`, or empty where there are several or none
    /// @param engine which one decided
    public record Figure(
            String what,
            int operations,
            String verdict,
            String engine,
            double firstMillis,
            double bestMillis) {}

    /// All that is measured of generated histories.
    ///
    /// @param operations of the large histories; the goals are set for one and for ten million
    /// @param scratch a folder for a file of about 160 bytes an operation
    public static List<Measurement> generated(int operations, Path scratch) {
        List<Measurement> all = new ArrayList<>();
        int heap = operations <= MILLION ? 1024 : 4096;
        for (int clients : new int[] {5, 20, 50}) {
            for (boolean stale : new boolean[] {false, true}) {
                all.add(
                        new Measurement(
                                heap,
                                () ->
                                        judged(
                                                "register, every value written once, %d clients, 100 unknown%s"
                                                        .formatted(
                                                                clients,
                                                                stale ? ", one stale read" : ""),
                                                "cas-register",
                                                new SimulatedRegister(
                                                                operations,
                                                                clients,
                                                                1,
                                                                0,
                                                                100,
                                                                stale,
                                                                1)
                                                        .history())));
            }
        }
        int events = Math.min(operations, MILLION);
        all.add(
                new Measurement(
                        2048,
                        () -> online(new SimulatedRegister(events, 20, 1, 0, 100, false, 1))));
        int few = Math.min(operations, 10_000);
        all.add(
                new Measurement(
                        1024,
                        () ->
                                judged(
                                        "ten registers, every value written once, 15 clients, 100 unknown",
                                        "cas-register",
                                        new SimulatedRegister(few, 15, 10, 0, 100, false, 1)
                                                .history())));
        for (boolean stale : new boolean[] {false, true}) {
            all.add(
                    new Measurement(
                            1024,
                            () ->
                                    judged(
                                            "register, five different values, 10 clients, 20 unknown"
                                                    + (stale ? ", stale reads" : ""),
                                            "cas-register",
                                            new SimulatedRegister(few, 10, 1, 5, 20, stale, 1)
                                                    .history())));
        }
        for (String container : List.of("queue", "stack", "priority-queue")) {
            for (int size : new int[] {1000, Math.min(operations, 100_000)}) {
                for (boolean wrong : new boolean[] {false, true}) {
                    all.add(
                            new Measurement(
                                    1024,
                                    () ->
                                            judged(
                                                    container
                                                            + ", every value added once, 20 clients"
                                                            + (wrong
                                                                    ? ", one taken out of turn"
                                                                    : ""),
                                                    container,
                                                    SimulatedContainer.of(
                                                                    container, size, 20, wrong, 1)
                                                            .history())));
                }
            }
        }
        for (boolean wrong : new boolean[] {false, true}) {
            all.add(
                    new Measurement(
                            1024,
                            () ->
                                    judged(
                                            "set of 1,000 elements, 20 clients"
                                                    + (wrong ? ", one wrong answer" : ""),
                                            "set",
                                            new SimulatedSet(
                                                            Math.min(operations, 100_000),
                                                            20,
                                                            1000,
                                                            wrong,
                                                            1)
                                                    .history())));
        }
        all.add(
                new Measurement(
                        4096,
                        () ->
                                transactions(
                                        new SimulatedTransactions(operations, 20, 1).history())));
        all.add(
                new Measurement(
                        operations <= MILLION ? 1024 : 2048, () -> loaded(operations, scratch)));
        return all;
    }

    /// Recorded histories, each set by several engines in one JVM, of which the last is the port of Porcupine.
    ///
    /// @param folder with a file `verdicts.csv` of lines "file,model,verdict"
    /// @throws IllegalStateException when an engine gives another verdict
    public static List<Measurement> recorded(Path folder) {
        Corpus corpus = Corpus.in(folder);
        return corpus.sets().stream()
                .map(set -> new Measurement(4096, () -> corpus.judged(set)))
                .toList();
    }

    private static List<Figure> online(SimulatedRegister register) {
        OnlineBench bench = OnlineBench.of(register, TIMES);
        return List.of(
                new Figure(
                        "event by event, the register of 20 clients; at most %,d operations and values remembered, %,d KiB at the end"
                                .formatted(bench.mostRemembered(), bench.heapKibibytes()),
                        bench.operations(),
                        "valid",
                        "online",
                        bench.firstMillis(),
                        bench.bestMillis()));
    }

    private static List<Figure> judged(String what, String modelName, History history) {
        Model<?> model = Models.named(modelName).orElseThrow();
        double first = 0;
        double best = Double.MAX_VALUE;
        List<PartResult> parts = List.of();
        for (int time = 0; time < TIMES; time++) {
            long start = System.nanoTime();
            parts = Linearizability.check(history, model, DECIDING);
            double millis = (System.nanoTime() - start) / 1e6;
            first = time == 0 ? millis : first;
            best = Math.min(best, millis);
        }
        PartResult worst = Collections.max(parts, Comparator.comparingInt(CheckBench::severity));
        String verdict = VERDICTS.get(severity(worst));
        return List.of(new Figure(what, history.size(), verdict, worst.engine(), first, best));
    }

    private static int severity(PartResult part) {
        return switch (part.decision()) {
            case Decision.Linearizable ignored -> 0;
            case Decision.Open ignored -> 1;
            case Decision.Unfit ignored -> 1;
            case Decision.NotLinearizable ignored -> 2;
        };
    }

    private static List<Figure> transactions(History history) {
        double first = 0;
        double best = Double.MAX_VALUE;
        String verdict = "";
        for (int time = 0; time < TIMES; time++) {
            long start = System.nanoTime();
            TransactionReport report = TransactionChecker.listAppend(Transactions.of(history));
            double millis = (System.nanoTime() - start) / 1e6;
            first = time == 0 ? millis : first;
            best = Math.min(best, millis);
            boolean open = report.undecided().isPresent();
            verdict = VERDICTS.get(open ? 1 : report.ruledOut().isEmpty() ? 0 : 2);
        }
        return List.of(
                new Figure(
                        "transactions of appends to lists and reads, 20 clients",
                        history.size(),
                        verdict,
                        "cycles",
                        first,
                        best));
    }

    private static List<Figure> loaded(int operations, Path scratch) {
        Path file = scratch.resolve("bench.jsonl");
        double first = 0;
        double best = Double.MAX_VALUE;
        int size = 0;
        try {
            Histories.write(
                    new SimulatedRegister(operations, 20, 1, 0, 100, false, 1).history(),
                    file,
                    Format.JSONL);
            for (int time = 0; time < TIMES; time++) {
                long start = System.nanoTime();
                size = Histories.read(file).size();
                double millis = (System.nanoTime() - start) / 1e6;
                first = time == 0 ? millis : first;
                best = Math.min(best, millis);
            }
            String what = "loading JSONL, %d MiB".formatted(Files.size(file) >> 20);
            Files.delete(file);
            return List.of(new Figure(what, size, "", "", first, best));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
