package dev.ordeal.checker.model;

import java.util.Map;
import java.util.Optional;

/// A register with `read`, `write` and `cas`. It starts absent.
public record Register(String name) implements Model<Object> {
    @Override
    public Object initial() {
        return Absent.ABSENT;
    }

    @Override
    public Optional<Object> step(Object state, Call call) {
        return switch (call.f()) {
            case "read" -> call.couldAnswer(state) ? Optional.of(state) : Optional.empty();
            case "write" -> Optional.of(call.argument());
            case "cas" -> cas(state, call);
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    static Optional<Object> cas(Object state, Call call) {
        boolean matches = state.equals(call.expected());
        if (call.mayHaveHappened()) {
            return matches ? Optional.of(call.replacement()) : Optional.empty();
        }
        return matches ? Optional.empty() : Optional.of(state);
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read") || !call.mayHaveHappened();
    }

    @Override
    public boolean leadsTo(Object state, Call goal) {
        return switch (goal.f()) {
            case "read" -> goal.couldAnswer(state);
            case "cas" -> state.equals(goal.expected()) == goal.mayHaveHappened();
            default -> true;
        };
    }

    @Override
    public boolean rescues(Call call, Call goal) {
        return switch (call.f()) {
            case "read" -> false;
            case "cas" -> call.mayHaveHappened() && leadsTo(call.replacement(), goal);
            default -> leadsTo(call.argument(), goal);
        };
    }

    @Override
    public boolean blind(Call call) {
        return call.f().equals("write");
    }

    @Override
    public Map<String, Access> accesses() {
        return Map.of("read", Access.READ, "write", Access.WRITE, "cas", Access.CAS);
    }
}
