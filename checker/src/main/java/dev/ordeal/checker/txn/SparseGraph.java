package dev.ordeal.checker.txn;

import dev.ordeal.checker.bounds.Budget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A directed graph in arrays, every edge with one bit that says of which kind it is and two numbers that say why.
///
/// Arrays and not JGraphT, because this one holds whole histories: five million edges are 100 MB here and gigabytes as
/// objects. What is found in it is small, and is handed to JGraphT ([Cycles]).
final class SparseGraph {
    private static final int BYTES_AN_EDGE = 32;
    private static final int EDGES_AT_ONCE = 1024;

    private final Budget budget;
    private int nodes;
    private final Ints from = new Ints();
    private final Ints to = new Ints();
    private final Ints kind = new Ints();
    private final Ints tailReason = new Ints();
    private final Ints headReason = new Ints();
    private int[] start = {};
    private int[] edgesByTail = {};

    SparseGraph(int nodes, Budget budget) {
        this.nodes = nodes;
        this.budget = budget;
    }

    int addNode() {
        return nodes++;
    }

    void addEdge(int a, int b, int kindBit, int tail, int head) {
        budget.step();
        if (edges() % EDGES_AT_ONCE == 0) {
            budget.take((long) BYTES_AN_EDGE * EDGES_AT_ONCE);
        }
        from.add(a);
        to.add(b);
        kind.add(kindBit);
        tailReason.add(tail);
        headReason.add(head);
    }

    int nodes() {
        return nodes;
    }

    int edges() {
        return from.size();
    }

    int from(int edge) {
        return from.get(edge);
    }

    int to(int edge) {
        return to.get(edge);
    }

    int kind(int edge) {
        return kind.get(edge);
    }

    int tailReason(int edge) {
        return tailReason.get(edge);
    }

    int headReason(int edge) {
        return headReason.get(edge);
    }

    /// Sorts the edges by tail; call once, after the last edge.
    void freeze() {
        budget.take(8L * nodes);
        start = new int[nodes + 1];
        for (int e = 0; e < edges(); e++) {
            budget.step();
            start[from(e) + 1]++;
        }
        for (int n = 0; n < nodes; n++) {
            start[n + 1] += start[n];
        }
        int[] next = Arrays.copyOf(start, nodes);
        edgesByTail = new int[edges()];
        for (int e = 0; e < edges(); e++) {
            edgesByTail[next[from(e)]++] = e;
        }
    }

    int firstOut(int node) {
        return start[node];
    }

    int endOut(int node) {
        return start[node + 1];
    }

    int outEdge(int slot) {
        return edgesByTail[slot];
    }

    int[] allNodes() {
        int[] all = new int[nodes];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /// The strongly connected components of more than one node, of the subgraph of these nodes and of the edges of the
    /// kinds in `mask`. Tarjan 1972, without recursion: histories are longer than stacks. Linear.
    List<int[]> components(int[] among, int mask) {
        long bytes = 14L * nodes + 8L * among.length;
        budget.take(bytes);
        int[] number = new int[nodes];
        int[] low = new int[nodes];
        int[] slot = new int[nodes];
        boolean[] open = new boolean[nodes];
        boolean[] inside = membership(among);
        int[] path = new int[among.length];
        int[] stack = new int[among.length];
        int pathSize = 0;
        int stackSize = 0;
        int counter = 0;
        List<int[]> found = new ArrayList<>();
        for (int root : among) {
            if (number[root] != 0) {
                continue;
            }
            path[pathSize++] = root;
            while (pathSize > 0) {
                budget.step();
                int v = path[pathSize - 1];
                if (number[v] == 0) {
                    number[v] = ++counter;
                    low[v] = counter;
                    slot[v] = start[v];
                    open[v] = true;
                    stack[stackSize++] = v;
                }
                int descend = -1;
                while (slot[v] < start[v + 1] && descend < 0) {
                    budget.step();
                    int e = edgesByTail[slot[v]++];
                    int w = to(e);
                    if ((kind(e) & mask) == 0 || !inside[w]) {
                        continue;
                    }
                    if (number[w] == 0) {
                        descend = w;
                    } else if (open[w]) {
                        low[v] = Math.min(low[v], number[w]);
                    }
                }
                if (descend >= 0) {
                    path[pathSize++] = descend;
                    continue;
                }
                pathSize--;
                if (pathSize > 0) {
                    int parent = path[pathSize - 1];
                    low[parent] = Math.min(low[parent], low[v]);
                }
                if (low[v] == number[v]) {
                    int end = stackSize;
                    int w;
                    do {
                        w = stack[--stackSize];
                        open[w] = false;
                    } while (w != v);
                    if (end - stackSize > 1) {
                        found.add(Arrays.copyOfRange(stack, stackSize, end));
                    }
                }
            }
        }
        budget.giveBack(bytes);
        return found;
    }

    /// A path with the fewest steps, as edges; empty when there is none, or `a` is `b`. Edges that leave one of the first
    /// `counted` nodes are steps, the others are only how steps get on.
    List<Integer> path(int a, int b, boolean[] inside, int mask, int counted) {
        int[] cameBy = new int[nodes];
        int[] steps = new int[nodes];
        Arrays.fill(steps, Integer.MAX_VALUE);
        steps[a] = 0;
        ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(a));
        boolean[] done = new boolean[nodes];
        while (!queue.isEmpty() && !done[b]) {
            budget.step();
            int v = queue.removeFirst();
            if (done[v]) {
                continue;
            }
            done[v] = true;
            int length = v < counted ? 1 : 0;
            for (int s = start[v]; s < start[v + 1]; s++) {
                int e = edgesByTail[s];
                int w = to(e);
                if ((kind(e) & mask) == 0 || !inside[w] || steps[w] <= steps[v] + length) {
                    continue;
                }
                steps[w] = steps[v] + length;
                cameBy[w] = e;
                if (length == 0) {
                    queue.addFirst(w);
                } else {
                    queue.addLast(w);
                }
            }
        }
        List<Integer> path = new ArrayList<>();
        for (int v = b; v != a && steps[v] < Integer.MAX_VALUE; v = from(cameBy[v])) {
            path.add(cameBy[v]);
        }
        return path.reversed();
    }

    boolean[] membership(int[] among) {
        boolean[] inside = new boolean[nodes];
        for (int n : among) {
            inside[n] = true;
        }
        return inside;
    }
}
