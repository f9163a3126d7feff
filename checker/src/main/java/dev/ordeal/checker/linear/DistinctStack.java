package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Stacks onto which no value is pushed twice: exact, without search, O(n log n).
///
/// A value is certainly in from the return of its push to the invocation of its pop. A value for which that leaves nothing
/// is pushed and popped at one moment, at which it is in nobody's way. The others fall into *groups*, whose certain times
/// overlap one after the other without a gap. In a stack two stays lie apart or one inside the other; certain times that
/// overlap cannot lie apart, so all of a group lie inside the stay of one of them, its *bottom*. That is a value whose push
/// began before the first push of the group returned, and whose pop returns after the last pop of the group began.
///
/// Any such value will do: what is left without it must fit by itself, since striking a value out of an order leaves an
/// order, and when that fits, it fits inside the time of the group, and the bottom can be pushed right before and popped
/// right after. So the bottom is put aside, the rest falls into groups again, and so on. A group without a bottom is the
/// violation; of it, values that reach from its first return to its last invocation are enough.
///
/// All this never makes the stack hold something at a moment at which nothing certainly is in, so pops that found nothing
/// need such a moment, and nothing else.
///
/// The values of a group lie next to each other by the beginning of their certain times. Groups inside of others begin later
/// and end earlier, so who once began early enough, or ends late enough, stays so: each is looked at once for either.
///
/// Lee and Mathur (*Efficient decrease-and-conquer linearizability monitoring*, 2025) and Abdulla and others (*Efficient
/// linearizability monitoring*, 2025) also decide stacks value by value; the argument and the structures here are ours.
final class DistinctStack extends DistinctContainer {
    private static final int MOST_TOLD = 4;

    DistinctStack() {
        super("distinct-stack", Queue.Discipline.LIFO, "stack");
    }

    @Override
    Decision decide(Part part, Stays stays, Budget budget) {
        return new Run(part, stays, budget).decide();
    }

    /// Values of a group that are left: those from `from` to `to` that are not put aside.
    private record Group(int from, int to) {}

    private static final class Run {
        private final Part part;
        private final Budget budget;
        private final Stays stays;

        /// Values that are certainly in for a time, by its beginning.
        private final int[] stay;

        private final int size;
        private final BitSet left;

        /// The places before which a group goes on.
        private final Coverage goesOn;

        /// The ends of what is left, negated.
        private final MinimumTree ends;

        /// Those of which it is not known that they began early enough, by the invocation of their push.
        private final MinimumTree begins;

        /// Those that began early enough, by the return of their pop, negated.
        private final MinimumTree begun;

        private final List<int[]> steps = new ArrayList<>();

