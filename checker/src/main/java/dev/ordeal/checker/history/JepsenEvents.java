package dev.ordeal.checker.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns Jepsen's operations, whatever file they came in, into a history. Times are used when every operation has one.
final class JepsenEvents {
    /// Jepsen's threads note the time and then queue for the line: a line may be this much late.
    private static final long SLIP_NANOS = 10_000_000;

    private final HistoryBuilder builder = new HistoryBuilder();
    private final Import how;
    private long events;
    private boolean nils;
    private long latest = Long.MIN_VALUE;
    private long slips;
    private boolean timed = true;

    JepsenEvents(Import how) {
        this.how = how;
    }

    /// One line of Jepsen's history.
    void add(long line, Map<?, ?> operation) {
        builder.line(line);
        Object process = operation.get("process");
        String type = text(line, operation, "type");
        String f = text(line, operation, "f");
        Object value = operation.get("value");
        long time = time(line, operation);
        if (process == null) {
            throw new HistoryFormatException(
                    line, "has no :process: every operation needs process, type, f and value");
        }
        if (process.equals("nemesis")) {
            builder.nemesis(time, f, details(value));
            return;
        }
        Object key = operation.get("key");
        if (how.tuples() && value instanceof List<?> tuple) {
            if (tuple.size() != 2) {
                throw new HistoryFormatException(
                        line, "the value " + value + " is not a tuple [key value]");
            }
            key = tuple.get(0);
            value = tuple.get(1);
        }
        if (!how.tuples() && type.equals("invoke") && isTuple(f, value)) {
            throw new HistoryFormatException(
                    line,
                    "a "
                            + f
                            + " is invoked with "
                            + value
                            + ": these are [key value] tuples of Jepsen's independent keys, to be read with --tuples");
        }
        int number = builder.processes().of(process);
        int open = builder.openOperation(number);
        switch (type) {
            case "invoke" -> {
                boolean none = value == null && !f.equals("write");
                builder.invoke(
                        time,
                        process,
                        f,
                        key,
                        none ? new Result.Unknown() : new Result.Value(value),
                        null,
                        null);
            }
            case "ok" -> {
                sameF(line, process, open, f);
                boolean read = value == null;
                nils |= read && (f.equals("read") || f.equals("get"));
                boolean unknown = read && how.nilIsUnknown();
                builder.ok(time, process, unknown ? new Result.Unknown() : new Result.Value(value));
            }
            case "fail" -> {
                sameF(line, process, open, f);
                Object error = operation.get("error");
                boolean refused =
                        f.equals("cas")
                                && (how.refusals() ? error == null : "mismatch".equals(error));
                if (refused) {
                    builder.mismatch(time, process);
                } else {
                    builder.fail(time, process, error == null ? null : error.toString());
                }
            }
            case "info" -> {
                Object error = operation.get("error");
                builder.unknown(time, process, error == null ? null : error.toString());
            }
            default ->
                    throw new HistoryFormatException(
                            line, "type " + type + " is none of invoke, ok, fail, info");
        }
    }

    /// Nobody knows what he will read. So a pair without a second is a key, and reading it as a value would make every verdict
    /// wrong.
    private static boolean isTuple(String f, @Nullable Object value) {
        return (f.equals("read") || f.equals("get"))
                && value instanceof List<?> pair
                && pair.size() == 2
                && !(pair.get(0) instanceof List<?>)
                && pair.get(1) == null;
    }

    private void sameF(long line, Object process, int open, String f) {
        if (open >= 0 && builder.fOf(open) != builder.names().ofText(f)) {
            throw new HistoryFormatException(
                    line,
                    "process %s returns from a %s but its open call is a %s"
                            .formatted(process, f, builder.names().get(builder.fOf(open))));
        }
    }

    private long time(long line, Map<?, ?> operation) {
        Object time = operation.get("time");
        if (events++ == 0) {
            timed = time != null;
        }
        if (!timed) {
            return events - 1;
        }
        if (time instanceof Long nanos) {
            if (nanos < latest && latest - nanos <= SLIP_NANOS) {
                slips++;
                return latest;
            }
            latest = Math.max(latest, nanos);
            return nanos;
        }
        throw new HistoryFormatException(
                line,
                time == null
                        ? "has no :time, though the lines before had"
                        : ":time " + time + " is not whole nanoseconds");
    }

    private static String text(long line, Map<?, ?> operation, String field) {
        Object value = operation.get(field);
        if (value instanceof String text) {
            return text;
        }
        throw new HistoryFormatException(
                line,
                value == null
                        ? "has no :" + field + ": every operation needs process, type, f and value"
                        : ":" + field + " " + value + " is not a name");
    }

    private static Map<String, @Nullable Object> details(@Nullable Object value) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, detail) -> details.put(String.valueOf(name), detail));
        } else if (value != null) {
            details.put("value", value);
        }
        return details;
    }

    void note(String note) {
        builder.note(note);
    }

    History history() {
        if (!timed) {
            builder.untimed();
        }
        if (nils) {
            builder.note(
                    "a read of nil was taken as "
                            + (how.nilIsUnknown() ? "a read of any value" : "absent"));
        }
        if (slips > 0) {
            builder.note(
                    slips + " times went back by less than 10 ms; the order of lines was taken");
        }
        return builder.build();
    }
}
