package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// How far an order of a violated part can go: up to the first return that no order explains. What was true of a history up
/// to a moment stays true of every shorter one, so that moment is found by halving, beginning where the core says it is.
final class Furthest {
    private final Part part;

    /// Places of the operations that must be in an order, by their returns.
    private final int[] byReturn;

    private Furthest(Part part) {
        this.part = part;
        this.byReturn =
                IntStream.range(0, part.size())
                        .filter(part::required)
                        .mapToLong(i -> ((long) part.returnRank(i) << 32) | i)
                        .sorted()
                        .mapToInt(rankAndPlace -> (int) rankAndPlace)
                        .toArray();
    }

    /// The longest order, and why none of the operations that are open then can come next; [Decision.Progress#NONE]
    /// where that stays open.
    ///
    /// @param core places in the part that are not linearizable together; empty for all
    /// @param decide an engine, or several
    /// @throws Exhausted when the budget is used up before it is known
    static Decision.Progress of(
            Part part, Model<?> model, int[] core, Function<Part, Decision> decide, Budget budget) {
        Furthest furthest = new Furthest(part);
        int latest = Arrays.stream(core).map(part::returnRank).max().orElse(History.NEVER);
        // Returns up to here, not included, have an order; those up to there have none.
        int here = 0;
        int[] order = new int[0];
        int there = furthest.returnsUpTo(latest);
        for (int next = there - 1; here + 1 < there; next = (here + there) >>> 1) {
            budget.steps(part.size());
            switch (decide.apply(furthest.before(next))) {
                case Decision.Linearizable(int[] found) -> {
                    here = next;
                    order = found;
                }
                case Decision.NotLinearizable ignored -> there = next;
                case Decision.Open ignored -> {
                    return Decision.Progress.NONE;
                }
                case Decision.Unfit ignored -> {
                    return Decision.Progress.NONE;
                }
            }
        }
        int now = part.returnRank(furthest.byReturn[here]);
        return new Decision.Progress(order, stuck(part, model, order, now, budget));
    }

    private int returnsUpTo(int rank) {
        int returns = byReturn.length;
        while (returns > 1 && part.returnRank(byReturn[returns - 1]) > rank) {
            returns--;
        }
        return returns;
    }

    /// What there was just before a return: whatever had returned must be in an order, what was open may be.
    private Part before(int returns) {
        int now = part.returnRank(byReturn[returns]);
        int[] kept =
                IntStream.range(0, part.size()).filter(i -> part.invokeRank(i) < now).toArray();
        BitSet required = new BitSet(part.size());
        for (int k = 0; k < returns; k++) {
            required.set(byReturn[k]);
        }
        return part.weakened(kept, required);
    }

    private static <S> List<String> stuck(
            Part part, Model<S> model, int[] order, int now, Budget budget) {
        History history = part.history();
        BitSet placed = new BitSet(part.size());
        S state = model.initial();
        for (int k = 0; k < order.length; k++) {
            budget.step();
            int operation = order[k];
            state =
                    model.step(state, Call.of(history, operation))
                            .orElseThrow(() ->
                                    new IllegalStateException(
                                            "an order of ours is wrong, please report this history: the model refuses operation "
                                                    + operation));
            placed.set(part.place(operation));
        }
        List<String> stuck = new ArrayList<>();
        for (int i = 0; i < part.size() && part.invokeRank(i) < now; i++) {
            // What need not happen at all is no candidate that anyone misses.
            if (!placed.get(i) && part.required(i)) {
                int operation = part.operation(i);
                Optional<S> next = model.step(state, Call.of(history, operation));
                stuck.add(Words.stuck(history, operation, state, next.isPresent()));
            }
        }
        return stuck;
    }
}
