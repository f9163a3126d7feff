package dev.ordeal.checker.commit;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.commit.Committed.Command;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Decision;
import dev.ordeal.checker.linear.Engine;
import dev.ordeal.checker.linear.Part;
import dev.ordeal.checker.linear.Verifier;
import dev.ordeal.checker.linear.Words;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.Arrays;
import java.util.Optional;

/// Takes the order in which the nodes committed for the order of the clients' operations, and puts each operation that
/// changes nothing at the first place where time and its answer allow it: if it fits anywhere in this order, it fits there.
///
/// The nodes are on trial, so their word counts for nothing: the order is a witness when [Verifier] can play it back
/// against what the clients saw, as the judge does with every witness, and otherwise says nothing. It can find that operations
/// are linearizable, never that they are not. O(n log n) for sorting, O(n) steps of the model for what is not concurrent.
public final class CommitOrder implements Engine {
    private final Committed log;

    /// @param log of the history whose parts are to be decided
    public CommitOrder(Committed log) {
        this.log = log;
    }

    /// The place in the log, from 1, at which an operation of the history took effect, 0 for none.
    private int effect(int operation) {
        Command command = log.ofOperation(operation);
        return command != null && command.operation() == operation ? command.effect() : 0;
    }

    @Override
    public String name() {
        return "commit order";
    }

    @Override
    public String why() {
        return "the order in which the nodes committed explains what the clients saw";
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        return decideTyped(part, model, budget);
    }

    private <S> Decision decideTyped(Part part, Model<S> model, Budget budget) {
        int n = part.size();
        budget.take(40L * n);
        int[] changes = new int[n];
        int[] looks = new int[n];
        int changing = 0;
        int looking = 0;
        for (int i = 0; i < n; i++) {
            budget.step();
            int operation = part.operation(i);
            if (effect(operation) > 0) {
                changes[changing++] = i;
            } else if (part.required(i)) {
                looks[looking++] = i;
            }
        }
        sortByEffect(part, changes, changing);
        int[] order = new Placing<>(part, model, budget, changes, changing, looks, looking).order();
        if (order.length < changing + looking) {
            return new Decision.Unfit(misfit(part, model, looks, looking));
        }
        if (!keepsRealTime(part.history(), order)) {
            return new Decision.Unfit(Verifier.refute(part, model, order, budget).orElseThrow());
        }
        return new Decision.Linearizable(order);
    }

    /// Why not everything could be placed.
    private static String misfit(Part part, Model<?> model, int[] looks, int looking) {
        for (int k = 0; k < looking; k++) {
            int operation = part.operation(looks[k]);
            if (!model.readOnly(Call.of(part.history(), operation))) {
                return Words.operation(part.history(), operation)
                        + " is in no node's log with an effect";
            }
        }
        return "what the clients saw does not fit the commit order";
    }

    /// What [Placing] does not see to where one change follows another. The rest of what makes an order a witness it does: the model
    /// has accepted every step.
    private static boolean keepsRealTime(History history, int[] order) {
        int latestInvocation = -1;
        for (int operation : order) {
            if (history.returnRank(operation) < latestInvocation) {
                return false;
            }
            latestInvocation = Math.max(latestInvocation, history.invokeRank(operation));
        }
        return true;
    }

    private void sortByEffect(Part part, int[] changes, int count) {
        long[] byEffect = new long[count];
        for (int k = 0; k < count; k++) {
            byEffect[k] = ((long) effect(part.operation(changes[k])) << 32) | changes[k];
        }
        Arrays.sort(byEffect);
        for (int k = 0; k < count; k++) {
            changes[k] = (int) byEffect[k];
        }
    }

    /// One walk along the changes, with the operations that only look waiting for their place.
    private static final class Placing<S> {
        private final Part part;
        private final Model<S> model;
        private final Budget budget;
        private final int[] changes;
        private final int changing;

        /// In the order of their invocations; those before `next` wait or have been placed.
        private final int[] looks;

        private final int looking;
        private final int[] waiting;

        /// What those ask and saw: looked up when they begin to wait, since they are tried at every place.
        private final Call[] calls;

        private final int[] order;
        private int waits;
        private int placed;
        private S state;

        Placing(
                Part part,
                Model<S> model,
                Budget budget,
                int[] changes,
                int changing,
                int[] looks,
                int looking) {
            this.part = part;
            this.model = model;
            this.budget = budget;
            this.changes = changes;
            this.changing = changing;
            this.looks = looks;
            this.looking = looking;
            this.waiting = new int[looking];
            this.calls = new Call[looking];
            this.order = new int[changing + looking];
            this.state = model.initial();
        }

        /// Shorter than all that has to be in it where the order cannot be kept up.
        int[] order() {
            int[] firstPlace = firstPlaces();
            int next = 0;
            for (int k = 0; k <= changing; k++) {
                while (next < looking && firstPlace[next] <= k) {
                    int look = looks[next++];
                    Call call = Call.of(part.history(), part.operation(look));
                    if (!model.readOnly(call)) {
                        // It has changed something, at a place that the nodes do not tell.
                        return Arrays.copyOf(order, placed);
                    }
                    calls[waits] = call;
                    waiting[waits++] = look;
                }
                placeWaiting();
                if (k == changing) {
                    break;
                }
                int change = changes[k];
                Optional<S> after = step(Call.of(part.history(), part.operation(change)));
                if (after.isEmpty() || someoneIsTooLateFor(change)) {
                    break;
                }
                state = after.get();
                order[placed++] = part.operation(change);
            }
            return Arrays.copyOf(order, placed);
        }

        /// For each looking operation, how many changes must come before it because one of them had returned when it was
        /// invoked. Never falls from one to the next.
        private int[] firstPlaces() {
            long[] returns = new long[changing];
            for (int k = 0; k < changing; k++) {
                returns[k] = ((long) part.returnRank(changes[k]) << 32) | k;
            }
            Arrays.sort(returns);
            int[] firstPlace = new int[looking];
            int returned = 0;
            int after = 0;
            for (int k = 0; k < looking; k++) {
                while (returned < changing
                        && (int) (returns[returned] >>> 32) < part.invokeRank(looks[k])) {
                    after = Math.max(after, (int) returns[returned++] + 1);
                }
                firstPlace[k] = after;
            }
            return firstPlace;
        }

        private Optional<S> step(Call call) {
            budget.step();
            return model.step(state, call);
        }

        /// Places what fits the present state and need not wait for another that waits.
        private void placeWaiting() {
            int kept = 0;
            int firstReturn = Integer.MAX_VALUE;
            for (int k = 0; k < waits; k++) {
                int look = waiting[k];
                if (part.invokeRank(look) < firstReturn && step(calls[k]).isPresent()) {
                    order[placed++] = part.operation(look);
                } else {
                    firstReturn = Math.min(firstReturn, part.returnRank(look));
                    calls[kept] = calls[k];
                    waiting[kept++] = look;
                }
            }
            waits = kept;
        }

        private boolean someoneIsTooLateFor(int change) {
            for (int k = 0; k < waits; k++) {
                if (part.returnRank(waiting[k]) < part.invokeRank(change)) {
                    return true;
                }
            }
            return false;
        }
    }
}
