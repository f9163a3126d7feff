package dev.ordeal.checker.txn;

/// What is known of the order of each key's versions, and who read which version from outside his transaction.
final class VersionOrder {
    /// Version `before[i]` is installed before `after[i]`.
    final Ints before = new Ints();

    final Ints after = new Ints();

    /// Transaction `reader[i]` read version `read[i]`.
    final Ints reader = new Ints();

    final Ints read = new Ints();

    /// By transaction: it certainly committed. That is, it said so, or said nothing and somebody read what it wrote.
    final boolean[] committed;

    VersionOrder(Transactions transactions) {
        committed = new boolean[transactions.size()];
        for (int t = 0; t < committed.length; t++) {
            committed[t] = transactions.ok(t);
        }
    }

    void order(int earlier, int later) {
        before.add(earlier);
        after.add(later);
    }

    void reads(int transaction, int version) {
        reader.add(transaction);
        read.add(version);
    }
}
