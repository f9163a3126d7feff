package dev.ordeal.checker.linear;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.Optional;
import java.util.function.IntPredicate;

/// The oracle: tries every order, and shares nothing with the engines but the model. For histories of a handful of
/// operations on one key.
final class BruteForce {
    private BruteForce() {}

    static boolean linearizable(History history, Model<?> model) {
        return linearizable(history, model, i -> true);
    }

    /// Whether there is an order when only some operations must be in it, and the others may have happened.
    static boolean linearizable(History history, Model<?> model, IntPredicate mustBeIn) {
        return tryAll(history, model, mustBeIn);
    }

    private static <S> boolean tryAll(History history, Model<S> model, IntPredicate mustBeIn) {
        return new Try<>(history, model, mustBeIn).from(model.initial(), 0);
    }

    private static final class Try<S> {
        private final Model<S> model;
        private final int n;
        private final Call[] calls;
        private final boolean[] required;
        private final boolean[] possible;
        private final int[] invoked;
        private final int[] returned;

        Try(History history, Model<S> model, IntPredicate mustBeIn) {
            this.model = model;
            n = history.size();
            calls = new Call[n];
            required = new boolean[n];
            possible = new boolean[n];
            invoked = new int[n];
            returned = new int[n];
            for (int i = 0; i < n; i++) {
                calls[i] = Call.of(history, i);
                possible[i] = history.outcome(i) != Outcome.FAILED || history.observed(i);
                required[i] =
                        possible[i] && history.outcome(i) != Outcome.UNKNOWN && mustBeIn.test(i);
                invoked[i] = history.invokeRank(i);
                returned[i] = required[i] ? history.returnRank(i) : Integer.MAX_VALUE;
            }
        }

        boolean from(S state, int placed) {
            boolean all = true;
            int firstReturn = Integer.MAX_VALUE;
            for (int i = 0; i < n; i++) {
                if (required[i] && (placed & 1 << i) == 0) {
                    all = false;
                    firstReturn = Math.min(firstReturn, returned[i]);
                }
            }
            if (all) {
                return true;
            }
            for (int i = 0; i < n; i++) {
                // What was invoked after another returned cannot come before it.
                if (possible[i] && (placed & 1 << i) == 0 && invoked[i] < firstReturn) {
                    Optional<S> next = model.step(state, calls[i]);
                    if (next.isPresent() && from(next.get(), placed | 1 << i)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
