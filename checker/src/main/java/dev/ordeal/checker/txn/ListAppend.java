package dev.ordeal.checker.txn;

import static dev.ordeal.checker.txn.Transactions.APPEND;
import static dev.ordeal.checker.txn.Transactions.READ;
import static dev.ordeal.checker.txn.Transactions.READ_LIST;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.txn.Anomaly.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Infers the order of versions of lists that are only appended to.
///
/// A list that was read tells the order of everything in it, so the longest read of a key orders all that was ever seen
/// of it, and every other read must be a prefix. What committed and was in no read comes after everything that was
/// (the longest read is a prefix of the final list), in an order that is not known. Nothing else is assumed: where every
/// key has a final read that sees all, the order is total and the dependency graph is exactly Adya's.
final class ListAppend {
    private static final int[] EMPTY = {};

    private final Transactions t;
    private final Anomalies anomalies;
    private final Budget budget;
    private final VersionOrder order;
    private final int[][] longest;
    private final int[] longestReader;
    private final boolean[] reported;

    /// By version: the step that was being looked at when it was last seen, plus one.
    private final int[] lastSeen;

    private ListAppend(Transactions transactions, Anomalies anomalies, Budget budget) {
        this.t = transactions;
        this.anomalies = anomalies;
        this.budget = budget;
        budget.take(12L * t.keyCount() + 5L * t.versionCount() + t.size());
        this.order = new VersionOrder(transactions);
        this.longest = new int[t.keyCount()][];
        this.longestReader = new int[t.keyCount()];
        this.reported = new boolean[t.versionCount()];
        this.lastSeen = new int[t.versionCount()];
    }

    static VersionOrder infer(Transactions transactions, Anomalies anomalies, Budget budget) {
        ListAppend inference = new ListAppend(transactions, anomalies, budget);
        inference.findLongestReads();
        inference.readEveryTransaction();
        inference.orderVersions();
        return inference.order;
    }

    private int[] seen(int step) {
        return t.kind(step) == READ_LIST ? t.list(step) : EMPTY;
    }

    private boolean reads(int step) {
        return t.kind(step) == READ_LIST || t.kind(step) == READ;
    }

    private void findLongestReads() {
        Arrays.fill(longest, EMPTY);
        for (int i = 0; i < t.size(); i++) {
            budget.step();
            for (int s = t.firstStep(i); t.ok(i) && s < t.endStep(i); s++) {
                if (reads(s) && seen(s).length > longest[t.key(s)].length) {
                    longest[t.key(s)] = seen(s);
                    longestReader[t.key(s)] = i;
                }
            }
        }
    }

    private void readEveryTransaction() {
        for (int i = 0; i < t.size(); i++) {
            if (!t.ok(i)) {
                continue;
            }
            budget.step();
            Map<Integer, Own> own = new HashMap<>();
            for (int s = t.firstStep(i); s < t.endStep(i); s++) {
                Own mine = own.computeIfAbsent(t.key(s), k -> new Own());
                if (t.kind(s) == APPEND) {
                    mine.appended.add(t.version(s));
                } else if (reads(s)) {
                    boolean sane = checkElements(i, s);
                    if (mine.before == null && mine.appended.size() == 0 && sane) {
                        order.reads(i, lastCommitted(t.key(s), seen(s)));
                        checkIntermediate(i, s);
                    }
                    checkInternal(i, s, mine);
                }
            }
        }
    }

    /// What a transaction itself knows of a key: what it last read, and what it appended since.
    private static final class Own {
        int @org.jspecify.annotations.Nullable [] before;
        Ints appended = new Ints();
    }

    /// Whether the read fits the longest one, so that it may be ordered by it.
    private boolean checkElements(int i, int step) {
        int[] list = seen(step);
        int[] all = longest[t.key(step)];
        boolean prefix = true;
        budget.steps(list.length);
        for (int p = 0; p < list.length; p++) {
            int version = list[p];
            int writer = t.writer(version);
            if (prefix && all[p] != version) {
                prefix = false;
                incompatible(i, step, p);
            }
            if (writer >= 0 && !t.failed(writer)) {
                order.committed[writer] = true;
            }
            // An element of a prefix is looked at once, in the longest read.
            if ((list.length == all.length || !prefix) && !reported[version]) {
                blame(i, step, p, lastSeen[version] == step + 1);
            }
            lastSeen[version] = step + 1;
        }
        return prefix;
    }

    private void incompatible(int i, int step, int position) {
        int other = longestReader[t.key(step)];
        anomalies.add(
                Kind.INCOMPATIBLE_ORDER,
                "%s read %s = %s, but %s read %s: they differ at element %d, so neither is a prefix of the other"
                        .formatted(
                                t.name(i),
                                t.keyName(t.key(step)),
                                t.show(seen(step)),
                                t.name(other),
                                t.show(longest[t.key(step)]),
                                position + 1),
                t.operation(i),
                t.operation(other));
    }

