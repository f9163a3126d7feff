package dev.ordeal.checker.txn;

import static dev.ordeal.checker.txn.Transactions.READ;
import static dev.ordeal.checker.txn.Transactions.WRITE;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.txn.Anomaly.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Infers what can be known of the order of versions of registers, whose reads show one version only.
///
/// Always: the initial version comes first, and a transaction that read one version and wrote another put its own after
/// the one it read. By a switch, since they are assumptions about the system: versions of a key follow real time
/// (`LINEARIZABLE_KEYS`), or the order of a process (`SEQUENTIAL_KEYS`). The order stays partial, so a history may be
/// unserializable without an anomaly to show; an anomaly is always real (*Elle* §4.3, §5.2).
final class ReadWriteRegister {
    private final Transactions t;
    private final Anomalies anomalies;
    private final Budget budget;
    private final VersionOrder order;
    private final SparseGraph versions;

    /// By key: who touched it, with the version first and last known to him.
    private final List<List<Touch>> touches = new ArrayList<>();

    private static final int BYTES_A_TOUCH = 32;

    private record Touch(int transaction, int first, int last) {}

    private ReadWriteRegister(Transactions transactions, Anomalies anomalies, Budget budget) {
        this.t = transactions;
        this.anomalies = anomalies;
        this.budget = budget;
        budget.take(60L * t.keyCount() + 5L * t.versionCount());
        this.order = new VersionOrder(transactions);
        this.versions = new SparseGraph(t.versionCount(), budget);
        for (int key = 0; key < t.keyCount(); key++) {
            touches.add(new ArrayList<>());
        }
    }

    static VersionOrder infer(
            Transactions transactions,
            Anomalies anomalies,
            TransactionChecker.Keys assumed,
            Budget budget) {
        ReadWriteRegister inference = new ReadWriteRegister(transactions, anomalies, budget);
        inference.findCommitted();
        inference.readEveryTransaction();
        boolean unused =
                switch (assumed) {
                    case INDEPENDENT -> false;
                    case SEQUENTIAL -> inference.followProcesses();
                    case LINEARIZABLE -> inference.followRealTime();
                };
        inference.orderVersions();
        return inference.order;
    }

    private void findCommitted() {
        boolean[] reported = new boolean[t.versionCount()];
        for (int i = 0; i < t.size(); i++) {
            budget.step();
            for (int s = t.firstStep(i); t.ok(i) && s < t.endStep(i); s++) {
                if (t.kind(s) != READ || t.isInitial(t.version(s))) {
                    continue;
                }
                int version = t.version(s);
                int writer = t.writer(version);
                if (writer >= 0 && !t.failed(writer)) {
                    order.committed[writer] = true;
                } else if (!reported[version]) {
                    reported[version] = true;
                    String read =
                            "%s read %s = %s"
                                    .formatted(
                                            t.describe(i),
                                            t.keyName(t.key(s)),
                                            t.valueName(version));
                    if (writer < 0) {
                        anomalies.add(
                                Kind.GARBAGE_READ, read + ", which nobody wrote", t.operation(i));
                    } else {
                        anomalies.add(
                                Kind.G1A,
                                read + ", but " + t.describe(writer) + ", which wrote it, failed",
                                t.operation(i),
                                t.operation(writer));
                    }
                }
            }
        }
    }

    private void readEveryTransaction() {
        for (int i = 0; i < t.size(); i++) {
            if (!order.committed[i]) {
                continue;
            }
            budget.step();
            Map<Integer, Integer> first = new HashMap<>();
            Map<Integer, Integer> current = new HashMap<>();
            for (int s = t.firstStep(i); s < t.endStep(i); s++) {
                int key = t.key(s);
                if (t.kind(s) == WRITE) {
                    Integer before = current.put(key, t.version(s));
                    first.putIfAbsent(key, t.version(s));
                    if (before != null && usable(before)) {
                        follows(before, t.version(s));
                    }
                } else if (t.kind(s) == READ && t.ok(i)) {
                    Integer before = current.put(key, t.version(s));
                    first.putIfAbsent(key, t.version(s));
                    if (before == null) {
                        external(i, s);
                    } else if (before != t.version(s)) {
                        anomalies.add(
                                Kind.INTERNAL,
                                "%s read %s = %s, although it had itself %s %s before"
                                        .formatted(
                                                t.describe(i),
                                                t.keyName(key),
                                                t.valueName(t.version(s)),
                                                t.writer(before) == i ? "written" : "read",
                                                t.valueName(before)),
                                t.operation(i));
                    }
                }
            }
            int transaction = i;
            budget.take((long) BYTES_A_TOUCH * first.size());
            first.forEach((key, version) ->
                    touches.get(key)
                            .add(
                                    new Touch(
                                            transaction,
                                            version,
                                            current.getOrDefault(key, version))));
        }
    }

