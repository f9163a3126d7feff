package dev.ordeal.checker.model;

import java.util.Optional;

/// A list that is declared once and read with `declare` and `read`. It starts absent; the first `declare` takes effect, and a
/// later one is refused as a mismatch.
public record DeclaredList(String name) implements Model<Object> {
    @Override
    public Object initial() {
        return Absent.ABSENT;
    }

    @Override
    public Optional<Object> step(Object state, Call call) {
        boolean open = state == Absent.ABSENT;
        return switch (call.f()) {
            case "read" -> call.couldAnswer(state) ? Optional.of(state) : Optional.empty();
            case "declare" ->
                    call.mayHaveHappened()
                            ? (open ? Optional.of(call.argument()) : Optional.empty())
                            : (open ? Optional.empty() : Optional.of(state));
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read") || !call.mayHaveHappened();
    }
}
