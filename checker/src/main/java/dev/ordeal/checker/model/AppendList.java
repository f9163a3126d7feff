package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.List;
import java.util.Optional;

/// A list that only grows: `append` adds an element at its end, `read` answers all. A list that nobody appended to reads
/// as empty or absent.
public record AppendList(String name) implements Model<List<Object>> {
    @Override
    public List<Object> initial() {
        return List.of();
    }

    @Override
    public Optional<List<Object>> step(List<Object> state, Call call) {
        return switch (call.f()) {
            case "append" -> {
                Object[] longer = state.toArray(new Object[state.size() + 1]);
                longer[state.size()] = call.argument();
                yield Optional.of(List.of(longer));
            }
            case "read" ->
                    couldSee(state, call) || (state.isEmpty() && call.couldAnswer(Absent.ABSENT))
                            ? Optional.of(state)
                            : Optional.empty();
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    /// Lists that grow from one another differ first in their lengths.
    private static boolean couldSee(List<Object> state, Call read) {
        return (!(read.result() instanceof Result.Value(List<?> seen))
                        || seen.size() == state.size())
                && read.couldAnswer(state);
    }

    /// A list leads to those that begin with it.
    @Override
    public boolean leadsTo(List<Object> state, Call goal) {
        return goal.f().equals("append")
                || switch (goal.result()) {
                    case Result.Unknown() -> true;
                    case Result.Value(List<?> seen) ->
                            state.size() <= seen.size()
                                    && seen.subList(0, state.size()).equals(state);
                    case Result.Value(Object seen) -> step(state, goal).isPresent();
                };
    }

    @Override
    public boolean rescues(Call call, Call goal) {
        return false;
    }

    @Override
    public boolean blind(Call call) {
        return call.f().equals("append");
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read");
    }
}
