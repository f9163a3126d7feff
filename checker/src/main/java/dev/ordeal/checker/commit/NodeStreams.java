package dev.ordeal.checker.commit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.checker.history.HistoryFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one node recorded over all its lives: what it applied and what happened to it, in the order it was written.
///
/// @param notes what was odd about the files: a torn line, a missing file
public record NodeStreams(
        String node, List<Applied> applied, List<NodeEvent> events, List<String> notes) {
    private static final String APPLIED = "applied.jsonl";
    private static final String EVENTS = "events.jsonl";

    public NodeStreams {
        applied = List.copyOf(applied);
        events = List.copyOf(events);
        notes = List.copyOf(notes);
    }

    /// Reads `applied.jsonl` and `events.jsonl`. A line that was cut off because its node was killed is left out and
    /// noted: at the end of the file, or before the first line of the node's next life.
    ///
    /// @throws HistoryFormatException with the line of a file that is damaged elsewhere
    public static NodeStreams read(String node, Path directory) {
        List<String> notes = new ArrayList<>();
        try (InputStream applied = open(directory, APPLIED, notes);
                InputStream events = open(directory, EVENTS, notes)) {
            return read(node, directory, applied, events, notes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads what would be in the two files.
    ///
    /// @throws HistoryFormatException as above
    public static NodeStreams read(String node, InputStream applied, InputStream events) {
        return read(node, Path.of(node), applied, events, new ArrayList<>());
    }

    private static NodeStreams read(
            String node,
            Path directory,
            InputStream appliedLines,
            InputStream eventLines,
            List<String> notes) {
        List<Applied> applied = new ArrayList<>();
        List<NodeEvent> events = new ArrayList<>();
        lines(
                directory.resolve(APPLIED),
                appliedLines,
                notes,
                line -> applied.add(applied(node, line)));
        lines(
                directory.resolve(EVENTS),
                eventLines,
                notes,
                line -> {
                    NodeEvent event = event(line);
                    if (event != null) {
                        events.add(event);
                    }
                });
        return new NodeStreams(node, applied, events, notes);
    }

    private interface LineSink {
        void accept(JsonNode line);
    }

    private static InputStream open(Path directory, String name, List<String> notes)
            throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            notes.add(name + " is missing");
            return InputStream.nullInputStream();
        }
        return Files.newInputStream(file);
    }

    private static void lines(Path file, InputStream in, List<String> notes, LineSink sink) {
        ObjectMapper mapper = new ObjectMapper();
        var decoder =
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE);
        try (var reader = new BufferedReader(new InputStreamReader(in, decoder))) {
            long number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                JsonNode json = parse(mapper, line);
                if (json == null) {
                    // A killed node leaves a torn line; its next life goes on behind it, on the
                    // same line or the next.
                    int next = line.indexOf("{\"node\"", 1);
                    json = next < 0 ? null : parse(mapper, line.substring(next));
                    notes.add(
                            "%s: line %d is cut off and was left out"
                                    .formatted(file.getFileName(), number));
                }
                if (json != null) {
                    try {
                        sink.accept(json);
                    } catch (IllegalArgumentException e) {
                        throw new HistoryFormatException(number, file + ": " + e.getMessage());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable JsonNode parse(ObjectMapper mapper, String line) {
        try {
            JsonNode json = mapper.readTree(line);
            return json.isObject() ? json : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Applied applied(String node, JsonNode line) {
        return new Applied(
                node,
                (int) number(line, "incarnation"),
                number(line, "nanos"),
                new Applied.Entry(
                        number(line, "index"),
                        number(line, "term"),
                        text(line, "kind", "command"),
                        optional(line, "command"),
                        optional(line, "op"),
                        optional(line, "key"),
                        value(line.get("value")),
                        line.path("applied").asBoolean(true),
                        optional(line, "result"),
                        optional(line, "digest")));
    }

    private static @Nullable NodeEvent event(JsonNode line) {
        int incarnation = (int) number(line, "incarnation");
        long nanos = number(line, "nanos");
        return switch (text(line, "event", "")) {
            case "started" ->
                    new NodeEvent.Started(
                            incarnation,
                            nanos,
                            number(line, "term"),
                            optional(line, "vote"),
                            line.path("lastIndex").asLong(NodeEvent.Started.UNKNOWN),
                            line.path("lastTerm").asLong(0));
            case "role" ->
                    new NodeEvent.Role(
                            incarnation,
                            nanos,
                            text(line, "role", ""),
                            number(line, "term"),
                            optional(line, "leader"));
            case "vote" ->
                    new NodeEvent.Vote(
                            incarnation, nanos, number(line, "term"), optional(line, "vote"));
            case "term" -> new NodeEvent.Term(incarnation, nanos, number(line, "term"));
            case "configuration" ->
                    new NodeEvent.Configuration(
                            incarnation,
                            nanos,
                            number(line, "index"),
                            number(line, "term"),
                            number(line, "applied"),
                            text(line, "members", ""));
            case "stopped" -> new NodeEvent.Stopped(incarnation, nanos);
            // Other events are for people; the rules do not need them.
            default -> null;
        };
    }

    private static long number(JsonNode line, String field) {
        JsonNode value = line.get(field);
        if (value == null || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(
                    "\"" + field + "\" must be a whole number, but is " + value);
        }
        return value.asLong();
    }

    private static String text(JsonNode line, String field, String otherwise) {
        JsonNode value = line.get(field);
        return value == null || value.isNull() ? otherwise : value.asText();
    }

    private static @Nullable String optional(JsonNode line, String field) {
        JsonNode value = line.get(field);
        return value == null || value.isNull() ? null : value.asText();
    }

    private static @Nullable Object value(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(element -> list.add(String.valueOf(value(element))));
            return List.copyOf(list);
        }
        return value.asText();
    }
}
