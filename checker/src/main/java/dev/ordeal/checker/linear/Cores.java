package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.model.Model;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes proofs small. A core is a set of operations that cannot be put in an order whatever all others did; so an
/// operation that is taken away is not forgotten: it stays as one that may have happened.
final class Cores {
    /// Among more operations that may have happened a search would hardly ever come to an end.
    private static final int MOST_SEARCHED = 10_000;

    /// For showing that some operations can be spared: at first so many, so that what is easily spared makes the rest easier
    /// to tell, then more and more; what would take longer to show than with the most is kept.
    private static final long FIRST_STEPS = 20_000;

    private static final long MOST_STEPS = 20_000_000;
    private static final int MORE_STEPS = 10;

    private Cores() {}

    /// A subset of a proof of which none can be spared: without any one of them there would be an order. Where the budget
    /// is used up, or the part is too large, the smallest that was found.
    ///
    /// @param engines that show what is left to be violated, the one that decides what no other does last
    /// @param proof places in the part that prove the violation, ascending
    static int[] smallest(
            Part part, Model<?> model, List<Engine> engines, Budget budget, int[] proof) {
        if (proof.length == 1) {
            return proof;
        }
        try {
            BitSet context = upstream(part, model, budget, proof);
            if (context == null) {
                context = before(part, budget, proof);
            }
            budget.release();
            return context.cardinality() > MOST_SEARCHED
                    ? proof
                    : new Shrinking(part, model, engines, budget, context).shrink(proof);
        } catch (Exhausted e) {
            return proof;
        }
    }

    private static final class Shrinking {
        private final Part part;
        private final Model<?> model;
        private final List<Engine> engines;
        private final Budget budget;
        private final int[] context;

        /// What is left of the proof, and which of it cannot be spared: what could not be spared among more cannot be spared
        /// among fewer.
        private final BitSet required = new BitSet();

        private final BitSet needed = new BitSet();

        Shrinking(Part part, Model<?> model, List<Engine> engines, Budget budget, BitSet context) {
            this.part = part;
            this.model = model;
            this.engines = engines;
            this.budget = budget;
            this.context = context.stream().toArray();
        }

        int[] shrink(int[] proof) {
            Arrays.stream(proof).forEach(required::set);
            try {
                for (long steps = FIRST_STEPS;
                        !required.equals(needed) && steps <= MOST_STEPS;
                        steps *= MORE_STEPS) {
                    leaveOut(steps);
                }
            } catch (Exhausted e) {
                // What was left out until now can be left out.
            }
            return required.stream().toArray();
        }

        /// Halves first, then quarters, … and single ones, of what may not be needed.
        private void leaveOut(long steps) {
            int open = required.cardinality() - needed.cardinality();
            for (int chunk = Math.max(1, open / 2); chunk >= 1; chunk /= 2) {
                int[] left = required.stream().filter(i -> !needed.get(i)).toArray();
                for (int from = 0; from < left.length; from += chunk) {
                    int to = Math.min(left.length, from + chunk);
                    BitSet fewer = (BitSet) required.clone();
                    for (int k = from; k < to; k++) {
                        fewer.clear(left[k]);
                    }
                    // None at all are never violated.
                    Decision without =
                            fewer.isEmpty()
                                    ? new Decision.Linearizable(new int[0])
                                    : decide(part.weakened(context, fewer), steps);
                    if (without instanceof Decision.NotLinearizable) {
                        required.and(fewer);
                    } else if (without instanceof Decision.Linearizable && to == from + 1) {
                        needed.set(left[from]);
                    }
                }
            }
        }

        /// @throws Exhausted when there is no time for more
        private Decision decide(Part weakened, long steps) {
            Decision open = new Decision.Unfit("there is no engine");
            for (Engine engine : engines) {
                budget.steps(weakened.size());
                Budget mine = budget.part(steps);
                try {
                    Decision decision = engine.decide(weakened, model, mine);
                    if (decision instanceof Decision.Linearizable
                            || decision instanceof Decision.NotLinearizable) {
                        return decision;
                    }
                    open = decision;
                } catch (Exhausted e) {
                    // Another engine may need fewer steps.
                } finally {
                    mine.release();
                }
            }
            return open;
        }
    }

    /// What is invoked after everything in the proof has returned cannot help.
    private static BitSet before(Part part, Budget budget, int[] proof) {
        int last = 0;
        for (int i : proof) {
            last = Math.max(last, part.returnRank(i));
        }
        BitSet before = new BitSet(part.size());
        for (int i = 0; i < part.size() && part.invokeRank(i) < last; i++) {
            budget.step();
            before.set(i);
        }
        return before;
    }

    /// In a register whose values are written once, and where nothing was refused, only those writers can help from whom
    /// the values in the proof come. Null where this is no such register.
    private static @Nullable BitSet upstream(
            Part part, Model<?> model, Budget budget, int[] proof) {
        if (RegisterOps.unfit(part, model) != null) {
            return null;
        }
        RegisterOps ops = RegisterOps.of(part, model, budget);
        int[] writer = new int[ops.values];
        Arrays.fill(writer, -1);
        for (int i = 0; i < ops.n; i++) {
            budget.step();
            int value = ops.to[i];
            if (value == 0 || (value > 0 && writer[value] >= 0)) {
                return null;
            }
            if (value > 0) {
                writer[value] = i;
            }
        }
        BitSet all = new BitSet(ops.n);
        for (int i : proof) {
            if (ops.kind[i] == RegisterOps.REFUSED) {
                return null;
            }
            all.set(i);
            for (int v = ops.from[i]; v > 0 && writer[v] >= 0 && !all.get(writer[v]); ) {
                int w = writer[v];
                all.set(w);
                v = ops.from[w];
            }
        }
        return all;
    }
}
