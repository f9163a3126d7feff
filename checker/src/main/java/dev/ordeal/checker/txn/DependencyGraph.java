package dev.ordeal.checker.txn;

import dev.ordeal.checker.bounds.Budget;
import java.util.Arrays;

/// Which committed transaction must have come before which, and why (Adya §4.2). Nodes `0 … size-1` are transactions;
/// the others stand for sets of them, so that the number of edges stays near the number of transactions:
///
/// - *moments* between a return and a later invocation, chained: whoever returned before has a path through the chain to
///   whoever was invoked after, and nobody else has. Three edges a transaction, whatever the concurrency.
/// - *fans* where all readers of a version come before all writers of what follows it: a chain over the writers from the
///   front and one from the back, so that a reader that is also the writer is left out.
final class DependencyGraph {
    static final int WW = 1;
    static final int WR = 2;
    static final int RW = 4;
    static final int PROCESS = 8;
    static final int REALTIME = 16;
    static final int DATA = WW | WR | RW;

    private final Transactions t;
    private final VersionOrder order;
    final SparseGraph graph;

    private DependencyGraph(Transactions transactions, VersionOrder order, Budget budget) {
        this.t = transactions;
        this.order = order;
        this.graph = new SparseGraph(transactions.size(), budget);
    }

    static DependencyGraph of(Transactions transactions, VersionOrder order, Budget budget) {
        DependencyGraph dependencies = new DependencyGraph(transactions, order, budget);
        dependencies.addData();
        dependencies.addProcesses();
        dependencies.addRealTime();
        dependencies.graph.freeze();
        return dependencies;
    }

    boolean isTransaction(int node) {
        return node < t.size();
    }

    /// Values grouped by version: `items[start[v] … start[v+1]-1]`.
    private static final class Groups {
        private final int[] start;
        private final int[] items;

        private Groups(int[] start, int[] items) {
            this.start = start;
            this.items = items;
        }

        static Groups of(Ints versions, Ints values, int versionCount) {
            int[] start = new int[versionCount + 1];
            for (int i = 0; i < versions.size(); i++) {
                start[versions.get(i) + 1]++;
            }
            for (int v = 0; v < versionCount; v++) {
                start[v + 1] += start[v];
            }
            int[] next = Arrays.copyOf(start, versionCount);
            int[] items = new int[values.size()];
            for (int i = 0; i < values.size(); i++) {
                items[next[versions.get(i)]++] = values.get(i);
            }
            return new Groups(start, items);
        }

        int[] of(int version) {
            return Arrays.copyOfRange(items, start[version], start[version + 1]);
        }
    }

    private void addData() {
        Groups readers = Groups.of(order.read, order.reader, t.versionCount());
        Groups successors = Groups.of(order.before, order.after, t.versionCount());
        for (int version = 0; version < t.versionCount(); version++) {
            int[] reading = readers.of(version);
            int[] next = successors.of(version);
            int writer = t.writer(version);
            if (writer >= 0 && order.committed[writer]) {
                for (int reader : reading) {
                    edge(writer, reader, WR, version, version);
                }
                for (int later : next) {
                    edge(writer, t.writer(later), WW, version, later);
                }
            }
            if (reading.length > 0 && next.length > 0) {
                antiDependencies(version, reading, next);
            }
        }
    }

