package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.Map;
import java.util.Optional;

/// One key of a key/value store: `get`, `put`, `append` (to the text), `delete`, `cas`, `increment`; also `read` and `write`.
///
/// `increment` adds its argument (1 without one) to a whole number and answers the sum; what is absent counts as 0. Stores
/// keep numbers as numbers or as texts: the sum is a text when what was there or what is added is one.
///
/// @param initial what a key reads as before its first write: [Absent#ABSENT], or the empty text for stores that do not
///     tell the two apart
public record KeyValue(String name, Object initial) implements Model<Object> {
    @Override
    public Optional<Object> step(Object state, Call call) {
        return switch (call.f()) {
            case "get", "read" -> call.couldAnswer(state) ? Optional.of(state) : Optional.empty();
            case "put", "write" -> Optional.of(call.argument());
            case "append" ->
                    Optional.of((state == Absent.ABSENT ? "" : state.toString()) + call.argument());
            case "delete" -> Optional.of(initial);
            case "cas" -> Register.cas(state, call);
            case "increment" -> increment(state, call);
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    private Optional<Object> increment(Object state, Call call) {
        Object before = state.equals(initial) ? (Object) 0L : state;
        Object by = call.argument() == Absent.ABSENT ? (Object) 1L : call.argument();
        Optional<Long> there = number(before);
        Optional<Long> added = number(by);
        if (added.isEmpty()) {
            throw new IllegalArgumentException("an increment adds a whole number, not " + by);
        }
        if (there.isEmpty()) {
            return Optional.empty();
        }
        long sum = there.get() + added.get();
        boolean overflows = ((there.get() ^ sum) & (added.get() ^ sum)) < 0;
        boolean text = before instanceof String || by instanceof String;
        Object after = text ? (Object) Long.toString(sum) : (Object) sum;
        return !overflows && call.couldAnswer(after) ? Optional.of(after) : Optional.empty();
    }

    /// A whole number, or a text that is one as it would be printed.
    private static Optional<Long> number(Object value) {
        if (value instanceof Long number) {
            return Optional.of(number);
        }
        try {
            return Optional.of(Long.valueOf(value.toString()))
                    .filter(number -> number.toString().equals(value));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// A text leads to those that begin with it.
    @Override
    public boolean leadsTo(Object state, Call goal) {
        return switch (goal.f()) {
            case "get", "read" ->
                    switch (goal.result()) {
                        case Result.Unknown() -> true;
                        case Result.Value(Object seen) -> leadsTo(state, seen);
                    };
            case "cas" -> goal.mayHaveHappened() ? leadsTo(state, goal.expected()) : true;
            default -> true;
        };
    }

    private static boolean leadsTo(Object state, Object later) {
        return state.equals(later)
                || (later instanceof String text
                        && text.startsWith(state == Absent.ABSENT ? "" : state.toString()));
    }

    @Override
    public boolean rescues(Call call, Call goal) {
        return switch (call.f()) {
            case "get", "read", "append" -> false;
            case "put", "write" -> leadsTo(call.argument(), goal);
            case "delete" -> leadsTo(initial, goal);
            case "cas" -> call.mayHaveHappened() && leadsTo(call.replacement(), goal);
            default -> true;
        };
    }

    @Override
    public boolean blind(Call call) {
        return switch (call.f()) {
            case "put", "write", "append", "delete" -> true;
            default -> false;
        };
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("get") || call.f().equals("read") || !call.mayHaveHappened();
    }

    @Override
    public Map<String, Access> accesses() {
        return Map.of(
                "get",
                Access.READ,
                "read",
                Access.READ,
                "put",
                Access.WRITE,
                "write",
                Access.WRITE,
                "cas",
                Access.CAS);
    }
}
