package dev.ordeal.checker.online;

import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Words;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Access;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One register, event by event. The rule is that of the engine for whole histories
/// ([dev.ordeal.checker.linear.Linearizability]): values linked by compare-and-sets form blocks, block A must come before
/// block B exactly when A's first return lies before B's last invocation, and no two may each have to come before the other.
///
/// Only a return can break it. It lowers its block's first return to the present, which lies after every invocation and so
/// conflicts with nothing; and it may raise its block's last invocation, which conflicts exactly with the blocks that
/// returned before that and were themselves invoked after this one's first return: one question to [Recent].
///
/// ```
/// settled   blocks whose first return lies before the oldest open invocation: every later question is about all of
///           them, so that the two with the last invocations answer it
/// recent    the others
/// dead      a block that must come before a settled one: nothing that is open or comes later can have seen it
/// ```
final class OneRegister {
    /// So many dead values are kept for the sentence that a late sight of them deserves. The verdict does not need them.
    static final int DEAD_KEPT = 256;

    /// By value, those that may still be seen and the dead that are kept.
    private final Map<Object, Value> values = new HashMap<>();

    private final Recent recent = new Recent();

    /// The two settled blocks with the last invocations, the last one first.
    private Block settled;

    private @Nullable Block nextSettled;

    /// The block that is not dead with the earliest first return, and that with the latest.
    private @Nullable Block earliest;

    private @Nullable Block latest;

    private @Nullable Op oldestOpen;
    private @Nullable Op newestOpen;
    private int open;

    /// Replaced values that are not dead yet, or not by this, in the order in which they were replaced.
    private final Deque<Value> replaced = new ArrayDeque<>();

    private final Deque<Value> dead = new ArrayDeque<>();

    /// Whether a dead value was not kept, or written again.
    private boolean forgot;

    private boolean reused;

    OneRegister() {
        Value initial = new Value(Absent.ABSENT, null);
        values.put(initial.value, initial);
        settled = new Block(-1, null, initial);
        initial.block = settled;
        earliest = settled;
        latest = settled;
    }

    /// How many operations and values are remembered.
    int remembered() {
        return open + values.size();
    }

    /// An operation begins.
    ///
    /// @return why this register cannot be judged from here on, or null
    @Nullable String invoke(Op op) {
        opened(op);
        if (!op.writes()) {
            return null;
        }
        Object written = op.written();
        Value known = values.get(written);
        if (known != null && !known.dead) {
            return "the value %s is written again while it may still be read"
                    .formatted(Words.value(written));
        }
        // A dead value that is written again is a new one: nobody can mistake one for the other.
        reused |= known != null;
        values.put(written, new Value(written, op));
        return null;
    }

    /// Nobody knows what became of it: it stays, but it will not return.
    void unknown(Op op, long now) {
        closed(op);
        settle(now);
    }

    Optional<Violation> fail(Op op, long now) {
        closed(op);
        if (op.writes()) {
            Value value = Objects.requireNonNull(values.get(op.written()));
            if (value.block != null) {
                Op by = Objects.requireNonNull(value.shownBy);
                Told told = new Told(op, by);
                return violation(
                        op,
                        !reused,
                        "%s needs %s, which then failed: either an aborted write was visible, or that client took an unknown outcome for a failure"
                                .formatted(told.words(by), told.words(op)),
                        by);
            }
            values.remove(value.value);
        }
        settle(now);
        return Optional.empty();
    }

    Optional<Violation> ok(Op op, long now) {
        closed(op);
        Optional<Violation> violation = Optional.empty();
        if (op.writes()) {
            violation = current(op, Objects.requireNonNull(values.get(op.written())), now);
        } else if (op.result instanceof Result.Value(Object seen)) {
            Value value = values.get(Op.visible(seen));
            violation = value == null ? unwritten(op, op) : current(op, value, now);
        }
        if (violation.isEmpty()) {
            settle(now);
        }
        return violation;
    }

