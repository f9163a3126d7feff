package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A source of ids: `generate` answers one that it never answered before.
public record UniqueIds(String name) implements Model<Set<Object>> {
    @Override
    public Set<Object> initial() {
        return Set.of();
    }

    @Override
    public Optional<Set<Object>> step(Set<Object> given, Call call) {
        if (!call.f().equals("generate")) {
            throw new UnknownOperationException(this, call.f());
        }
        return switch (call.result()) {
            case Result.Unknown() -> Optional.of(given);
            case Result.Value(Object id) when !given.contains(id) -> {
                Set<Object> more = new HashSet<>(given);
                more.add(id);
                yield Optional.of(Set.copyOf(more));
            }
            case Result.Value(var id) -> Optional.empty();
        };
    }
}
