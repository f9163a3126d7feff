package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// FIFO queues in which no value is enqueued twice: exact, without search, O(n log n).
///
/// Value a must come before b when its enqueue returned before b's was invoked, or its dequeue before b's was; what was
/// never dequeued comes last. With the intervals of [Stays] both are orders of intervals, and such orders have no 2+2
/// (a < b and c < d give a < d or c < b), so any cycle of the two together shortens to a pair that must each come before the
/// other, which is the violation shown. Without one, values are put in order, enqueues happen as early and dequeues as late
/// as the order allows.
///
/// A dequeue that found nothing needs a moment in its interval that lies inside no value's time from the return of its
/// enqueue to the invocation of its dequeue; otherwise these times cover the interval, which is shown. At such a moment
/// every value can be done or not yet begun: those whose enqueue returned or whose dequeue was invoked before it come
/// before it, and no order forbids that (what must precede such a value is such a value).
///
/// After Henzinger, Sezgin and Vafeiadis (*Aspect-oriented linearizability proofs*, 2013), whose four patterns these are;
/// the witness is ours.
final class DistinctQueue extends DistinctContainer {

    DistinctQueue() {
        super("distinct-queue", Queue.Discipline.FIFO, "FIFO queue");
    }

    @Override
    Decision decide(Part part, Stays stays, Budget budget) {
        return new Run(part, stays, budget).decide();
    }

    private static final class Run {
        private final Part part;
        private final Budget budget;
        private final Stays stays;
        private final int values;
        private final int[] enqueueFrom;
        private final int[] enqueueTo;
        private final int[] dequeueFrom;
        private final int[] dequeueTo;

        Run(Part part, Stays stays, Budget budget) {
            this.part = part;
            this.budget = budget;
            this.stays = stays;
            values = stays.count;
            enqueueFrom = stays.addFrom;
            enqueueTo = stays.addTo;
            dequeueFrom = stays.takeFrom;
            dequeueTo = stays.takeTo;
        }

        Decision decide() {
            int[] order = new int[values];
            int placed = order(order);
            if (placed < order.length) {
                return outOfOrder(Arrays.copyOf(order, placed));
            }
            int[] moments = new int[stays.empties.size()];
            int covered = stays.emptyMoments(moments);
            return covered >= 0
                    ? stays.neverEmpty(covered)
                    : new Decision.Linearizable(witness(order, moments));
        }

        private Integer[] by(Comparator<Integer> comparator) {
            Integer[] sorted = new Integer[values];
            Arrays.setAll(sorted, v -> v);
            Arrays.sort(sorted, comparator);
            return sorted;
        }

        /// Puts values in an order they can have, those that can be done with early first.
        ///
        /// A value may be next when nobody's enqueue returned before its was invoked, of those not placed, and the same for
        /// dequeues: it passes two gates, which open as the smallest return among those not placed grows.
        private int order(int[] order) {
            Integer[] byEnqueueFrom = by(Comparator.comparingInt(v -> enqueueFrom[v]));
            Integer[] byDequeueFrom = by(Comparator.comparingInt(v -> dequeueFrom[v]));
            Integer[] byEnqueueTo = by(Comparator.comparingInt(v -> enqueueTo[v]));
            Integer[] byDequeueTo = by(Comparator.comparingInt(v -> dequeueTo[v]));
            int[] passed = new int[values];
            boolean[] done = new boolean[values];
            PriorityQueue<Integer> ready =
                    new PriorityQueue<>(
                            Comparator.comparingInt(v -> Math.min(enqueueTo[v], dequeueFrom[v])));
            int enqueues = 0;
            int dequeues = 0;
            int firstEnqueue = 0;
            int firstDequeue = 0;
            int placed = 0;
            while (placed < values) {
                budget.step();
                while (done[byEnqueueTo[firstEnqueue]]) {
                    firstEnqueue++;
                }
                while (done[byDequeueTo[firstDequeue]]) {
                    firstDequeue++;
                }
                int enqueueGate = enqueueTo[byEnqueueTo[firstEnqueue]];
                int dequeueGate = dequeueTo[byDequeueTo[firstDequeue]];
                for (;
                        enqueues < values && enqueueFrom[byEnqueueFrom[enqueues]] < enqueueGate;
                        enqueues++) {
                    pass(byEnqueueFrom[enqueues], passed, ready);
                }
                for (;
                        dequeues < values && dequeueFrom[byDequeueFrom[dequeues]] <= dequeueGate;
                        dequeues++) {
                    pass(byDequeueFrom[dequeues], passed, ready);
                }
                if (ready.isEmpty()) {
                    return placed;
                }
                int next = ready.remove();
                done[next] = true;
                order[placed++] = next;
            }
            return placed;
        }