    /// An operation shows that a value was current when it happened.
    private Optional<Violation> current(Op op, Value value, long now) {
        Block block = value.block;
        if (block == null) {
            return firstSight(op, value, now);
        }
        Op by = value.replacedBy;
        if (!op.writes() && by != null && value.replacedAt < op.invoked) {
            Told told = new Told(op, by);
            return violation(
                    op,
                    !reused,
                    "%s ended %s before %s began, but the value of the first was made from the value of the second"
                            .formatted(told.words(by), told.span(by, op), told.words(op)),
                    by,
                    op);
        }
        return invoked(block, op, op);
    }

    /// A value is shown to have been written, and with it all from which it was made that nobody had seen.
    private Optional<Violation> firstSight(Op op, Value seen, long now) {
        List<Value> unseen = new ArrayList<>();
        Value root = null;
        Op last = op;
        for (Value value = seen; ; value = root) {
            unseen.add(value);
            Op writer = Objects.requireNonNull(value.writer);
            if (writer.invoked > last.invoked) {
                last = writer;
            }
            if (writer.access != Access.CAS) {
                root = null;
                break;
            }
            root = values.get(writer.expected());
            if (root == null) {
                return unwritten(op, writer);
            }
            if (root.block != null) {
                break;
            }
            if (unseen.size() > values.size()) {
                return circle(op, writer);
            }
        }
        Block block;
        if (root == null) {
            Value start = unseen.removeLast();
            block = new Block(now, op, start);
            start.join(block, op);
            root = start;
            begin(block);
        } else {
            Value after = root.after;
            if (after != null) {
                return twice(
                        op,
                        Objects.requireNonNull(unseen.getLast().writer),
                        Objects.requireNonNull(after.writer),
                        Objects.requireNonNull(root.replacedBy),
                        root);
            }
            block = Objects.requireNonNull(root.block);
        }
        for (Value value : unseen.reversed()) {
            root.replacedAt = now;
            root.replacedBy = op;
            root.after = value;
            value.before = root;
            value.join(block, op);
            replaced.add(root);
            root = value;
        }
        block.tail = root;
        return invoked(block, last, op);
    }

    private void begin(Block block) {
        recent.add(block);
        block.earlier = latest;
        if (latest == null) {
            earliest = block;
        } else {
            latest.later = block;
        }
        latest = block;
    }

    /// A block turns out to have been invoked as late as this.
    private Optional<Violation> invoked(Block block, Op last, Op shownBy) {
        if (last.invoked <= block.lastInvoke) {
            return Optional.empty();
        }
        block.lastInvoke = last.invoked;
        block.last = last;
        block.lastShownBy = shownBy;
        Block other = settledBut(block);
        if (other == null || other.lastInvoke <= block.firstReturn) {
            other = recent.latest(last.invoked, block);
        }
        if (other != null && other.lastInvoke > block.firstReturn) {
            return conflict(shownBy, block, other);
        }
        if (block.slot < 0) {
            settled(block);
        } else {
            recent.raised(block);
        }
        return Optional.empty();
    }

    private @Nullable Block settledBut(Block block) {
        return block == settled ? nextSettled : settled;
    }

    private void settled(Block block) {
        if (block == settled) {
            return;
        }
        if (block.lastInvoke > settled.lastInvoke) {
            nextSettled = settled;
            settled = block;
        } else if (nextSettled == null
                || block == nextSettled
                || block.lastInvoke > nextSettled.lastInvoke) {
            nextSettled = block;
        }
    }

    /// After an operation is no longer open: forgets what nothing can have seen any more.
    private void settle(long now) {
        long horizon = oldestOpen == null ? now + 1 : oldestOpen.invoked;
        for (Block block = recent.oldest();
                block != null && block.firstReturn < horizon;
                block = recent.oldest()) {
            recent.removeOldest();
            settled(block);
        }
        for (Value value = replaced.peek();
                value != null && value.replacedAt < horizon;
                value = replaced.peek()) {
            replaced.remove();
            bury(value);
        }
        Block next;
        for (Block block = earliest;
                block != null && block.firstReturn < settled.lastInvoke;
                block = next) {
            next = block.later;
            Block other = settledBut(block);
            if (other != null && block.firstReturn < other.lastInvoke) {
                bury(block);
            }
        }
    }

