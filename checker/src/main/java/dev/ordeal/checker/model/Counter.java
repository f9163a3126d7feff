package dev.ordeal.checker.model;

import java.util.Optional;

/// A number, at first 0: `add` its argument, `increment`, `decrement` (by one without an argument), `read`, and
/// `add-and-get`, which answers the new number. What the other changes answer is not looked at: many clients repeat the
/// argument.
public record Counter(String name) implements Model<Long> {
    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Optional<Long> step(Long state, Call call) {
        if (call.f().equals("read")) {
            return call.couldAnswer(state) ? Optional.of(state) : Optional.empty();
        }
        long next = state + change(this, call);
        return call.couldAnswer(next) || !call.f().equals("add-and-get")
                ? Optional.of(next)
                : Optional.empty();
    }

    private static long change(Model<?> model, Call call) {
        long by =
                switch (call.argument()) {
                    case Long number -> number;
                    case Absent ignored -> 1;
                    default ->
                            throw new IllegalArgumentException(
                                    "a counter cannot " + call.f() + " " + call.argument());
                };
        return switch (call.f()) {
            case "add", "add-and-get", "increment" -> by;
            case "decrement" -> -by;
            default -> throw new UnknownOperationException(model, call.f());
        };
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read");
    }
}
