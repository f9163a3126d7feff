package dev.ordeal.checker.txn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a transaction.
public sealed interface MicroOp {
    /// What it acts on.
    Object key();

    /// Appends `element` to the list at `key`. Elements of a key are distinct.
    record Append(Object key, Object element) implements MicroOp {}

    /// Writes `value` to the register at `key`. Values of a key are distinct.
    record Write(Object key, Object value) implements MicroOp {}

    /// Read the list at `key`.
    record ReadList(Object key, List<?> elements) implements MicroOp {}

    /// Read the register at `key`; null: nothing was there.
    record ReadValue(Object key, @Nullable Object value) implements MicroOp {}

    /// Meant to read `key`, and nobody knows what it saw.
    record Unseen(Object key) implements MicroOp {}

    /// One micro-operation in Jepsen's form: `["append","x",1]`, `["w","x",1]`, `["r","x",[1,2]]`.
    ///
    /// @param seen whether what a read carries is what it saw (an invocation carries null)
    /// @throws IllegalArgumentException says what is wrong with it
    static MicroOp parse(@Nullable Object form, boolean seen) {
        if (!(form instanceof List<?> parts)
                || parts.size() < 2
                || parts.size() > 3
                || parts.get(1) == null) {
            throw wrong(form);
        }
        Object key = parts.get(1);
        Object value = parts.size() == 3 ? parts.get(2) : null;
        return switch (String.valueOf(parts.get(0))) {
            case "append" -> new Append(key, written(value, form));
            case "w", "write" -> new Write(key, written(value, form));
            case "r", "read" ->
                    !seen
                            ? new Unseen(key)
                            : value instanceof List<?> elements
                                    ? new ReadList(key, elements)
                                    : new ReadValue(key, value);
            default -> throw wrong(form);
        };
    }

    private static Object written(@Nullable Object value, Object form) {
        if (value == null) {
            throw wrong(form);
        }
        return value;
    }

    private static IllegalArgumentException wrong(@Nullable Object form) {
        return new IllegalArgumentException(
                "micro-operation "
                        + form
                        + " is none of [\"append\",key,element], [\"w\",key,value], [\"r\",key,seen]");
    }
}