    private void bury(Block block) {
        if (block.earlier == null) {
            earliest = block.later;
        } else {
            block.earlier.later = block.later;
        }
        if (block.later == null) {
            latest = block.earlier;
        } else {
            block.later.earlier = block.earlier;
        }
        block.earlier = null;
        block.later = null;
        Value before;
        for (Value value = block.tail; value != null; value = before) {
            before = value.before;
            bury(value);
        }
    }

    private void bury(Value value) {
        if (value.dead) {
            return;
        }
        value.dead = true;
        value.before = null;
        if (value.after != null) {
            value.after.before = null;
        }
        dead.add(value);
        if (dead.size() > DEAD_KEPT) {
            Value forgotten = dead.remove();
            forgot |= values.remove(forgotten.value, forgotten);
        }
    }

    private void opened(Op op) {
        open++;
        op.older = newestOpen;
        if (newestOpen == null) {
            oldestOpen = op;
        } else {
            newestOpen.younger = op;
        }
        newestOpen = op;
    }

    private void closed(Op op) {
        open--;
        if (op.older == null) {
            oldestOpen = op.younger;
        } else {
            op.older.younger = op.younger;
        }
        if (op.younger == null) {
            newestOpen = op.older;
        } else {
            op.younger.older = op.older;
        }
        op.older = null;
        op.younger = null;
    }

    private static Optional<Violation> violation(
            Op at, boolean whole, String sentence, @Nullable Op... core) {
        return Optional.of(
                new Violation(
                        at.key,
                        at.endedNanos,
                        at.number,
                        sentence,
                        Arrays.stream(core)
                                .flatMap(Stream::ofNullable)
                                .map(op -> op.number)
                                .distinct()
                                .sorted()
                                .toList(),
                        whole));
    }

    /// @param sees the operation that saw the value, `op` itself or one that it needs
    private Optional<Violation> unwritten(Op op, Op sees) {
        Told told = new Told(op, sees);
        return unexplained(
                op,
                "%s saw a value that nobody had written by then, or only an operation that failed"
                                .formatted(told.words(sees))
                        + needed(op, sees, told));
    }

    private Optional<Violation> circle(Op op, Op cas) {
        Told told = new Told(op, cas);
        return unexplained(
                op,
                "%s belongs to a circle of compare-and-sets, each of which needs the value that the next one writes"
                                .formatted(told.words(cas))
                        + needed(op, cas, told));
    }

    private static String needed(Op op, Op by, Told told) {
        return op == by ? "" : "; it must have happened for %s".formatted(told.words(op));
    }

    private Optional<Violation> unexplained(Op op, String sentence) {
        boolean whole = !forgot && !reused;
        return violation(
                op,
                whole,
                sentence
                        + (whole
                                ? ""
                                : "; or the value was replaced so long before that its operations are forgotten"),
                op);
    }

    private Optional<Violation> twice(Op op, Op one, Op other, Op otherShownBy, Value value) {
        Told told = new Told(one, other);
        return violation(
                op,
                !reused,
                "both %s and %s found the value %s, which only one can have replaced"
                        .formatted(told.words(other), told.words(one), Words.value(value.value)),
                otherShownBy,
                op);
    }

    /// Tells it as a stale sight: the block that was seen first is seen again after the other was.
    private Optional<Violation> conflict(Op op, Block one, Block other) {
        Block a = one.firstReturn < other.firstReturn ? one : other;
        Block b = a == one ? other : one;
        Op stale = Objects.requireNonNull(a.last);
        Op replacing = Objects.requireNonNull(b.last);
        Told told = new Told(a.first, stale, b.first, replacing);
        String again =
                "%s began %s after %s had ended"
                        .formatted(
                                told.words(stale), told.span(b.first, stale), told.words(b.first));
        if (a.first == null) {
            return violation(
                    op,
                    !reused,
                    again
                            + ", but saw the initial value, or what was made from it, as if that had not happened",
                    a.lastShownBy,
                    b.first);
        }
        return violation(
                op,
                !reused,
                "%s; yet %s had ended before %s began: the first value, and what was made from it by compare-and-sets, would have to be current both before and after the second"
                        .formatted(again, told.words(a.first), told.words(replacing)),
                a.first,
                a.lastShownBy,
                b.first,
                b.lastShownBy);
    }
}
