package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks a witness with none of the code that found it: every operation that happened is in the order once, nothing that
/// did not happen is, the order keeps real time, and the model accepts it. O(n) steps of the model.
public final class Verifier {
    private Verifier() {}

    /// Says what is wrong with a set of orders, or nothing, under the usual bounds.
    ///
    /// @param orders indexes into the history; for a model of independent keys, an order for each key
    public static <S> Optional<String> refute(History history, Model<S> model, List<int[]> orders) {
        return refute(history, model, orders, Bounds.defaults().start());
    }

    /// The same under a bound.
    ///
    /// @throws Exhausted when it was reached: nothing is known then
    public static <S> Optional<String> refute(
            History history, Model<S> model, List<int[]> orders, Budget budget) {
        BitSet placed = new BitSet(history.size());
        Set<Integer> keys = new HashSet<>();
        for (int[] order : orders) {
            if (order.length > 0 && (order[0] < 0 || order[0] >= history.size())) {
                return Optional.of("operation " + order[0] + " is not in the history");
            }
            if (order.length > 0 && !keys.add(model.byKey() ? history.keyId(order[0]) : 0)) {
                return Optional.of("there are two orders for the key of operation " + order[0]);
            }
            Optional<String> refuted = refute(history, model, order, placed, budget);
            if (refuted.isPresent()) {
                return refuted;
            }
        }
        for (int i = 0; i < history.size(); i++) {
            budget.step();
            if ((history.outcome(i) == Outcome.OK || history.observed(i)) && !placed.get(i)) {
                return Optional.of(
                        "operation " + i + ", " + Words.operation(history, i) + ", is in no order");
            }
        }
        return Optional.empty();
    }

    /// The same for the operations of one part alone.
    ///
    /// @throws Exhausted when a bound was reached: nothing is known then
    public static <S> Optional<String> refute(
            Part part, Model<S> model, int[] order, Budget budget) {
        BitSet placed = new BitSet(part.history().size());
        Optional<String> refuted = refute(part.history(), model, order, placed, budget);
        for (int i = 0; i < part.size() && refuted.isEmpty(); i++) {
            if (part.required(i) && !placed.get(part.operation(i))) {
                refuted =
                        Optional.of(
                                Words.operation(part.history(), part.operation(i))
                                        + ", is not in the order");
            }
        }
        return refuted;
    }

    private static <S> Optional<String> refute(
            History history, Model<S> model, int[] order, BitSet placed, Budget budget) {
        int latestInvocation = -1;
        int latest = -1;
        S state = model.initial();
        for (int i : order) {
            budget.step();
            if (i < 0 || i >= history.size()) {
                return Optional.of("operation " + i + " is not in the history");
            }
            if (model.byKey() && history.keyId(i) != history.keyId(order[0])) {
                return Optional.of(
                        "operation " + i + " acts on another key than operation " + order[0]);
            }
            if (placed.get(i)) {
                return Optional.of("operation " + i + " stands twice in the order");
            }
            placed.set(i);
            if (history.outcome(i) == Outcome.FAILED && !history.observed(i)) {
                return Optional.of("operation " + i + " failed, but stands in the order");
            }
            if (history.returnRank(i) < latestInvocation) {
                return Optional.of(
                        "operation "
                                + i
                                + " had returned before "
                                + latest
                                + " was invoked, but stands after it");
            }
            if (history.invokeRank(i) > latestInvocation) {
                latestInvocation = history.invokeRank(i);
                latest = i;
            }
            Optional<S> next = model.step(state, Call.of(history, i));
            if (next.isEmpty()) {
                return Optional.of(
                        "the model refuses operation %d, %s, in the state %s"
                                .formatted(i, Words.operation(history, i), Words.value(state)));
            }
            state = next.get();
        }
        return Optional.empty();
    }
}
