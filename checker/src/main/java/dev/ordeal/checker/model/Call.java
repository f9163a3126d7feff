package dev.ordeal.checker.model;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.history.Values;
import java.util.List;

/// One operation as a model sees it: what was asked and what came back. Absent values, also inside lists, are
/// [Absent#ABSENT].
///
/// @param f kind of operation
/// @param key the object it acts on, absent where there is only one; models of one object need not look
/// @param argument absent where there was none
/// @param result a value, or [Result.Unknown]
/// @param outcome [Outcome#FAILED] only when the failure is itself an observation: a compare-and-set that did not match
public record Call(String f, Object key, Object argument, Result result, Outcome outcome) {

    /// The operation of a history with this index.
    public static Call of(History history, int i) {
        int result = history.resultId(i);
        return new Call(
                history.f(i),
                value(history.values(), history.keyId(i)),
                value(history.values(), history.argumentId(i)),
                result == Values.NONE
                        ? new Result.Unknown()
                        : new Result.Value(value(history.values(), result)),
                history.outcome(i));
    }

    private static Object value(Values values, int number) {
        return number == Values.NONE ? Absent.ABSENT : values.get(number, Absent.ABSENT);
    }

    /// Whether a client that saw what this one saw could have been given this answer.
    public boolean couldAnswer(Object value) {
        return switch (result) {
            case Result.Value(Object seen) -> value.equals(seen);
            case Result.Unknown() -> true;
        };
    }

    /// Whether it happened, or may have: not a failed observation.
    public boolean mayHaveHappened() {
        return outcome != Outcome.FAILED;
    }

    /// The expected value of a compare-and-set.
    public Object expected() {
        return pair(0);
    }

    /// The new value of a compare-and-set.
    public Object replacement() {
        return pair(1);
    }

    private Object pair(int place) {
        if (argument instanceof List<?> list && list.size() == 2) {
            Object element = list.get(place);
            return element == null ? Absent.ABSENT : element;
        }
        throw new IllegalArgumentException(
                "a " + f + " needs the value [expected, new], but has " + argument);
    }
}
