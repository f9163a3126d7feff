package dev.ordeal.checker.linear;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Absent;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Operations in words, as the evidence tells them.
public final class Words {
    private static final int LONGEST_VALUE = 60;
    private static final int MOST_NAMED = 8;

    private Words() {}

    /// "process 4's read of k1=3 from n1 (12.410–12.415 s)".
    public static String operation(History history, int i) {
        Operation operation = history.operation(i);
        return "process %s's %s%s (%s)"
                .formatted(
                        operation.process(),
                        deed(operation),
                        operation.node() == null ? "" : " at " + operation.node(),
                        interval(history, operation));
    }

    /// The sentence for a core that no rule has a better one for.
    static String core(History history, int[] core) {
        StringBuilder sentence = new StringBuilder();
        sentence.append(
                core.length == 1
                        ? "nothing that anyone did explains "
                        : "no order explains these " + core.length + " operations together: ");
        for (int k = 0; k < core.length; k++) {
            if (k == MOST_NAMED) {
                sentence.append("; …");
                break;
            }
            sentence.append(k == 0 ? "" : "; ").append(operation(history, core[k]));
        }
        return sentence.toString();
    }

    /// Why an operation that was open when an order could not go on does not make it go on.
    ///
    /// @param fits whether the model would accept it in this state
    static String stuck(History history, int i, @Nullable Object state, boolean fits) {
        return operation(history, i)
                + (fits
                                ? " could be next, in the state %s, but then too nothing explains what returns next"
                                : " cannot be next: the state is %s")
                        .formatted(value(state));
    }

    private static String deed(Operation operation) {
        String object = operation.key() == null ? "" : value(operation.key()) + "=";
        boolean observed = operation.outcome() == Outcome.FAILED;
        return switch (operation.f()) {
            case "read", "get" ->
                    "%s of %s%s"
                            .formatted(
                                    operation.f(),
                                    object,
                                    operation.result() instanceof Result.Value(Object seen)
                                            ? value(seen)
                                            : "?");
            case "cas" -> {
                String pair =
                        operation.argument() instanceof List<?> list && list.size() == 2
                                ? value(list.get(0)) + "→" + value(list.get(1))
                                : value(operation.argument());
                yield (observed ? "refused cas of " : "cas of ") + object + pair;
            }
            default -> {
                String answer =
                        operation.result() instanceof Result.Value(Object seen)
                                        && !Objects.equals(seen, operation.argument())
                                ? " answered " + value(seen)
                                : "";
                yield operation.f()
                        + (operation.argument() == null
                                        && !operation.f().equals("write")
                                        && object.isEmpty()
                                ? ""
                                : " of "
                                        + object
                                        + (operation.argument() == null
                                                ? ""
                                                : value(operation.argument())))
                        + answer;
            }
        };
    }

    private static String interval(History history, Operation operation) {
        String from = time(history, operation.invokedNanos());
        return operation.returnedNanos() == Operation.NEVER
                ? "invoked at " + from + ", never known to have ended"
                : from + " – " + time(history, operation.returnedNanos());
    }

    /// "12.410000 s", "170 ns" where seconds would be all zeros, or "event 17" in a history without times.
    public static String time(History history, long nanos) {
        if (!history.timed()) {
            return "event " + nanos;
        }
        return nanos > 0 && nanos < 1_000
                ? nanos + " ns"
                : String.format(Locale.ROOT, "%.6f s", nanos / 1e9);
    }

    /// "380.000 ms", "170 ns" where milliseconds would be all zeros, or "3 events".
    public static String span(History history, long nanos) {
        if (!history.timed()) {
            return nanos + (nanos == 1 ? " event" : " events");
        }
        return nanos > 0 && nanos < 1_000
                ? nanos + " ns"
                : String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }

    /// A value, cut when it is long; absent as "absent".
    public static String value(@Nullable Object value) {
        String text =
                switch (value) {
                    case null -> Absent.ABSENT.toString();
                    case String string -> string.isEmpty() ? "\"\"" : string;
                    default -> value.toString().replace("null", "absent");
                };
        return text.length() <= LONGEST_VALUE
                ? text
                : text.substring(0, LONGEST_VALUE / 2)
                        + " … "
                        + text.substring(text.length() - LONGEST_VALUE / 2);
    }
}