    private void external(int i, int step) {
        int version = t.version(step);
        int writer = t.writer(version);
        if (writer == i) {
            anomalies.add(
                    Kind.FUTURE_READ,
                    "%s read %s = %s, which it itself wrote only later"
                            .formatted(t.describe(i), t.keyName(t.key(step)), t.valueName(version)),
                    t.operation(i));
            return;
        }
        if (!usable(version)) {
            return;
        }
        order.reads(i, version);
        for (int s = t.writingStep(version) + 1; writer >= 0 && s < t.endStep(writer); s++) {
            if (t.kind(s) == WRITE && t.key(s) == t.key(step)) {
                anomalies.add(
                        Kind.G1B,
                        "%s read %s = %s, in the middle of %s, which then wrote %s"
                                .formatted(
                                        t.describe(i),
                                        t.keyName(t.key(step)),
                                        t.valueName(version),
                                        t.describe(writer),
                                        t.valueName(t.version(s))),
                        t.operation(i),
                        t.operation(writer));
                return;
            }
        }
    }

    private boolean usable(int version) {
        return t.isInitial(version)
                || (t.writer(version) >= 0 && order.committed[t.writer(version)]);
    }

    private void follows(int earlier, int later) {
        if (earlier != later && usable(earlier) && usable(later)) {
            versions.addEdge(earlier, later, 1, 0, 0);
        }
    }

    /// Says true: the order of processes was used.
    private boolean followProcesses() {
        for (List<Touch> key : touches) {
            Map<Integer, Touch> latest = new HashMap<>();
            for (Touch touch : key) {
                budget.step();
                Touch before = latest.put(t.process(touch.transaction), touch);
                if (before != null) {
                    follows(before.last, touch.first);
                }
            }
        }
        return true;
    }

    /// Only the necessary pairs: whoever returned before a later one began that has returned itself is followed by it
    /// already.
    /// Says true: real time was used.
    private boolean followRealTime() {
        for (List<Touch> key : touches) {
            record Event(long nanos, boolean isReturn, Touch touch) {}
            List<Event> events = new ArrayList<>();
            for (Touch touch : key) {
                events.add(new Event(t.invoked(touch.transaction), false, touch));
                if (t.returned(touch.transaction) != Long.MAX_VALUE) {
                    events.add(new Event(t.returned(touch.transaction), true, touch));
                }
            }
            events.sort(
                    java.util.Comparator.comparingLong(Event::nanos)
                            .thenComparing(Event::isReturn));
            List<Touch> frontier = new ArrayList<>();
            for (Event event : events) {
                budget.steps(1L + frontier.size());
                Touch touch = event.touch;
                if (event.isReturn) {
                    frontier.removeIf(
                            f -> t.returned(f.transaction) < t.invoked(touch.transaction));
                    frontier.add(touch);
                } else {
                    frontier.forEach(f -> follows(f.last, touch.first));
                }
            }
        }
        return true;
    }

    private void orderVersions() {
        versions.freeze();
        boolean[] cyclic = new boolean[t.keyCount()];
        for (int[] component : versions.components(versions.allNodes(), 1)) {
            int key = t.keyOf(component[0]);
            cyclic[key] = true;
            Integer[] operations =
                    Arrays.stream(component)
                            .filter(v -> t.writer(v) >= 0)
                            .mapToObj(v -> t.operation(t.writer(v)))
                            .toArray(Integer[]::new);
            anomalies.add(
                    Kind.CYCLIC_VERSIONS,
                    "versions %s of %s must each come before the others"
                            .formatted(t.show(component), t.keyName(key)),
                    operations);
        }
        boolean[] hasEarlier = new boolean[t.versionCount()];
        for (int e = 0; e < versions.edges(); e++) {
            if (!cyclic[t.keyOf(versions.from(e))]) {
                hasEarlier[versions.to(e)] = true;
                order.order(versions.from(e), versions.to(e));
            }
        }
        for (int v = 0; v < t.versionCount(); v++) {
            if (!hasEarlier[v] && !t.isInitial(v) && usable(v)) {
                order.order(t.initial(t.keyOf(v)), v);
            }
        }
    }
}
