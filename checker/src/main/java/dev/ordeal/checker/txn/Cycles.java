package dev.ordeal.checker.txn;

import static dev.ordeal.checker.txn.DependencyGraph.DATA;
import static dev.ordeal.checker.txn.DependencyGraph.PROCESS;
import static dev.ordeal.checker.txn.DependencyGraph.REALTIME;
import static dev.ordeal.checker.txn.DependencyGraph.RW;
import static dev.ordeal.checker.txn.DependencyGraph.WR;
import static dev.ordeal.checker.txn.DependencyGraph.WW;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.txn.Anomaly.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jgrapht.Graph;
import org.jgrapht.GraphPath;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.builder.GraphTypeBuilder;
import org.jspecify.annotations.Nullable;

/// Finds the smallest cycle of each kind and names it.
///
/// A history without a cycle is found out by one linear pass over the whole graph. Otherwise the kinds of edges are added
/// one after the other, weakest promise first, and in every strongly connected component the smallest cycle through an
/// edge of the kind just added is looked for, by shortest paths from its head back to its tail. Components are copied
/// into a JGraphT graph for that. Of one with more than [#LARGE] nodes, which would not fit, only cycles through some of
/// its edges are looked at: what is shown is a real cycle and small, but a smaller one may exist.
final class Cycles {
    private static final int LARGE = 10_000;
    private static final int SAMPLED = 24;

    /// Components looked at for each set of kinds; a broken system has thousands of them, all telling the same.
    private static final int EXPLAINED = 8;

    /// Edges passed while looking for smallest cycles in one component: bounds the explanation, not the verdict.
    private static final long EFFORT = 4_000_000;

    private final Transactions t;
    private final DependencyGraph dependencies;
    private final SparseGraph graph;
    private final Anomalies anomalies;
    private final Budget budget;
    private final Set<String> seen = new HashSet<>();

    private Cycles(
            Transactions t, DependencyGraph dependencies, Anomalies anomalies, Budget budget) {
        this.budget = budget;
        this.t = t;
        this.dependencies = dependencies;
        this.graph = dependencies.graph;
        this.anomalies = anomalies;
    }

    /// Adds to `anomalies` the smallest cycle of each kind.
    static void find(
            Transactions t, DependencyGraph dependencies, Anomalies anomalies, Budget budget) {
        Cycles cycles = new Cycles(t, dependencies, anomalies, budget);
        List<int[]> whole =
                cycles.graph.components(cycles.graph.allNodes(), DATA | PROCESS | REALTIME);
        if (!whole.isEmpty()) {
            int[] among = whole.stream().flatMapToInt(Arrays::stream).toArray();
            // Real time contains the order of processes.
            for (int beyond : new int[] {0, PROCESS, REALTIME}) {
                cycles.search(among, WW | beyond, WW);
                cycles.search(among, WW | WR | beyond, WR);
                cycles.search(among, DATA | beyond, RW);
            }
        }
    }

    private void search(int[] among, int mask, int through) {
        List<int[]> components = new ArrayList<>(graph.components(among, mask));
        components.sort(Comparator.comparingInt(c -> c.length));
        for (int[] component : components.subList(0, Math.min(EXPLAINED, components.size()))) {
            if (through != RW) {
                report(smallest(component, mask, mask, through, false));
                continue;
            }
            // One anti-dependency; else none next to another; else any. Each rules out less than
            // the one before.
            List<Integer> cycle = smallest(component, mask, mask & ~RW, RW, false);
            if (cycle.isEmpty()) {
                cycle = smallest(component, mask, mask, RW, true);
            }
            if (cycle.isEmpty()) {
                cycle = smallest(component, mask, mask, RW, false);
            }
            report(cycle);
        }
    }

    /// The smallest cycle in a component through an edge of one kind.
    ///
    /// @param back kinds of the edges that lead from the head of an edge of kind `through` back to its tail
    /// @param apart whether no two anti-dependencies may follow each other
    /// @return the edges of a cycle, the one of kind `through` first; empty if there is none
    private List<Integer> smallest(
            int[] component, int mask, int back, int through, boolean apart) {
        boolean[] inside = graph.membership(component);
        List<Integer> required = new ArrayList<>();
        long size = 0;
        for (int node : component) {
            for (int s = graph.firstOut(node); s < graph.endOut(node); s++) {
                int e = graph.outEdge(s);
                if ((graph.kind(e) & mask) != 0 && inside[graph.to(e)]) {
                    size++;
                    if (graph.kind(e) == through && dependencies.isTransaction(node)) {
                        required.add(e);
                    }
                }
            }
        }
        if (component.length > LARGE) {
            return smallestOfSome(sample(required, SAMPLED), inside, back);
        }
        required = sample(required, (int) Math.max(SAMPLED, EFFORT / Math.max(1, size)));
        return smallestThrough(required, copy(component, inside, back, apart), apart);
    }

    /// Every cycle goes back in time somewhere, and one that goes far back in one step is likely to be short: half of those
    /// chosen are the edges that go back furthest, the other half are spread evenly.
    private List<Integer> sample(List<Integer> edges, int wanted) {
        if (edges.size() <= wanted) {
            return edges;
        }
        List<Integer> some = new ArrayList<>(edges);
        some.sort(Comparator.comparingLong(this::nanosForward));
        some.subList(wanted / 2, some.size()).clear();
        for (int i = 0; i < wanted / 2; i++) {
            some.add(edges.get((int) ((long) i * edges.size() / (wanted / 2))));
        }
        return some;
    }

    private long nanosForward(int edge) {
        return dependencies.isTransaction(graph.to(edge))
                ? t.invoked(graph.to(edge)) - t.invoked(graph.from(edge))
                : 0;
    }

