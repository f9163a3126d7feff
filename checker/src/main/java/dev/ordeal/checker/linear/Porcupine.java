package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The baseline that the other search is held against: Wing and Gong's search over a linked list of calls and returns, with
/// Lowe's memo of (linearized operations, state), as the Go checker Porcupine has it. Its memory grows with the length of the
/// history times the number of configurations.
final class Porcupine implements Engine {
    private static final int BYTES_AN_ENTRY = 50;
    private static final int BYTES_A_CONFIGURATION = 150;

    @Override
    public String name() {
        return "porcupine";
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        return search(part, model, budget);
    }

    /// An invocation, or the return of the invocation that is its match.
    private static final class Entry {
        final int operation;
        final boolean isCall;
        Entry match = this;
        Entry previous = this;
        Entry next = this;

        Entry(int operation, boolean isCall) {
            this.operation = operation;
            this.isCall = isCall;
        }

        void linkBefore(Entry other) {
            previous = other.previous;
            next = other;
            previous.next = this;
            other.previous = this;
        }

        void remove() {
            previous.next = next;
            next.previous = previous;
        }

        void putBack() {
            previous.next = this;
            next.previous = this;
        }
    }

    private record Configuration(BitSet linearized, int state) {}

    private record Step(Entry call, int stateBefore) {}

    private static <S> Decision search(Part part, Model<S> model, Budget budget) {
        Transitions<S> transitions = new Transitions<>(part, model, budget);
        budget.take(2L * BYTES_AN_ENTRY * part.size());
        Entry head = list(part, budget);
        int missing = 0;
        for (int i = 0; i < part.size(); i++) {
            if (part.required(i)) {
                missing++;
            }
        }
        Map<Configuration, Boolean> seen = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        BitSet linearized = new BitSet(part.size());
        int[] best = new int[0];
        int state = 0;
        long bytesEach = part.size() / 8L + BYTES_A_CONFIGURATION;
        Entry entry = head.next;
        try {
            while (missing > 0) {
                budget.step();
                if (entry != head && entry.isCall) {
                    int next = transitions.next(state, transitions.kind(entry.operation));
                    if (next != Transitions.NONE) {
                        linearized.set(entry.operation);
                        Configuration configuration =
                                new Configuration((BitSet) linearized.clone(), next);
                        if (seen.put(configuration, true) == null) {
                            budget.take(bytesEach);
                            steps.add(new Step(entry, state));
                            state = next;
                            lift(entry);
                            missing -= part.required(entry.operation) ? 1 : 0;
                            entry = head.next;
                            continue;
                        }
                        linearized.clear(entry.operation);
                    }
                    entry = entry.next;
                    continue;
                }
                // A return, or the end of the list: what is pending here cannot be explained from
                // this state.
                if (steps.size() > best.length) {
                    best = order(part, steps);
                }
                if (steps.isEmpty()) {
                    return new Decision.NotLinearizable(
                            "", new int[0], new Decision.Progress(best, List.of()));
                }
                Step last = steps.remove(steps.size() - 1);
                linearized.clear(last.call.operation);
                missing += part.required(last.call.operation) ? 1 : 0;
                state = last.stateBefore;
                unlift(last.call);
                entry = last.call.next;
            }
            return new Decision.Linearizable(order(part, steps));
        } catch (Exhausted e) {
            int[] furthest = steps.size() > best.length ? order(part, steps) : best;
            return new Decision.Open(e.why(), new Decision.Progress(furthest, List.of()));
        }
    }

    private static int[] order(Part part, List<Step> steps) {
        return steps.stream().mapToInt(step -> part.operation(step.call.operation)).toArray();
    }

    private static Entry list(Part part, Budget budget) {
        int n = part.size();
        long[] events = new long[2 * n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            budget.step();
            events[count++] = ((long) part.invokeRank(i) << 32) | i;
            if (part.required(i)) {
                events[count++] = ((long) part.returnRank(i) << 32) | (1L << 31) | i;
            }
        }
        Arrays.sort(events, 0, count);
        Entry head = new Entry(-1, false);
        Entry[] calls = new Entry[n];
        for (int k = 0; k < count; k++) {
            budget.step();
            int i = (int) (events[k] & 0x7fffffff);
            boolean isCall = (events[k] & (1L << 31)) == 0;
            Entry entry = new Entry(i, isCall);
            if (isCall) {
                calls[i] = entry;
            } else {
                entry.match = calls[i];
                calls[i].match = entry;
            }
            entry.linkBefore(head);
        }
        return head;
    }

    private static void lift(Entry call) {
        call.remove();
        if (call.match != call) {
            call.match.remove();
        }
    }

    private static void unlift(Entry call) {
        if (call.match != call) {
            call.match.putBack();
        }
        call.putBack();
    }
}
