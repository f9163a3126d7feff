package dev.ordeal.checker.online;

import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Access;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Judges registers, one for each key, while their clients still work: fed with invocations and returns as they happen, it
/// reports a violation of linearizability at the first event at which there is one, for each key once.
///
/// It knows `read`, `write` and `cas`, registers that start absent, and values that no operation writes again while they may
/// still be read. For those it is exact: it reports at an event exactly when the history up to there is not linearizable
/// (with everything open as an operation that may have happened) and the history before it was. Two things make it less:
///
/// - A compare-and-set that was refused because it found another value is taken as one that had no effect. What it saw is
///   left to the engines for whole histories: that can only excuse, never accuse.
/// - A key for which the assumptions do not hold is not judged from there on, and listed in [#unjudged].
///
/// Time O(log n) an event at most, where n is what returned since the oldest open operation began. Memory follows what is
/// open (operations without an answer and unknown outcomes) and what it may have seen, and for each key some values that
/// nobody can read any more, for the sentence that one who does deserves.
///
/// After Gibbons and Korach, *Testing shared memories*, 1997; that only a return can break the rule and that one question
/// finds it is ours. One thread at a time.
public final class OnlineRegisters {
    private static final Map<String, Access> ACCESSES =
            Map.of("read", Access.READ, "write", Access.WRITE, "cas", Access.CAS);

    /// In place of the key where operations name none.
    private static final Object NO_KEY = new Object();

    /// By key; null once it is violated or cannot be judged.
    private final Map<Object, @Nullable OneRegister> registers = new HashMap<>();

    private final Map<Object, Op> open = new HashMap<>();
    private final Map<Object, String> unjudged = new LinkedHashMap<>();
    private int operations;
    private long events;
    private long nowNanos = Long.MIN_VALUE;

    /// A process calls an operation. The order of the calls of these methods is the order of events: where times are equal,
    /// invocations must come first.
    ///
    /// @param argument the value of a write, `[expected, new]` of a compare-and-set
    /// @param node for the sentence only
    /// @throws IllegalArgumentException when time goes backwards or the process has a call open
    public void invoke(
            long timeNanos,
            Object process,
            String f,
            @Nullable Object key,
            @Nullable Object argument,
            @Nullable String node) {
        long now = event(timeNanos);
        int number = operations++;
        if (open.containsKey(process)) {
            throw new IllegalArgumentException(
                    "process %s invokes %s while another call of it is open".formatted(process, f));
        }
        Access access = ACCESSES.get(f);
        boolean register =
                access != null
                        && (access != Access.CAS
                                || (argument instanceof List<?> pair && pair.size() == 2));
        Op op =
                new Op(
                        number,
                        process,
                        access == null ? Access.READ : access,
                        key,
                        argument,
                        node,
                        now,
                        timeNanos);
        open.put(process, op);
        if (!register) {
            giveUp(
                    op,
                    "it has the operation "
                            + f
                            + (access == null ? "" : " without [expected, new]"));
            return;
        }
        Object slot = slot(op);
        OneRegister one =
                registers.containsKey(slot)
                        ? registers.get(slot)
                        : registers.computeIfAbsent(slot, fresh -> new OneRegister());
        String why = one == null ? null : one.invoke(op);
        if (why != null) {
            giveUp(op, why);
        }
    }

    /// A call returned successfully.
    ///
    /// @param result of a read, where it is known
    public Optional<Violation> ok(long timeNanos, Object process, Result result) {
        Op op = end(timeNanos, process, Op.State.OK);
        op.result = result;
        OneRegister one = registers.get(slot(op));
        return one == null ? Optional.empty() : once(op, one.ok(op, op.ended));
    }

    /// A call certainly had no effect.
    public Optional<Violation> fail(long timeNanos, Object process) {
        Op op = end(timeNanos, process, Op.State.FAILED);
        OneRegister one = registers.get(slot(op));
        return one == null ? Optional.empty() : once(op, one.fail(op, op.ended));
    }

    /// A call ended without anyone knowing whether it had an effect.
    public void unknown(long timeNanos, Object process) {
        Op op = end(timeNanos, process, Op.State.UNKNOWN);
        OneRegister one = registers.get(slot(op));
        if (one != null) {
            one.unknown(op, op.ended);
        }
    }

    /// The keys that could not be judged to the end, and why.
    public Map<Object, String> unjudged() {
        return Map.copyOf(unjudged);
    }

    /// How many operations and values are remembered at this moment.
    public long remembered() {
        long sum = 0;
        for (OneRegister one : registers.values()) {
            sum += one == null ? 0 : one.remembered();
        }
        return sum;
    }

    private static Object slot(Op op) {
        return op.key == null ? NO_KEY : op.key;
    }

    private void giveUp(Op op, String why) {
        Object slot = slot(op);
        boolean known = registers.containsKey(slot) && registers.get(slot) == null;
        if (!known) {
            registers.put(slot, null);
            unjudged.put(op.key == null ? "" : op.key, why);
        }
    }

    private Optional<Violation> once(Op op, Optional<Violation> violation) {
        if (violation.isPresent()) {
            registers.put(slot(op), null);
        }
        return violation;
    }

    private Op end(long timeNanos, Object process, Op.State state) {
        long now = event(timeNanos);
        Op op = open.remove(process);
        if (op == null) {
            throw new IllegalArgumentException(
                    "process %s returns from a call that it did not make".formatted(process));
        }
        op.state = state;
        op.ended = now;
        op.endedNanos = timeNanos;
        return op;
    }

    private long event(long timeNanos) {
        if (timeNanos < nowNanos) {
            throw new IllegalArgumentException(
                    "time goes backwards, from %d to %d ns".formatted(nowNanos, timeNanos));
        }
        nowNanos = timeNanos;
        return events++;
    }
}
