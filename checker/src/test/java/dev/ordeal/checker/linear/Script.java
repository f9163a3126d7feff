package dev.ordeal.checker.linear;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Histories as people write them, a line an operation:
///
/// ```
/// p1 write x 1     0..40   ok
/// p2 read  x      10..20   ok 1
/// p3 cas   x 1 2  15..90   mismatch      # a comment
/// p4 write x 3    30..     unknown
/// ```
///
/// Numbers are numbers, `absent` is absent, `true` and `false` are what they are, `[1,2]` is a list. Times are milliseconds.
public final class Script {
    private Script() {}

    private record Event(long time, boolean returns, int order, Runnable action) {}

    public static History history(String script) {
        HistoryBuilder builder = new HistoryBuilder();
        List<Event> events = new ArrayList<>();
        for (String line : script.lines().toList()) {
            String text = line.replaceAll("#.*", "").trim();
            if (!text.isEmpty()) {
                parse(builder, events, text.split("\\s+"));
            }
        }
        events.sort(
                Comparator.comparingLong(Event::time)
                        .thenComparing(Event::returns)
                        .thenComparingInt(Event::order));
        events.forEach(event -> event.action.run());
        return builder.build();
    }

    private static void parse(HistoryBuilder builder, List<Event> events, String[] words) {
        int at = 3;
        List<@Nullable Object> given = new ArrayList<>();
        while (!words[at].contains("..")) {
            given.add(value(words[at++]));
        }
        String[] times = words[at].split("\\.\\.", -1);
        String outcome = words[at + 1];
        @Nullable Object back = words.length > at + 2 ? value(words[at + 2]) : null;
        boolean answers = words.length > at + 2;
        Result argument =
                switch (given.size()) {
                    case 0 -> new Result.Unknown();
                    case 1 -> new Result.Value(given.get(0));
                    default -> new Result.Value(given);
                };
        Object key = words[2].equals("-") ? null : words[2];
        int order = events.size();
        events.add(
                new Event(
                        Long.parseLong(times[0]) * 1_000_000,
                        false,
                        order,
                        () ->
                                builder.invoke(
                                        Long.parseLong(times[0]) * 1_000_000,
                                        words[0],
                                        words[1],
                                        key,
                                        argument,
                                        null,
                                        null)));
        if (times[1].isEmpty()) {
            return;
        }
        long returned = Long.parseLong(times[1]) * 1_000_000;
        Runnable action =
                switch (outcome) {
                    case "ok" ->
                            () ->
                                    builder.ok(
                                            returned,
                                            words[0],
                                            answers
                                                    ? new Result.Value(back)
                                                    : new Result.Unknown());
                    case "fail" -> () -> builder.fail(returned, words[0], "refused");
                    case "mismatch" -> () -> builder.mismatch(returned, words[0]);
                    case "unknown" -> () -> builder.unknown(returned, words[0], "timeout");
                    default -> throw new IllegalArgumentException(outcome);
                };
        events.add(new Event(returned, true, order, action));
    }

    private static @Nullable Object value(String word) {
        if (word.equals("absent")) {
            return null;
        }
        if (word.equals("true") || word.equals("false")) {
            return word.equals("true");
        }
        if (word.startsWith("[")) {
            String inside = word.substring(1, word.length() - 1);
            return inside.isEmpty()
                    ? List.of()
                    : Arrays.stream(inside.split(",")).map(Script::value).toList();
        }
        return word.matches("-?\\d+") ? (Object) Long.valueOf(word) : word;
    }
}
