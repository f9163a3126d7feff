package dev.ordeal.checker.online;

import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One operation on one register, kept for as long as something depends on it.
final class Op {
    /// Later than every event.
    static final long NEVER = Long.MAX_VALUE;

    enum State {
        OPEN,
        OK,
        FAILED,
        UNKNOWN
    }

    final int number;
    final Object process;
    final Access access;
    final @Nullable Object key;
    final @Nullable Object argument;
    final @Nullable String node;

    /// The number of the event.
    final long invoked;

    final long invokedNanos;

    State state = State.OPEN;
    long ended = NEVER;
    long endedNanos = NEVER;
    Result result = new Result.Unknown();

    /// Its neighbours among the open operations, in the order of invocations.
    @Nullable Op older;

    @Nullable Op younger;

    Op(
            int number,
            Object process,
            Access access,
            @Nullable Object key,
            @Nullable Object argument,
            @Nullable String node,
            long invoked,
            long invokedNanos) {
        this.number = number;
        this.process = process;
        this.access = access;
        this.key = key;
        this.argument = argument;
        this.node = node;
        this.invoked = invoked;
        this.invokedNanos = invokedNanos;
    }

    boolean writes() {
        return access != Access.READ;
    }

    /// The value that it makes current.
    Object written() {
        return visible(access == Access.CAS ? pair().get(1) : argument);
    }

    /// The value that a compare-and-set needs.
    Object expected() {
        return visible(pair().get(0));
    }

    private List<?> pair() {
        if (argument instanceof List<?> list && list.size() == 2) {
            return list;
        }
        throw new IllegalArgumentException("a cas needs [expected, new], but has " + argument);
    }

    static Object visible(@Nullable Object value) {
        return value == null ? Absent.ABSENT : value;
    }
}
