package dev.ordeal.checker.online;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A few operations as a history of their own, to tell them in the words of every other verdict.
final class Told {
    private final History history;
    private final Map<Op, Integer> index = new HashMap<>();

    /// @param ops null for none; any may be there twice
    Told(@Nullable Op... ops) {
        record Event(long at, Runnable happens) {}
        HistoryBuilder builder = new HistoryBuilder();
        List<Event> events = new ArrayList<>();
        for (Op op : ops) {
            if (op == null || index.putIfAbsent(op, 0) != null) {
                continue;
            }
            events.add(new Event(op.invoked, () -> index.put(op, invoke(builder, op))));
            if (op.state != Op.State.OPEN) {
                events.add(new Event(op.ended, () -> end(builder, op)));
            }
        }
        events.sort(Comparator.comparingLong(Event::at));
        events.forEach(event -> event.happens.run());
        history = builder.build();
    }

    private static int invoke(HistoryBuilder builder, Op op) {
        return builder.invoke(
                op.invokedNanos,
                op.process,
                op.access.name().toLowerCase(Locale.ROOT),
                op.key,
                op.writes() ? new Result.Value(op.argument) : new Result.Unknown(),
                op.node,
                null);
    }

    private static void end(HistoryBuilder builder, Op op) {
        switch (op.state) {
            case OK -> builder.ok(op.endedNanos, op.process, op.result);
            case FAILED -> builder.fail(op.endedNanos, op.process, null);
            case OPEN, UNKNOWN -> builder.unknown(op.endedNanos, op.process, null);
        }
    }

    String words(@Nullable Op op) {
        return Words.operation(history, Objects.requireNonNull(index.get(op)));
    }

    String span(@Nullable Op ended, Op began) {
        return Words.span(history, began.invokedNanos - Objects.requireNonNull(ended).endedNanos);
    }
}
