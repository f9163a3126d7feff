package dev.ordeal.checker.txn;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.txn.Anomaly.Kind;
import java.util.Arrays;

/// Two committed transactions that read the same version of a key and then both wrote that key: in any serial order the
/// later one would have read what the earlier one wrote.
final class LostUpdates {
    private LostUpdates() {}

    static void find(Transactions t, VersionOrder order, Anomalies anomalies, Budget budget) {
        int[] updater = new int[t.versionCount()];
        Arrays.fill(updater, -1);
        for (int r = 0; r < order.read.size(); r++) {
            budget.step();
            int version = order.read.get(r);
            int reader = order.reader.get(r);
            if (!writes(t, reader, t.keyOf(version))) {
                continue;
            }
            if (updater[version] >= 0 && updater[version] != reader) {
                anomalies.add(
                        Kind.LOST_UPDATE,
                        "%s and %s both read %s at %s and then both wrote it"
                                .formatted(
                                        t.describe(updater[version]),
                                        t.describe(reader),
                                        t.keyName(t.keyOf(version)),
                                        t.valueName(version)),
                        t.operation(updater[version]),
                        t.operation(reader));
            }
            updater[version] = reader;
        }
    }

    private static boolean writes(Transactions t, int transaction, int key) {
        for (int s = t.firstStep(transaction); s < t.endStep(transaction); s++) {
            if (t.writes(s) && t.key(s) == key) {
                return true;
            }
        }
        return false;
    }
}
