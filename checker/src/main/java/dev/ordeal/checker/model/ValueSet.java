package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A set: `add`, `remove` and `contains` an element, `read` all in any order. `add` and `remove` that answer a Boolean say
/// whether they changed it; `contains` answers one. A `read` sees no element twice.
public record ValueSet(String name) implements Model<Set<Object>> {
    @Override
    public Set<Object> initial() {
        return Set.of();
    }

    @Override
    public Optional<Set<Object>> step(Set<Object> state, Call call) {
        boolean in = state.contains(call.argument());
        return switch (call.f()) {
            case "add" -> changed(call, !in).map(ok -> in ? state : with(state, call.argument()));
            case "remove" ->
                    changed(call, in).map(ok -> in ? without(state, call.argument()) : state);
            case "contains" -> call.couldAnswer(in) ? Optional.of(state) : Optional.empty();
            case "read" -> reads(state, call) ? Optional.of(state) : Optional.empty();
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    private static Optional<Boolean> changed(Call call, boolean change) {
        return call.couldAnswer(change)
                        || call.couldAnswer(Absent.ABSENT)
                        || call.couldAnswer(call.argument())
                ? Optional.of(change)
                : Optional.empty();
    }

    private static boolean reads(Set<Object> state, Call call) {
        return switch (call.result()) {
            case Result.Unknown() -> true;
            case Result.Value(var seen) ->
                    seen instanceof Collection<?> many
                            ? many.size() == state.size() && state.equals(new HashSet<>(many))
                            : seen == Absent.ABSENT && state.isEmpty();
        };
    }

    private static Set<Object> with(Set<Object> state, Object element) {
        Set<Object> more = new HashSet<>(state);
        more.add(element);
        return Set.copyOf(more);
    }

    private static Set<Object> without(Set<Object> state, Object element) {
        Set<Object> fewer = new HashSet<>(state);
        fewer.remove(element);
        return Set.copyOf(fewer);
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read") || call.f().equals("contains");
    }
}
