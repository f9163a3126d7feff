package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Registers of which several are read and written at once: `write` and `read` with a map of keys and values, or `txn` with
/// a list of `["w", key, value]` and `["r", key, value]` in order. What was never written reads as absent. Keys cannot be
/// judged one by one.
public record MultiRegister(String name) implements Model<Map<Object, Object>> {
    @Override
    public Map<Object, Object> initial() {
        return Map.of();
    }

    @Override
    public Optional<Map<Object, Object>> step(Map<Object, Object> state, Call call) {
        return switch (call.f()) {
            case "write" -> {
                Map<Object, Object> after = new HashMap<>(state);
                map(call, call.argument()).forEach((k, v) -> after.put(k, visible(v)));
                yield Optional.of(Map.copyOf(after));
            }
            case "read" ->
                    switch (call.result()) {
                        case Result.Unknown() -> Optional.of(state);
                        case Result.Value(var seen) ->
                                map(call, seen).entrySet().stream()
                                                .allMatch(
                                                        e -> reads(state, e.getKey(), e.getValue()))
                                        ? Optional.of(state)
                                        : Optional.empty();
                    };
            case "txn" ->
                    switch (call.result()) {
                        case Result.Unknown() -> run(state, call, call.argument(), false);
                        case Result.Value(Object steps) -> run(state, call, steps, true);
                    };
            default -> throw new UnknownOperationException(this, call.f());
        };
    }

    private Optional<Map<Object, Object>> run(
            Map<Object, Object> state, Call call, Object steps, boolean seen) {
        Map<Object, Object> now = new HashMap<>(state);
        for (Object each : steps instanceof List<?> list ? list : List.of(steps)) {
            if (!(each instanceof List<?> step) || step.size() != 3) {
                throw new IllegalArgumentException(
                        "a "
                                + call.f()
                                + " needs steps [\"r\" or \"w\", key, value], but has "
                                + each);
            }
            switch (String.valueOf(step.get(0))) {
                case "w" -> now.put(step.get(1), step.get(2));
                case "r" -> {
                    if (seen && !reads(now, step.get(1), step.get(2))) {
                        return Optional.empty();
                    }
                }
                default ->
                        throw new IllegalArgumentException(
                                "a step of a "
                                        + call.f()
                                        + " is \"r\" or \"w\", but this is "
                                        + step);
            }
        }
        return Optional.of(Map.copyOf(now));
    }

    private static boolean reads(Map<Object, Object> state, Object key, @Nullable Object value) {
        return state.getOrDefault(key, Absent.ABSENT).equals(visible(value));
    }

    /// Maps come from the history as they are.
    private static Object visible(@Nullable Object value) {
        return value == null ? Absent.ABSENT : value;
    }

    private static Map<?, ?> map(Call call, Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(
                "a " + call.f() + " needs a map of keys and values, but has " + value);
    }

    @Override
    public boolean readOnly(Call call) {
        return call.f().equals("read");
    }

    @Override
    public boolean byKey() {
        return false;
    }
}
