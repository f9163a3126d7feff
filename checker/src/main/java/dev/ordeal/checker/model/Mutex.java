package dev.ordeal.checker.model;

import java.util.Optional;

/// A lock that does not know who holds it: `acquire` only when it is free, `release` only when it is held.
public record Mutex(String name) implements Model<Boolean> {
    @Override
    public Boolean initial() {
        return false;
    }

    @Override
    public Optional<Boolean> step(Boolean held, Call call) {
        return switch (call.f()) {
            case "acquire" -> held ? Optional.empty() : Optional.of(true);
            case "release" -> held ? Optional.of(false) : Optional.empty();
            default -> throw new UnknownOperationException(this, call.f());
        };
    }
}
