package dev.ordeal.results.report;

import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How times, values and operations are said, in every report alike.
final class Wording {
    /// Longer values are cut: a report is read, the history is searched.
    private static final int LONGEST_VALUE = 80;

    private Wording() {}

    /// A moment of the run.
    static String at(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }

    /// A length of time, in the unit that suits it.
    static String span(long nanos) {
        return span((double) nanos);
    }

    /// A length of time, in the unit that suits it.
    static String span(double nanos) {
        if (nanos >= 600e9) {
            return (long) (nanos / 60e9) + " min " + Math.round(nanos % 60e9 / 1e9) + " s";
        }
        String unit = nanos >= 1e9 ? "s" : nanos >= 1e6 ? "ms" : nanos >= 1e3 ? "µs" : "ns";
        double value = nanos / (nanos >= 1e9 ? 1e9 : nanos >= 1e6 ? 1e6 : nanos >= 1e3 ? 1e3 : 1);
        int digits = value >= 100 || unit.equals("ns") ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f %s", value, unit);
    }

    /// A length of time that a person chose: whole seconds without decimals.
    static String chosen(long nanos) {
        return nanos % 1_000_000_000 == 0 && nanos < 600e9
                ? nanos / 1_000_000_000 + " s"
                : span(nanos);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String plural(long number, String one) {
        return count(number) + " " + (number == 1 ? one : one + "s");
    }

    /// A value as a client knows it; null is *absent*.
    static String value(@Nullable Object value) {
        String text =
                switch (value) {
                    case null -> "absent";
                    case List<?> list -> list(list);
                    case Map<?, ?> map ->
                            map.entrySet().stream()
                                    .map(e -> value(e.getKey()) + ": " + value(e.getValue()))
                                    .collect(Collectors.joining(", ", "{", "}"));
                    default -> visible(value.toString());
                };
        return cut(text);
    }

    /// Control characters would drive a terminal, and hide elsewhere.
    static String visible(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c) && c != '\n') {
                        clean.append(String.format(Locale.ROOT, "\\u%04x", c));
                    } else {
                        clean.appendCodePoint(c);
                    }
                });
        return clean.toString();
    }

    private static String list(List<?> list) {
        // The end of a list that grows is where things go wrong.
        int shown = Math.min(list.size(), 6);
        String elements =
                list.subList(list.size() - shown, list.size()).stream()
                        .map(Wording::value)
                        .collect(Collectors.joining(", "));
        return shown == list.size()
                ? "[" + elements + "]"
                : "[" + count(list.size() - shown) + " more, " + elements + "]";
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST_VALUE) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1))
                        ? LONGEST_VALUE - 1
                        : LONGEST_VALUE;
        return text.substring(0, end) + "…";
    }

    /// What was called and what came back: `write k1 = v7`, `read k1 → v7`, `cas k1: v7 → v9`.
    static String what(Operation operation) {
        StringBuilder text = new StringBuilder(operation.f());
        if (operation.key() != null) {
            text.append(' ').append(value(operation.key()));
        }
        String argument = argument(operation);
        if (!argument.isEmpty()) {
            text.append(argument);
        }
        if (operation.outcome() == Outcome.OK
                && operation.result() instanceof Result.Value(Object result)
                && !(result != null && result.equals(operation.argument()))) {
            text.append(" → ").append(value(result));
        }
        return text.toString();
    }

    private static String argument(Operation operation) {
        Object argument = operation.argument();
        return switch (operation.f()) {
            case "cas" ->
                    argument instanceof List<?> pair && pair.size() == 2
                            ? ": " + value(pair.get(0)) + " → " + value(pair.get(1))
                            : argument == null ? "" : ": " + value(argument);
            case "write", "put" -> " = " + value(argument);
            case "append", "add", "enqueue" -> " + " + value(argument);
            default -> argument == null ? "" : " " + value(argument);
        };
    }

    static String outcome(Operation operation) {
        String error = operation.error();
        String outcome =
                switch (operation.outcome()) {
                    case OK -> "ok";
                    case FAILED -> "failed";
                    case UNKNOWN -> "unknown";
                };
        return error == null ? outcome : outcome + ": " + cut(error);
    }
}