        Run(Part part, Stays stays, Budget budget) {
            this.part = part;
            this.budget = budget;
            this.stays = stays;
            stay =
                    IntStream.range(0, stays.count)
                            .filter(v -> stays.addTo[v] < stays.takeFrom[v])
                            .boxed()
                            .sorted(Comparator.comparingInt(v -> stays.addTo[v]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            size = stay.length;
            left = new BitSet(size);
            left.set(0, size);
            goesOn = new Coverage(size);
            ends = new MinimumTree(size);
            begins = new MinimumTree(size);
            begun = new MinimumTree(size);
            for (int k = 0; k < size; k++) {
                budget.step();
                goesOn.cover(k + 1, reach(k));
                ends.put(k, -end(k));
                begins.put(k, stays.addFrom[stay[k]]);
            }
        }

        private int start(int k) {
            return stays.addTo[stay[k]];
        }

        private int end(int k) {
            return stays.takeFrom[stay[k]];
        }

        /// The first that begins after the end of this one.
        private int reach(int k) {
            int low = k + 1;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (start(middle) < end(k)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        Decision decide() {
            int[] moments = new int[stays.empties.size()];
            int neverEmpty = stays.emptyMoments(moments);
            if (neverEmpty >= 0) {
                return stays.neverEmpty(neverEmpty);
            }
            Decision broken = nest();
            if (broken != null) {
                return broken;
            }
            for (int v = 0; v < stays.count; v++) {
                if (stays.addTo[v] >= stays.takeFrom[v]) {
                    step(stays.add[v], stays.takeFrom[v], 1);
                    step(stays.take[v], stays.takeFrom[v], 1);
                }
            }
            for (int e = 0; e < moments.length; e++) {
                step(stays.empties.get(e), moments[e], 1);
            }
            steps.sort(
                    Comparator.<int[]>comparingInt(s -> s[1])
                            .thenComparingInt(s -> s[2])
                            .thenComparingInt(s -> s[3]));
            return new Decision.Linearizable(
                    steps.stream().mapToInt(s -> part.operation(s[0])).toArray());
        }

        /// Between two events, pops of groups that end come before what needs a moment only, then pushes of groups that begin.
        private void step(int place, int afterRank, int phase) {
            steps.add(new int[] {place, afterRank, phase, steps.size()});
        }

        /// Puts one bottom after the other aside; a task that is no group is a pop that closes one.
        private @Nullable Decision nest() {
            Deque<Object> tasks = new ArrayDeque<>();
            split(0, size, tasks);
            while (!tasks.isEmpty()) {
                budget.step();
                Object task = tasks.pop();
                if (task instanceof int[] pop) {
                    step(pop[0], pop[1], 0);
                    continue;
                }
                Group group = (Group) task;
                int first = start(group.from);
                int last = end(ends.smallest(group.from, group.to));
                int bottom = bottom(group, first, last);
                if (bottom < 0) {
                    return withoutBottom(group, first, last);
                }
                int v = stay[bottom];
                step(stays.add[v], first - 1, 2);
                if (last < History.NEVER) {
                    tasks.push(new int[] {stays.take[v], last});
                }
                left.clear(bottom);
                ends.remove(bottom);
                begun.remove(bottom);
                goesOn.uncover(bottom + 1, reach(bottom));
                split(group.from, group.to, tasks);
            }
            return null;
        }

        private int bottom(Group group, int first, int last) {
            for (int k = begins.smallest(group.from, group.to);
                    k >= 0 && stays.addFrom[stay[k]] < first;
                    k = begins.smallest(group.from, group.to)) {
                begins.remove(k);
                begun.put(k, -stays.takeTo[stay[k]]);
            }
            int k = begun.smallest(group.from, group.to);
            return k >= 0 && stays.takeTo[stay[k]] >= last ? k : -1;
        }

        /// Makes a task of each group in a range, the first one on top.
        private void split(int from, int to, Deque<Object> tasks) {
            Deque<Group> groups = new ArrayDeque<>();
            int k = left.nextSetBit(from);
            while (k >= 0 && k < to) {
                int end = goesOn.firstBare(k + 1, to);
                groups.push(new Group(k, end));
                k = left.nextSetBit(end);
            }
            groups.forEach(tasks::push);
        }

        private Decision withoutBottom(Group group, int first, int last) {
            if (stays.wild) {
                return new Decision.Unfit(
                        "a pop of unknown outcome may have taken what seems to be in the way");
            }
            List<Integer> chain = new ArrayList<>();
            int reached = first;
            while (reached < last) {
                int longest = -1;
                for (int k = left.nextSetBit(group.from);
                        k >= 0 && k < group.to && start(k) <= reached;
                        k = left.nextSetBit(k + 1)) {
                    budget.step();
                    longest = longest < 0 || end(k) > end(longest) ? k : longest;
                }
                reached = end(longest);
                chain.add(stay[longest]);
            }
            List<Integer> core = new ArrayList<>();
            chain.forEach(v -> stays.addTo(core, v));
            String stories =
                    chain.stream()
                            .limit(MOST_TOLD)
                            .map(stays::story)
                            .collect(Collectors.joining("; "));
            return stays.broken(
                    "these were in the stack together, each with the next, so one of them was below the others all the time; but each was %s or %s: %s%s"
                            .formatted(
                                    "pushed after "
                                            + stays.words(stays.add[chain.getFirst()])
                                            + " had returned",
                                    last == History.NEVER
                                            ? "popped, which one of them never was"
                                            : "popped before "
                                                    + stays.words(stays.take[chain.getLast()])
                                                    + " began",
                                    stories,
                                    chain.size() > MOST_TOLD ? "; …" : ""),
                    core.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}