    private void antiDependencies(int version, int[] readers, int[] next) {
        if ((long) readers.length * next.length <= 4L * (readers.length + next.length)) {
            for (int reader : readers) {
                for (int later : next) {
                    edge(reader, t.writer(later), RW, version, later);
                }
            }
            return;
        }
        // A transaction that wrote several of them must not reach itself: its versions lie side by
        // side.
        int[] sorted =
                Arrays.stream(next)
                        .boxed()
                        .sorted(java.util.Comparator.comparingInt(t::writer))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int n = sorted.length;
        int[] front = new int[n];
        int[] back = new int[n];
        for (int i = 0; i < n; i++) {
            front[i] = graph.addNode();
            graph.addEdge(front[i], t.writer(sorted[i]), RW, version, sorted[i]);
            if (i > 0) {
                graph.addEdge(front[i], front[i - 1], RW, version, version);
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            back[i] = graph.addNode();
            graph.addEdge(back[i], t.writer(sorted[i]), RW, version, sorted[i]);
            if (i < n - 1) {
                graph.addEdge(back[i], back[i + 1], RW, version, version);
            }
        }
        int[] writers = Arrays.stream(sorted).map(t::writer).toArray();
        for (int reader : readers) {
            int from = Arrays.binarySearch(writers, reader);
            if (from < 0) {
                graph.addEdge(reader, back[0], RW, version, version);
                continue;
            }
            int to = from;
            while (from > 0 && writers[from - 1] == reader) {
                from--;
            }
            while (to < n - 1 && writers[to + 1] == reader) {
                to++;
            }
            if (from > 0) {
                graph.addEdge(reader, front[from - 1], RW, version, version);
            }
            if (to < n - 1) {
                graph.addEdge(reader, back[to + 1], RW, version, version);
            }
        }
    }

    private void edge(int a, int b, int kind, int tail, int head) {
        if (a != b) {
            graph.addEdge(a, b, kind, tail, head);
        }
    }

    private void addProcesses() {
        int[] latest = new int[t.processCount()];
        Arrays.fill(latest, -1);
        for (int i : byTime(false)) {
            int process = t.process(i);
            if (latest[process] >= 0) {
                edge(latest[process], i, PROCESS, 0, 0);
            }
            latest[process] = i;
        }
    }

    private void addRealTime() {
        int[] invocations = byTime(false);
        int[] returns = byTime(true);
        int moment = -1;
        boolean open = false;
        int r = 0;
        for (int i : invocations) {
            // Touching intervals are concurrent.
            for (; r < returns.length && t.returned(returns[r]) < t.invoked(i); r++) {
                if (!open) {
                    int next = graph.addNode();
                    if (moment >= 0) {
                        graph.addEdge(moment, next, REALTIME, 0, 0);
                    }
                    moment = next;
                    open = true;
                }
                graph.addEdge(returns[r], moment, REALTIME, 0, 0);
            }
            if (moment >= 0) {
                graph.addEdge(moment, i, REALTIME, 0, 0);
                open = false;
            }
        }
    }

    /// The committed transactions by invocation, or those that returned by return.
    private int[] byTime(boolean returns) {
        long[] time = new long[t.size()];
        int[] chosen = new int[t.size()];
        int n = 0;
        boolean sorted = true;
        for (int i = 0; i < t.size(); i++) {
            time[i] = returns ? t.returned(i) : t.invoked(i);
            if (order.committed[i] && (!returns || time[i] != Long.MAX_VALUE)) {
                sorted &= n == 0 || time[chosen[n - 1]] <= time[i];
                chosen[n++] = i;
            }
        }
        int[] result = Arrays.copyOf(chosen, n);
        return sorted
                ? result
                : Arrays.stream(result)
                        .boxed()
                        .sorted(java.util.Comparator.comparingLong(i -> time[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    /// Why the one at the tail comes before the one at the head of a step, which starts with edge `first` and ends with
    /// edge `last`; they differ where the step leads through moments or a fan.
    String reason(int first, int last) {
        int a = graph.from(first);
        int b = graph.to(last);
        int tail = graph.tailReason(first);
        int head = graph.headReason(last);
        String key = t.keyName(t.keyOf(tail));
        return switch (graph.kind(first)) {
            case WW ->
                    "%s wrote %s of %s, which comes before %s, written by %s"
                            .formatted(
                                    t.name(a),
                                    t.valueName(tail),
                                    key,
                                    t.valueName(head),
                                    t.name(b));
            case WR ->
                    "%s wrote %s of %s, which %s read"
                            .formatted(t.name(a), t.valueName(tail), key, t.name(b));
            case RW ->
                    "%s read %s at %s and not %s, which %s wrote over it"
                            .formatted(
                                    t.name(a),
                                    key,
                                    t.valueName(tail),
                                    t.valueName(head),
                                    t.name(b));
            case PROCESS -> "%s and then %s were of one process".formatted(t.name(a), t.name(b));
            default ->
                    "%s was acknowledged %.3f ms before %s was invoked"
                            .formatted(t.name(a), (t.invoked(b) - t.returned(a)) / 1e6, t.name(b));
        };
    }
}
