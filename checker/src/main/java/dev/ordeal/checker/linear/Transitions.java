package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A model over one part, as a table of small numbers that is filled in when asked: states and kinds of call are numbered
/// in the order of their first appearance, and each step is asked of the model once. So any model is searched with packed
/// states. State 0 is the initial one.
///
/// @param <S> the state
final class Transitions<S> {
    /// The call is impossible in the state.
    static final int NONE = -1;

    /// In the table: impossible in the state, and in all states that it leads to.
    private static final int NEVER_FITS = -1;

    private static final int BYTES_A_STATE = 100;
    private static final int BYTES_A_KIND = 250;
    private static final int FEW_KINDS = 64;

    private record Kind(int f, int key, int argument, int result, Outcome outcome) {}

    private final Model<S> model;
    private final Budget budget;
    private final int[] kindOf;
    private final List<Call> calls = new ArrayList<>();
    private final List<Boolean> readOnly = new ArrayList<>();
    private final Map<S, Integer> numbers = new HashMap<>();
    private final List<S> states = new ArrayList<>();

    /// With few kinds, by state, then by kind: the next state plus two, 1 for impossible, [#NEVER_FITS], 0 for not asked yet.
    private int[][] rows = new int[8][];

    /// With many kinds, the same for those that were asked, by state and kind.
    private final LongIntMap asked = new LongIntMap();

    private final LongIntMap rescues = new LongIntMap();
    private final boolean fewKinds;

    Transitions(Part part, Model<S> model, Budget budget) {
        this.model = model;
        this.budget = budget;
        History history = part.history();
        Map<Kind, Integer> kinds = new HashMap<>();
        budget.take(4L * part.size());
        kindOf = new int[part.size()];
        for (int i = 0; i < part.size(); i++) {
            budget.step();
            int operation = part.operation(i);
            Kind kind =
                    new Kind(
                            history.fId(operation),
                            model.byKey() ? 0 : history.keyId(operation),
                            history.argumentId(operation),
                            history.resultId(operation),
                            history.outcome(operation));
            Integer known = kinds.get(kind);
            if (known == null) {
                known = calls.size();
                budget.take(BYTES_A_KIND);
                kinds.put(kind, known);
                Call call = Call.of(history, operation);
                calls.add(call);
                readOnly.add(model.readOnly(call));
            }
            kindOf[i] = known;
        }
        fewKinds = calls.size() <= FEW_KINDS;
        number(model.initial());
    }

    /// The kind of call of an operation, by its place in the part.
    int kind(int i) {
        return kindOf[i];
    }

    int kinds() {
        return calls.size();
    }

    boolean readOnly(int kind) {
        return readOnly.get(kind);
    }

    Call call(int kind) {
        return calls.get(kind);
    }

    S state(int number) {
        return states.get(number);
    }

    /// The state after a call, or [#NONE].
    int next(int state, int kind) {
        int known = known(state, kind);
        return known > 0 ? known - 2 : known == NEVER_FITS ? NONE : ask(state, kind);
    }

    /// Whether a call that is impossible in a state stays so until some call [rescues][#rescues] the state.
    boolean neverFits(int state, int kind) {
        return known(state, kind) == NEVER_FITS;
    }

    private int known(int state, int kind) {
        return fewKinds ? rows[state][kind] : asked.get(((long) state << 32) | kind);
    }

    /// [Model#blind].
    boolean blind(int kind) {
        return model.blind(calls.get(kind));
    }

    /// [Model#leadsTo], asked every time.
    boolean leadsTo(int state, int kind) {
        return model.leadsTo(states.get(state), calls.get(kind));
    }

    /// [Model#rescues], asked once.
    boolean rescues(int kind, int goal) {
        long pair = ((long) kind << 32) | goal;
        int known = rescues.get(pair);
        if (known == 0) {
            known = model.rescues(calls.get(kind), calls.get(goal)) ? 1 : 2;
            take(rescues.put(pair, known));
        }
        return known == 1;
    }

    private int ask(int state, int kind) {
        S from = states.get(state);
        S to = model.step(from, calls.get(kind)).orElse(null);
        if (to != null && readOnly.get(kind) && !to.equals(from)) {
            throw new IllegalStateException(
                    "the model %s says that %s changes nothing, but it changed %s to %s"
                            .formatted(model.name(), calls.get(kind), from, to));
        }
        int next = to == null ? NONE : number(to);
        int entry = next != NONE || model.leadsTo(from, calls.get(kind)) ? next + 2 : NEVER_FITS;
        if (fewKinds) {
            rows[state][kind] = entry;
        } else {
            take(asked.put(((long) state << 32) | kind, entry));
        }
        return next;
    }

    private void take(long grown) {
        if (grown > 0) {
            budget.take(grown);
        }
    }

    private int number(S state) {
        Integer known = numbers.get(state);
        if (known != null) {
            return known;
        }
        int number = states.size();
        long size = BYTES_A_STATE + weight(state) + (fewKinds ? 4L * calls.size() : 0);
        budget.take(size);
        states.add(state);
        numbers.put(state, number);
        if (fewKinds) {
            if (number == rows.length) {
                rows = Arrays.copyOf(rows, number * 2);
            }
            rows[number] = new int[calls.size()];
        }
        return number;
    }

    private static long weight(Object state) {
        return switch (state) {
            case String text -> 40L + text.length();
            case Collection<?> many -> 40L + 8L * many.size();
            case Map<?, ?> map -> 60L + 50L * map.size();
            default -> 24;
        };
    }
}