        private static void pass(int v, int[] passed, PriorityQueue<Integer> ready) {
            if (++passed[v] == 2) {
                ready.add(v);
            }
        }

        /// Some two of those that could not be placed must each come before the other: of those whose enqueue began after
        /// that of a returned, the one whose dequeue returned first is the other half for some a.
        private Decision outOfOrder(int[] placed) {
            boolean[] done = new boolean[values];
            for (int v : placed) {
                done[v] = true;
            }
            Integer[] byFrom = by(Comparator.comparingInt(v -> enqueueFrom[v]));
            Integer[] byTo = by(Comparator.comparingInt(v -> enqueueTo[v]));
            int best = -1;
            int f = values - 1;
            for (int k = values - 1; k >= 0; k--) {
                budget.step();
                int a = byTo[k];
                for (; f >= 0 && enqueueFrom[byFrom[f]] > enqueueTo[a]; f--) {
                    int b = byFrom[f];
                    if (!done[b] && (best < 0 || dequeueTo[b] < dequeueTo[best])) {
                        best = b;
                    }
                }
                if (!done[a] && best >= 0 && dequeueTo[best] < dequeueFrom[a]) {
                    return wrongOrder(a, best);
                }
            }
            throw new IllegalStateException("values in no order, yet no pair is at odds");
        }

        private Decision wrongOrder(int a, int b) {
            boolean taken = stays.take[a] >= 0;
            if (stays.wild && !(taken && part.required(stays.take[a]))) {
                return new Decision.Unfit(
                        "a dequeue of unknown outcome may have taken what seems to be left behind");
            }
            String sentence =
                    "%s returned before %s began, yet %s %s"
                            .formatted(
                                    stays.words(stays.add[a]),
                                    stays.words(stays.add[b]),
                                    stays.words(stays.take[b]),
                                    taken
                                            ? "returned before "
                                                    + stays.words(stays.take[a])
                                                    + " began"
                                            : "took the latter and nobody ever took the former");
            List<Integer> core = new ArrayList<>();
            stays.addTo(core, a);
            stays.addTo(core, b);
            return stays.broken(sentence, core.stream().mapToInt(Integer::intValue).toArray());
        }

        private record Step(int place, int afterRank, int epoch, int phase, int number) {}

        /// Enqueues happen right after an invocation, dequeues right before a return, both as said by the rank they come
        /// after. The moments of empty dequeues part the order into epochs.
        private int[] witness(int[] order, int[] moments) {
            int[] cuts = Arrays.stream(moments).distinct().sorted().toArray();
            List<Step> steps = new ArrayList<>();
            int after = -1;
            for (int k = 0; k < order.length; k++) {
                budget.step();
                int v = order[k];
                int epoch = epoch(cuts, Math.min(enqueueTo[v], dequeueFrom[v]));
                after = Math.max(after, enqueueFrom[v]);
                after = Math.max(after, epoch > 0 ? cuts[epoch - 1] : -1);
                steps.add(new Step(stays.add[v], after, 2 * epoch, 0, k));
            }
            // What comes after a value that nobody took can only have been left behind too.
            int taken = 0;
            while (taken < order.length && stays.take[order[taken]] >= 0) {
                taken++;
            }
            int until = History.NEVER;
            for (int k = taken - 1; k >= 0; k--) {
                int v = order[k];
                if (stays.take[v] >= 0) {
                    int epoch = epoch(cuts, Math.min(enqueueTo[v], dequeueFrom[v]));
                    until = Math.min(until, dequeueTo[v] - 1);
                    until = Math.min(until, epoch < cuts.length ? cuts[epoch] : History.NEVER);
                    steps.add(new Step(stays.take[v], until, 2 * epoch, 1, k));
                }
            }
            for (int e = 0; e < moments.length; e++) {
                int epoch = epoch(cuts, moments[e]);
                steps.add(new Step(stays.empties.get(e), moments[e], 2 * epoch + 1, 0, e));
            }
            steps.sort(
                    Comparator.comparingInt(Step::afterRank)
                            .thenComparingInt(Step::epoch)
                            .thenComparingInt(Step::phase)
                            .thenComparingInt(Step::number));
            return steps.stream().mapToInt(s -> part.operation(s.place)).toArray();
        }

        /// How many moments lie before a rank.
        private static int epoch(int[] cuts, int rank) {
            int found = Arrays.binarySearch(cuts, rank);
            return found >= 0 ? found : -1 - found;
        }
    }
}
