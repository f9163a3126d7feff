package dev.ordeal.checker.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes whole histories, event by event in the order of ranks. When a call ended with an unknown outcome is not kept in a
/// history; such ends are written last.
final class HistoryExport {
    private HistoryExport() {}

    private interface Sink {
        void operation(long timeNanos, String type, Operation operation);

        void nemesis(NemesisEvent event);
    }

    private static void replay(History history, Sink sink) {
        int[] byRank = new int[history.ranks()];
        Arrays.fill(byRank, -1);
        List<Operation> open = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            byRank[history.invokeRank(i)] = i;
            if (history.returnRank(i) != History.NEVER) {
                byRank[history.returnRank(i)] = i;
            } else {
                open.add(history.operation(i));
            }
        }
        Iterator<NemesisEvent> nemesis = history.nemesis().iterator();
        NemesisEvent next = nemesis.hasNext() ? nemesis.next() : null;
        for (int rank = 0; rank < byRank.length; rank++) {
            Operation operation = history.operation(byRank[rank]);
            boolean invokes = history.invokeRank(byRank[rank]) == rank;
            long time = invokes ? operation.invokedNanos() : operation.returnedNanos();
            while (next != null && next.timeNanos() < time) {
                sink.nemesis(next);
                next = nemesis.hasNext() ? nemesis.next() : null;
            }
            String type = invokes ? "invoke" : operation.outcome() == Outcome.OK ? "ok" : "fail";
            sink.operation(time, type, operation);
        }
        for (; next != null; next = nemesis.hasNext() ? nemesis.next() : null) {
            sink.nemesis(next);
        }
        for (Operation operation : open) {
            sink.operation(history.endNanos(), "info", operation);
        }
    }

    static void jsonl(History history, Path file) {
        try (HistoryWriter writer = new HistoryWriter(file)) {
            replay(
                    history,
                    new Sink() {
                        @Override
                        public void operation(long timeNanos, String type, Operation operation) {
                            boolean given = history.argumentId(operation.index()) != Values.NONE;
                            Result value =
                                    switch (type) {
                                        case "invoke" ->
                                                given
                                                        ? new Result.Value(operation.argument())
                                                        : new Result.Unknown();
                                        case "ok" -> operation.result();
                                        default -> new Result.Unknown();
                                    };
                            boolean invokes = type.equals("invoke");
                            writer.event(
                                    timeNanos,
                                    process(operation),
                                    type,
                                    operation.f(),
                                    operation.key(),
                                    value,
                                    invokes ? null : operation.error(),
                                    invokes ? operation.node() : null,
                                    invokes ? operation.command() : null,
                                    invokes
                                            ? History.NO_VERSION
                                            : history.version(operation.index()));
                        }

                        @Override
                        public void nemesis(NemesisEvent event) {
                            writer.nemesis(event.timeNanos(), event.f(), event.value());
                        }
                    });
        }
    }

    private static Object process(Operation operation) {
        return operation.process().matches("\\d{1,18}")
                ? (Object) Long.valueOf(operation.process())
                : operation.process();
    }

    static void edn(History history, Path file) {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            replay(
                    history,
                    new Sink() {
                        private long index;

                        @Override
                        public void operation(long timeNanos, String type, Operation operation) {
                            Object value =
                                    type.equals("ok")
                                                    && operation.result()
                                                            instanceof Result.Value(Object back)
                                            ? back
                                            : operation.argument();
                            StringBuilder line = new StringBuilder("{:index ").append(index++);
                            if (history.timed()) {
                                line.append(", :time ").append(timeNanos);
                            }
                            line.append(", :process ").append(process(operation));
                            line.append(", :type :")
                                    .append(type)
                                    .append(", :f :")
                                    .append(operation.f())
                                    .append(", :value ");
                            if (operation.key() != null) {
                                print(Arrays.asList(operation.key(), value), line);
                            } else {
                                print(value, line);
                            }
                            if (operation.error() != null && !type.equals("invoke")) {
                                line.append(", :error ");
                                print(operation.error(), line);
                            }
                            write(line.append("}\n"));
                        }

                        @Override
                        public void nemesis(NemesisEvent event) {
                            StringBuilder line = new StringBuilder("{:index ").append(index++);
                            if (history.timed()) {
                                line.append(", :time ").append(event.timeNanos());
                            }
                            line.append(", :process :nemesis, :type :info, :f :")
                                    .append(event.f())
                                    .append(", :value ");
                            print(event.value(), line);
                            write(line.append("}\n"));
                        }

                        private void write(StringBuilder line) {
                            try {
                                out.append(line);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(@Nullable Object value, StringBuilder into) {
        switch (value) {
            case null -> into.append("nil");
            case String text ->
                    into.append('"')
                            .append(
                                    text.replace("\\", "\\\\")
                                            .replace("\"", "\\\"")
                                            .replace("\n", "\\n"))
                            .append('"');
            case List<?> list -> {
                into.append('[');
                for (int i = 0; i < list.size(); i++) {
                    into.append(i == 0 ? "" : " ");
                    print(list.get(i), into);
                }
                into.append(']');
            }
            case Map<?, ?> map -> {
                into.append('{');
                String separator = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    into.append(separator).append(':').append(entry.getKey()).append(' ');
                    print(entry.getValue(), into);
                    separator = ", ";
                }
                into.append('}');
            }
            default -> into.append(value);
        }
    }
}
