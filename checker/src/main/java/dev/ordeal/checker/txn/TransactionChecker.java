package dev.ordeal.checker.txn;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Decides which promises a history of transactions rules out. It never accuses wrongly: every edge it uses holds in
/// every execution that explains what clients saw. Near linear in the number of steps while there is no anomaly.
public final class TransactionChecker {
    private TransactionChecker() {}

    /// What the system is assumed to promise of each key alone, from which versions of registers may be ordered.
    public enum Keys {
        /// Nothing.
        INDEPENDENT,
        /// A process never sees a key go back.
        SEQUENTIAL,
        /// Each key by itself is linearizable.
        LINEARIZABLE
    }

    /// Transactions of appends to lists and reads of whole lists.
    public static TransactionReport listAppend(Transactions transactions) {
        return listAppend(transactions, Bounds.defaults().start());
    }

    /// The same under a bound. What was found before it was reached is found.
    public static TransactionReport listAppend(Transactions transactions, Budget budget) {
        return unfit(transactions, Transactions.WRITE, Transactions.APPEND, "append or read lists")
                .orElseGet(() ->
                        bounded(anomalies ->
                                report(
                                        transactions,
                                        ListAppend.infer(transactions, anomalies, budget),
                                        anomalies,
                                        budget)));
    }

    /// Transactions of reads and writes of registers.
    public static TransactionReport readWriteRegister(Transactions transactions, Keys assumed) {
        return readWriteRegister(transactions, assumed, Bounds.defaults().start());
    }

    /// The same under a bound. What was found before it was reached is found.
    public static TransactionReport readWriteRegister(
            Transactions transactions, Keys assumed, Budget budget) {
        return unfit(
                        transactions,
                        Transactions.APPEND,
                        Transactions.WRITE,
                        "read or write registers")
                .orElseGet(() ->
                        bounded(anomalies ->
                                report(
                                        transactions,
                                        ReadWriteRegister.infer(
                                                transactions, anomalies, assumed, budget),
                                        anomalies,
                                        budget)));
    }

    private static TransactionReport bounded(Function<Anomalies, TransactionReport> inference) {
        Anomalies anomalies = new Anomalies();
        try {
            return inference.apply(anomalies);
        } catch (Exhausted e) {
            return new TransactionReport(
                    anomalies.kept(),
                    anomalies.counts(),
                    ConsistencyModel.ruledOutBy(anomalies.counts().keySet()),
                    Optional.of(e.why()),
                    0,
                    0);
        }
    }

    private static TransactionReport report(
            Transactions transactions, VersionOrder order, Anomalies anomalies, Budget budget) {
        LostUpdates.find(transactions, order, anomalies, budget);
        DependencyGraph dependencies = DependencyGraph.of(transactions, order, budget);
        Cycles.find(transactions, dependencies, anomalies, budget);
        int committed = 0;
        for (boolean c : order.committed) {
            committed += c ? 1 : 0;
        }
        return new TransactionReport(
                anomalies.kept(),
                anomalies.counts(),
                ConsistencyModel.ruledOutBy(anomalies.counts().keySet()),
                Optional.empty(),
                committed,
                dependencies.graph.edges());
    }

    private static Optional<TransactionReport> unfit(
            Transactions t, int foreignWrite, int ownWrite, String meant) {
        for (int i = 0; i < t.size(); i++) {
            for (int s = t.firstStep(i); s < t.endStep(i); s++) {
                int kind = t.kind(s);
                boolean foreignRead =
                        ownWrite == Transactions.WRITE
                                ? kind == Transactions.READ_LIST
                                : kind == Transactions.READ && !t.isInitial(t.version(s));
                if (kind == foreignWrite || foreignRead) {
                    return undecided(t.describe(i) + " does more than " + meant);
                }
            }
        }
        return t.ambiguity().flatMap(TransactionChecker::undecided);
    }

    private static Optional<TransactionReport> undecided(String why) {
        return Optional.of(
                new TransactionReport(List.of(), Map.of(), Set.of(), Optional.of(why), 0, 0));
    }
}