    private void blame(int i, int step, int position, boolean again) {
        int[] list = seen(step);
        int version = list[position];
        int writer = t.writer(version);
        if (!again && writer >= 0 && !t.failed(writer)) {
            return;
        }
        String read =
                "%s read %s = %s".formatted(t.describe(i), t.keyName(t.key(step)), t.show(list));
        if (again) {
            reported[version] = true;
            anomalies.add(
                    Kind.DUPLICATE_ELEMENTS,
                    read + ", where " + t.valueName(version) + " stands twice",
                    t.operation(i));
        } else if (writer < 0) {
            reported[version] = true;
            anomalies.add(
                    Kind.GARBAGE_READ,
                    read + ", but nobody appended " + t.valueName(version),
                    t.operation(i));
        } else {
            reported[version] = true;
            anomalies.add(
                    Kind.G1A,
                    read
                            + ", but "
                            + t.describe(writer)
                            + ", which appended "
                            + t.valueName(version)
                            + ", had failed",
                    t.operation(i),
                    t.operation(writer));
            for (int p = position + 1; p < list.length; p++) {
                int later = t.writer(list[p]);
                if (later >= 0 && !t.failed(later)) {
                    anomalies.add(
                            Kind.DIRTY_UPDATE,
                            "%s appended %s to %s behind %s, which %s had appended and failed"
                                    .formatted(
                                            t.name(later),
                                            t.valueName(list[p]),
                                            t.keyName(t.key(step)),
                                            t.valueName(version),
                                            t.name(writer)),
                            t.operation(later),
                            t.operation(writer));
                    return;
                }
            }
        }
    }

    private void checkIntermediate(int i, int step) {
        int[] list = seen(step);
        if (list.length == 0) {
            return;
        }
        int last = list[list.length - 1];
        int writer = t.writer(last);
        if (writer < 0 || writer == i) {
            return;
        }
        for (int s = t.writingStep(last) + 1; s < t.endStep(writer); s++) {
            if (t.kind(s) == APPEND && t.key(s) == t.key(step)) {
                anomalies.add(
                        Kind.G1B,
                        "%s read %s = %s, in the middle of %s, which then appended %s"
                                .formatted(
                                        t.describe(i),
                                        t.keyName(t.key(step)),
                                        t.show(list),
                                        t.describe(writer),
                                        t.valueName(t.version(s))),
                        t.operation(i),
                        t.operation(writer));
                return;
            }
        }
    }

    private void checkInternal(int i, int step, Own mine) {
        int[] list = seen(step);
        int[] suffix = mine.appended.toArray();
        int base = list.length - suffix.length;
        boolean endsWithMine =
                base >= 0 && Arrays.equals(list, base, list.length, suffix, 0, suffix.length);
        boolean startsAsBefore =
                mine.before == null
                        || Arrays.equals(
                                list, 0, Math.max(base, 0), mine.before, 0, mine.before.length);
        if (!endsWithMine || !startsAsBefore) {
            anomalies.add(
                    Kind.INTERNAL,
                    "%s read %s = %s, which is not %s followed by its own %s"
                            .formatted(
                                    t.describe(i),
                                    t.keyName(t.key(step)),
                                    t.show(list),
                                    mine.before == null ? "anything" : t.show(mine.before),
                                    t.show(suffix)),
                    t.operation(i));
        }
        for (int version : list) {
            if (t.writer(version) == i && t.writingStep(version) > step) {
                anomalies.add(
                        Kind.FUTURE_READ,
                        "%s read %s = %s, with %s that it itself appended only later"
                                .formatted(
                                        t.describe(i),
                                        t.keyName(t.key(step)),
                                        t.show(list),
                                        t.valueName(version)),
                        t.operation(i));
            }
        }
        mine.before = list;
        mine.appended = new Ints();
    }

    private boolean orders(int version) {
        return t.writer(version) >= 0 && order.committed[t.writer(version)];
    }

    private int lastCommitted(int key, int[] list) {
        for (int p = list.length - 1; p >= 0; p--) {
            if (t.writer(list[p]) >= 0 && !t.failed(t.writer(list[p]))) {
                return list[p];
            }
        }
        return t.initial(key);
    }

    private void orderVersions() {
        boolean[] placed = new boolean[t.versionCount()];
        int[] last = new int[t.keyCount()];
        for (int key = 0; key < t.keyCount(); key++) {
            last[key] = t.initial(key);
            budget.steps(1L + longest[key].length);
            for (int version : longest[key]) {
                if (orders(version) && !placed[version]) {
                    checkOwnOrder(last[key], version);
                    order.order(last[key], version);
                    placed[version] = true;
                    last[key] = version;
                }
            }
        }
        for (int version = 0; version < t.versionCount(); version++) {
            budget.step();
            if (orders(version) && !placed[version]) {
                order.order(last[t.keyOf(version)], version);
            }
        }
    }

    /// The dependency graph has no edges inside a transaction, so that its own appends keep their order is checked here.
    /// Where others stand between them the graph has a cycle.
    private void checkOwnOrder(int earlier, int later) {
        int writer = t.writer(later);
        if (t.writer(earlier) == writer && t.writingStep(earlier) > t.writingStep(later)) {
            anomalies.add(
                    Kind.INTERNAL,
                    "%s appended %s before %s, but %s was read with %s first"
                            .formatted(
                                    t.describe(writer),
                                    t.valueName(later),
                                    t.valueName(earlier),
                                    t.keyName(t.keyOf(later)),
                                    t.valueName(earlier)),
                    t.operation(writer));
        }
    }
}