    private List<Integer> smallestOfSome(List<Integer> required, boolean[] inside, int back) {
        List<Integer> best = List.of();
        long bestLength = Long.MAX_VALUE;
        for (int e : required) {
            List<Integer> path = graph.path(graph.to(e), graph.from(e), inside, back, t.size());
            long length =
                    path.stream().filter(s -> dependencies.isTransaction(graph.from(s))).count();
            if (!path.isEmpty() && length < bestLength) {
                bestLength = length;
                best = new ArrayList<>(List.of(e));
                best.addAll(path);
            }
            if (bestLength == 1) {
                break;
            }
        }
        return best;
    }

    private List<Integer> smallestThrough(
            List<Integer> required, Graph<Integer, Integer> paths, boolean apart) {
        List<Integer> best = List.of();
        double bestLength = Double.POSITIVE_INFINITY;
        for (int e : required) {
            // A shortest path passes every edge once at worst.
            budget.steps(1L + paths.edgeSet().size());
            int head = vertex(graph.to(e), apart);
            int tail = vertex(graph.from(e), false);
            if (bestLength <= 2 || !paths.containsVertex(head) || !paths.containsVertex(tail)) {
                continue;
            }
            @Nullable GraphPath<Integer, Integer> path =
                    new DijkstraShortestPath<>(paths, Math.min(bestLength, 1e9))
                            .getPath(head, tail);
            if (path != null && path.getWeight() + 1 < bestLength) {
                bestLength = path.getWeight() + 1;
                best = new ArrayList<>(List.of(e));
                for (int step : path.getEdgeList()) {
                    best.add(step >> 1);
                }
            }
        }
        return best;
    }

    /// Every node twice: as reached by an anti-dependency, and otherwise. Where these must stay apart, one may only be
    /// taken from the latter.
    private static int vertex(int node, boolean afterAntiDependency) {
        return 2 * node + (afterAntiDependency ? 1 : 0);
    }

    private Graph<Integer, Integer> copy(
            int[] component, boolean[] inside, int mask, boolean apart) {
        Graph<Integer, Integer> copy =
                GraphTypeBuilder.<Integer, Integer>directed()
                        .allowingMultipleEdges(true)
                        .allowingSelfLoops(false)
                        .weighted(true)
                        .buildGraph();
        for (int node : component) {
            copy.addVertex(vertex(node, false));
            if (apart) {
                copy.addVertex(vertex(node, true));
            }
        }
        for (int node : component) {
            // A step is counted where it leaves a transaction; moments and fans are only how it
            // gets there.
            boolean counts = dependencies.isTransaction(node);
            for (int s = graph.firstOut(node); s < graph.endOut(node); s++) {
                budget.step();
                int e = graph.outEdge(s);
                if ((graph.kind(e) & mask) == 0 || !inside[graph.to(e)]) {
                    continue;
                }
                boolean anti = apart && graph.kind(e) == RW;
                for (int after = 0; after <= (apart ? 1 : 0); after++) {
                    if (anti && counts && after == 1) {
                        continue;
                    }
                    int edge = 2 * e + after;
                    copy.addEdge(vertex(node, after == 1), vertex(graph.to(e), anti), edge);
                    copy.setEdgeWeight(edge, counts ? 1 : 0);
                }
            }
        }
        return copy;
    }

    private void report(List<Integer> cycle) {
        if (cycle.isEmpty()) {
            return;
        }
        List<Integer> members = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        List<Integer> kinds = new ArrayList<>();
        int first = cycle.getFirst();
        for (int e : cycle) {
            if (dependencies.isTransaction(graph.from(e))) {
                first = e;
            }
            if (dependencies.isTransaction(graph.to(e))) {
                members.add(graph.from(first));
                kinds.add(graph.kind(first));
                reasons.add(dependencies.reason(first, e));
            }
        }
        Kind kind = name(kinds);
        if (!seen.add(kind + " " + new TreeSet<>(members))) {
            return;
        }
        StringBuilder sentence = new StringBuilder(kind.meaning()).append(": ");
        for (int i = 0; i < members.size(); i++) {
            sentence.append(i == 0 ? "" : " before ").append(t.describe(members.get(i)));
        }
        sentence.append(" before ").append(t.name(members.getFirst()));
        anomalies.add(
                new Anomaly(
                        kind,
                        sentence.toString(),
                        members.stream().map(t::operation).toList(),
                        reasons));
    }

    static Kind name(List<Integer> kinds) {
        int antis = 0;
        boolean adjacent = false;
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) == RW) {
                antis++;
                adjacent |= kinds.get((i + 1) % kinds.size()) == RW;
            }
        }
        int base = antis > 1 ? (adjacent ? 4 : 3) : antis == 1 ? 2 : kinds.contains(WR) ? 1 : 0;
        int beyond = kinds.contains(REALTIME) ? 2 : kinds.contains(PROCESS) ? 1 : 0;
        return NAMES[beyond][base];
    }

    private static final Kind[][] NAMES = {
        {Kind.G0, Kind.G1C, Kind.G_SINGLE, Kind.G_NONADJACENT, Kind.G2_ITEM},
        {
            Kind.G0_PROCESS,
            Kind.G1C_PROCESS,
            Kind.G_SINGLE_PROCESS,
            Kind.G_NONADJACENT_PROCESS,
            Kind.G2_ITEM_PROCESS
        },
        {
            Kind.G0_REALTIME,
            Kind.G1C_REALTIME,
            Kind.G_SINGLE_REALTIME,
            Kind.G_NONADJACENT_REALTIME,
            Kind.G2_ITEM_REALTIME
        }
    };
}
