package dev.ordeal.checker;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.txn.Anomaly;
import dev.ordeal.checker.txn.ConsistencyModel;
import dev.ordeal.checker.txn.TransactionChecker;
import dev.ordeal.checker.txn.TransactionReport;
import dev.ordeal.checker.txn.Transactions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The checks whose names are a consistency model and a kind of transaction: `serializable list-append`,
/// `snapshot-isolation rw-register`, `serializable linearizable-keys rw-register`. The last one assumes that each key by
/// itself is linearizable, and orders versions by that; `sequential-keys` assumes less.
final class TransactionCheck {
    private static final String LISTS = " list-append";
    private static final String REGISTERS = " rw-register";
    private static final Map<String, TransactionChecker.Keys> ASSUMED =
            Map.of(
                    " linearizable-keys",
                    TransactionChecker.Keys.LINEARIZABLE,
                    " sequential-keys",
                    TransactionChecker.Keys.SEQUENTIAL);

    private TransactionCheck() {}

    /// Empty when the check is not of this family.
    static Optional<Finding> of(String check, History history, Budget budget) {
        boolean lists = check.endsWith(LISTS);
        if (!lists && !check.endsWith(REGISTERS)) {
            return Optional.empty();
        }
        String title = check.substring(0, check.lastIndexOf(' '));
        String assumption = title.substring(Math.max(0, title.lastIndexOf(' ')));
        TransactionChecker.Keys assumed = lists ? null : ASSUMED.get(assumption);
        String promise = assumed == null ? title : title.substring(0, title.lastIndexOf(' '));
        TransactionChecker.Keys keys =
                assumed == null ? TransactionChecker.Keys.INDEPENDENT : assumed;
        return ConsistencyModel.named(promise)
                .map(model -> check(check, model, lists, keys, history, budget));
    }

    private static Finding check(
            String check,
            ConsistencyModel model,
            boolean lists,
            TransactionChecker.Keys keys,
            History history,
            Budget budget) {
        long start = System.nanoTime();
        Transactions transactions = Transactions.of(history, budget);
        TransactionReport report =
                lists
                        ? TransactionChecker.listAppend(transactions, budget)
                        : TransactionChecker.readWriteRegister(transactions, keys, budget);
        Map<String, Object> counts = new LinkedHashMap<>();
        report.counts().forEach((kind, count) -> counts.put(kind.title(), count));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("transactions", report.transactions());
        details.put("edges", report.edges());
        details.put("anomalies", counts);
        details.put("ruledOut", report.ruledOut().stream().map(ConsistencyModel::title).toList());
        details.put("engine", "cycles");
        details.put("millis", (System.nanoTime() - start) / 1_000_000);
        return new Finding(check, verdict(model, report), details);
    }

    private static Verdict verdict(ConsistencyModel model, TransactionReport report) {
        List<Evidence> evidence = new ArrayList<>();
        report.anomalies().stream()
                .filter(anomaly -> model.forbids(anomaly.kind()))
                .sorted(Comparator.comparing(Anomaly::kind))
                .forEach(anomaly ->
                        evidence.add(
                                new Evidence(words(anomaly), anomaly.operations(), List.of())));
        if (!evidence.isEmpty()) {
            return new Verdict.Violated(
                    "not %s: %s".formatted(model.title(), evidence.getFirst().sentence()),
                    evidence);
        }
        if (report.undecided().isPresent()) {
            return new Verdict.Undecided(report.undecided().get());
        }
        if (report.transactions() == 0) {
            return new Verdict.Undecided("no transaction committed");
        }
        String others =
                report.ruledOut().isEmpty()
                        ? ""
                        : "; ruled out are stronger promises: "
                                + String.join(
                                        ", ",
                                        report.ruledOut().stream()
                                                .map(ConsistencyModel::title)
                                                .toList());
        return new Verdict.Valid(
                "%d transactions show nothing that %s forbids%s"
                        .formatted(report.transactions(), model.title(), others));
    }

    private static String words(Anomaly anomaly) {
        return anomaly.kind().title()
                + ", "
                + anomaly.sentence()
                + (anomaly.steps().isEmpty() ? "" : ": " + String.join("; ", anomaly.steps()));
    }
}
