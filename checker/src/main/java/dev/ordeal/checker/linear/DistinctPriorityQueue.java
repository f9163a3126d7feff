package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Priority queues into which no value is inserted twice: exact, without search, O(n log n).
///
/// A value is in the way of larger ones, and of polls that find nothing, from its insertion to its poll; what is smaller
/// does not care. So values are placed from the smallest to the largest, each inserted at the last moment and polled at the
/// first one at which nothing smaller is in: no other choice leaves it in for less, at any moment. A value that finds no
/// such moment in time is the violation, together with those that are in its way, and those that kept these from leaving
/// earlier.
///
/// A moment is the time between two events. What is placed at the same one has this order there: polls of what came before,
/// the smallest first; what is inserted and polled at once; polls that find nothing; insertions of what stays.
final class DistinctPriorityQueue extends DistinctContainer {
    private static final int MOST_TOLD = 4;

    DistinctPriorityQueue() {
        super("distinct-priority-queue", Queue.Discipline.PRIORITY, "priority queue");
    }

    @Override
    Decision decide(Part part, Stays stays, Budget budget) {
        return new Run(part, stays, budget).decide();
    }

    private static final class Run {
        private final Part part;
        private final Budget budget;
        private final Stays stays;
        private final int[] smallestFirst;

        /// By value: the event after which it is polled, [History#NEVER] for those that stay.
        private final int[] polled;

        /// By event: this one, if nothing placed so far is in after it, or a later one that may be so.
        private final int[] free;

        private final List<int[]> steps = new ArrayList<>();

        Run(Part part, Stays stays, Budget budget) {
            this.part = part;
            this.budget = budget;
            this.stays = stays;
            smallestFirst =
                    IntStream.range(0, stays.count)
                            .boxed()
                            .sorted((v, w) -> Queue.compare(value(v), value(w)))
                            .mapToInt(Integer::intValue)
                            .toArray();
            polled = new int[stays.count];
            free = IntStream.rangeClosed(0, part.history().ranks()).toArray();
        }

        private Object value(int v) {
            Object value = stays.value(v);
            if (value == null) {
                throw new IllegalStateException("something absent was inserted");
            }
            return value;
        }

        Decision decide() {
            for (int k = 0; k < stays.count; k++) {
                boolean isLong = value(smallestFirst[k]) instanceof Long;
                if (!isLong && value(smallestFirst[k]) instanceof Number) {
                    return new Decision.Unfit("some numbers are not whole");
                }
                if (k > 0
                        && Queue.compare(value(smallestFirst[k - 1]), value(smallestFirst[k]))
                                == 0) {
                    return new Decision.Unfit("two values have the same priority");
                }
            }
            for (int k = 0; k < stays.count; k++) {
                budget.step();
                int v = smallestFirst[k];
                polled[v] = stays.take[v] < 0 ? History.NEVER : firstFree(stays.takeFrom[v]);
                if (polled[v] >= stays.takeTo[v] && stays.takeTo[v] < History.NEVER) {
                    return violated(
                            stays.take[v], stays.takeFrom[v], stays.takeTo[v], k, " smaller");
                }
                for (int r = firstFree(stays.addTo[v]); r < polled[v]; r = firstFree(r)) {
                    budget.step();
                    free[r] = r + 1;
                }
                place(v);
            }
            for (int empty : stays.empties) {
                int moment = firstFree(part.invokeRank(empty));
                if (moment >= part.returnRank(empty)) {
                    return violated(
                            empty, part.invokeRank(empty), part.returnRank(empty), stays.count, "");
                }
                step(empty, moment, 2);
            }
            steps.sort(
                    Comparator.<int[]>comparingInt(s -> s[1])
                            .thenComparingInt(s -> s[2])
                            .thenComparingInt(s -> s[3]));
            return new Decision.Linearizable(
                    steps.stream().mapToInt(s -> part.operation(s[0])).toArray());
        }

        /// The first event from this one on after which nothing placed so far is in, or [History#NEVER].
        private int firstFree(int from) {
            int last = free.length - 1;
            int found = Math.min(from, last);
            while (free[found] != found) {
                free[found] = free[free[found]];
                found = free[found];
            }
            return found == last ? History.NEVER : found;
        }

        private void place(int v) {
            boolean lasts = stays.addTo[v] <= polled[v];
            step(stays.add[v], lasts ? stays.addTo[v] - 1 : polled[v], lasts ? 3 : 1);
            if (polled[v] < History.NEVER) {
                step(stays.take[v], polled[v], lasts ? 0 : 1);
            }
        }

        private void step(int place, int afterRank, int phase) {
            steps.add(new int[] {place, afterRank, phase, steps.size()});
        }

        /// Of what is placed so far, something is always in from one event to another.
        private Decision violated(int taking, int from, int to, int placed, String smaller) {
            if (stays.wild) {
                return new Decision.Unfit(
                        "a poll of unknown outcome may have taken what seems to be in the way");
            }
            int[] number = new int[stays.count];
            for (int k = 0; k < stays.count; k++) {
                number[smallestFirst[k]] = k;
            }
            Set<Integer> inTheWay = new LinkedHashSet<>();
            cover(from, to, placed, inTheWay);
            String stories =
                    inTheWay.stream()
                            .limit(MOST_TOLD)
                            .map(stays::story)
                            .collect(Collectors.joining("; "));
            String more = inTheWay.size() > MOST_TOLD ? "; …" : "";
            // What kept these from leaving earlier is part of the proof.
            Deque<Integer> unexplained = new ArrayDeque<>(inTheWay);
            List<Integer> core = new ArrayList<>(List.of(taking));
            while (!unexplained.isEmpty()) {
                int v = unexplained.pop();
                stays.addTo(core, v);
                Set<Integer> before = new LinkedHashSet<>();
                if (stays.take[v] >= 0) {
                    cover(stays.takeFrom[v], polled[v], number[v], before);
                }
                before.stream().filter(inTheWay::add).forEach(unexplained::push);
            }
            return stays.broken(
                    "there was always something%s in the queue during %s: %s%s"
                            .formatted(smaller, stays.words(taking), stories, more),
                    core.stream().mapToInt(Integer::intValue).toArray());
        }

        /// Adds values that, one after the other, are in from one event to another, out of the smallest ones.
        private void cover(int from, int to, int smallest, Set<Integer> inTheWay) {
            int reached = from;
            while (reached < to) {
                int longest = -1;
                for (int k = 0; k < smallest; k++) {
                    budget.step();
                    int v = smallestFirst[k];
                    if (stays.addTo[v] <= reached
                            && polled[v] > reached
                            && (longest < 0 || polled[v] > polled[longest])) {
                        longest = v;
                    }
                }
                reached = polled[longest];
                inTheWay.add(longest);
            }
        }
    }
}
