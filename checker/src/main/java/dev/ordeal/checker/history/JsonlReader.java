package dev.ordeal.checker.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads our own format token by token, without making an object per line: values go from the parser's buffer into
/// [Values]. A last line that was cut off, as a killed run leaves it, is left out and said so.
final class JsonlReader {
    private static final int MISSING = Values.NONE;
    private static final int UNSEEN = -2;

    private final Path file;
    private final HistoryBuilder builder = new HistoryBuilder();
    private final Values values = builder.values();
    private final Values names = builder.names();
    private final int mismatch = names.ofText("mismatch");
    private int[] elements = new int[16];

    /// Where the object that is being read began; 0 between objects.
    private long insideLine;

    private long events;

    /// Whether lines have times, as the first one has or has not.
    private boolean timed;

    JsonlReader(Path file) {
        this.file = file;
    }

    History read() throws IOException {
        // Field names are interned by the parser, so that they can be compared by identity, which
        // is what makes this fast.
        JsonFactory factory = JsonFactory.builder().build();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                JsonParser json = factory.createParser(in)) {
            try {
                while (true) {
                    JsonToken token = json.nextToken();
                    if (token == null) {
                        break;
                    }
                    event(json, token);
                    insideLine = 0;
                }
            } catch (JsonProcessingException | CharConversionException e) {
                if (e instanceof StreamConstraintsException) {
                    throw new HistoryFormatException(insideLine, Histories.TOO_LONG);
                }
                // An object that does not end on its line is wrong there, not where the parser
                // noticed.
                long line = insideLine > 0 ? insideLine : json.currentLocation().getLineNr();
                if (!isTornLastLine(line)) {
                    String reason =
                            e instanceof JsonProcessingException problem
                                    ? problem.getOriginalMessage()
                                    : e.getMessage();
                    throw new HistoryFormatException(line, "not JSON: " + firstSentence(reason));
                }
                builder.note(
                        "the last line ("
                                + line
                                + ") is cut off and was left out: the run was probably killed");
            }
        }
        if (events > 0 && !timed) {
            builder.untimed();
        }
        return builder.build();
    }

    private static String firstSentence(@Nullable String reason) {
        String text = String.valueOf(reason).replace('\n', ' ');
        return text.length() > 200 ? text.substring(0, 200) + " …" : text;
    }

    /// Whether nothing but the rest of an unfinished line follows the start of this one.
    private boolean isTornLastLine(long line) throws IOException {
        if (Histories.endsWithNewline(file)) {
            return false;
        }
        long newlines = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        newlines++;
                    }
                }
            }
        }
        return line == newlines + 1;
    }

    private void event(JsonParser json, JsonToken token) throws IOException {
        long line = json.currentTokenLocation().getLineNr();
        builder.line(line);
        insideLine = line;
        if (token != JsonToken.START_OBJECT) {
            throw new HistoryFormatException(
                    line,
                    "expected one JSON object a line, as {\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}");
        }
        long time = Long.MIN_VALUE;
        int process = UNSEEN;
        boolean nemesis = false;
        @Nullable String type = null;
        int f = UNSEEN;
        int key = MISSING;
        int value = MISSING;
        @Nullable Map<String, @Nullable Object> details = null;
        int error = UNSEEN;
        int node = UNSEEN;
        @Nullable String command = null;
        long version = History.NO_VERSION;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken content = json.nextToken();
            switch (field) {
                case "time" -> {
                    if (content != JsonToken.VALUE_NUMBER_INT) {
                        throw wrongType(line, "time", "whole nanoseconds", json);
                    }
                    time = json.getLongValue();
                }
                case "process" -> {
                    if (content == JsonToken.VALUE_NUMBER_INT) {
                        process = builder.processes().ofLong(json.getLongValue());
                    } else if (content == JsonToken.VALUE_STRING) {
                        String name = json.getText();
                        nemesis = name.equals("nemesis");
                        process = nemesis ? 0 : builder.processes().ofText(name);
                    } else {
                        throw wrongType(line, "process", "a number or a text", json);
                    }
                }
                case "type" -> type = text(json, content, line, "type");
                case "f" -> f = name(json, content, line, "f");
                case "key" ->
                        key =
                                content == JsonToken.VALUE_NULL
                                        ? MISSING
                                        : value(json, content, line);
                case "value" -> {
                    if (nemesis) {
                        details = details(object(json, content, line));
                    } else {
                        value = value(json, content, line);
                    }
                }
                case "error" -> {
                    if (content == JsonToken.VALUE_STRING) {
                        error = name(json, content, line, "error");
                    } else if (content != JsonToken.VALUE_NULL) {
                        error = names.ofText(String.valueOf(object(json, content, line)));
                    }
                }
                case "node" -> {
                    if (content != JsonToken.VALUE_NULL) {
                        node = name(json, content, line, "node");
                    }
                }
                case "command" -> {
                    if (content != JsonToken.VALUE_NULL) {
                        command = text(json, content, line, "command");
                    }
                }
                case "version" -> {
                    if (content == JsonToken.VALUE_NUMBER_INT
                            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                            && json.getLongValue() >= 0
                            && json.getLongValue() < Long.MAX_VALUE) {
                        version = json.getLongValue();
                    } else if (content != JsonToken.VALUE_NULL) {
                        throw wrongType(line, "version", "a whole number from 0 on", json);
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (type == null || process == UNSEEN || f == UNSEEN) {
            String missing = type == null ? "type" : process == UNSEEN ? "process" : "f";
            throw new HistoryFormatException(
                    line, "has no \"" + missing + "\": every line needs process, type and f");
        }
        time = timeOrPlace(line, time);
        if (nemesis) {
            if (details == null && value != MISSING) {
                // "value" stood before "process", when nobody could know whose it is.
                details = details(values.get(value));
            }
            builder.nemesis(
                    time, String.valueOf(names.get(f)), details == null ? Map.of() : details);
            return;
        }
        int operation = complete(line, time, process, type, f, key, value, error);
        if (error >= 0) {
            builder.error(operation, error);
        }
        if (node >= 0) {
            builder.node(operation, node);
        }
        if (command != null) {
            builder.command(operation, command);
        }
        if (version >= 0 && !type.equals("invoke")) {
            builder.version(operation, version);
        }
    }

    /// The time of an event; where the file has no times, its place in the file.
    private long timeOrPlace(long line, long time) {
        boolean hasTime = time != Long.MIN_VALUE;
        if (events++ == 0) {
            timed = hasTime;
        }
        if (timed != hasTime) {
            throw new HistoryFormatException(
                    line,
                    timed
                            ? "has no \"time\", though the lines before had"
                            : "has a \"time\", though the lines before had none");
        }
        return timed ? time : events - 1;
    }

    private int complete(
            long line, long time, int process, String type, int f, int key, int value, int error) {
        if (type.equals("invoke")) {
            return builder.invoke(time, process, f, key, value);
        }
        int open = builder.openOperation(process);
        if (open >= 0 && builder.fOf(open) != f) {
            throw new HistoryFormatException(
                    line,
                    "process %s returns from a %s but its open call is a %s"
                            .formatted(
                                    builder.processes().get(process),
                                    names.get(f),
                                    names.get(builder.fOf(open))));
        }
        byte outcome =
                switch (type) {
                    case "ok" -> HistoryBuilder.OK;
                    case "fail" ->
                            error == mismatch ? HistoryBuilder.OBSERVED : HistoryBuilder.FAILED;
                    case "info" -> HistoryBuilder.UNKNOWN;
                    default ->
                            throw new HistoryFormatException(
                                    line,
                                    "type \"" + type + "\" is none of invoke, ok, fail, info");
                };
        return builder.complete(
                time, process, outcome, outcome == HistoryBuilder.OK ? value : MISSING);
    }

    private static HistoryFormatException wrongType(
            long line, String field, String wanted, JsonParser json) throws IOException {
        return new HistoryFormatException(
                line,
                "\"%s\" must be %s, not %s"
                        .formatted(field, wanted, firstSentence(json.getText())));
    }

    private static String text(JsonParser json, JsonToken content, long line, String field)
            throws IOException {
        if (content != JsonToken.VALUE_STRING) {
            throw wrongType(line, field, "a text", json);
        }
        return json.getText();
    }

    private int name(JsonParser json, JsonToken content, long line, String field)
            throws IOException {
        if (content != JsonToken.VALUE_STRING) {
            throw wrongType(line, field, "a text", json);
        }
        return names.ofText(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    }

    private int value(JsonParser json, JsonToken content, long line) throws IOException {
        return switch (content) {
            case VALUE_NULL -> Values.ABSENT;
            case VALUE_NUMBER_INT ->
                    json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? values.ofText(json.getText())
                            : values.ofLong(json.getLongValue());
            case VALUE_STRING ->
                    values.ofText(
                            json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
            case START_ARRAY -> list(json, line);
            default -> values.of(object(json, content, line));
        };
    }

    private int list(JsonParser json, long line) throws IOException {
        int count = 0;
        for (JsonToken token = json.nextToken();
                token != JsonToken.END_ARRAY;
                token = json.nextToken()) {
            // A list in a list would overwrite the buffer: take the slow way for it.
            int element =
                    token == JsonToken.START_ARRAY
                            ? values.of(object(json, token, line))
                            : value(json, token, line);
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, count * 2);
            }
            elements[count++] = element;
        }
        return values.ofList(elements, count);
    }

    private @Nullable Object object(JsonParser json, JsonToken token, long line)
            throws IOException {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT ->
                    json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? json.getText()
                            : (Object) json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_STRING -> json.getText();
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonToken next = json.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = json.nextToken()) {
                    list.add(object(json, next, line));
                }
                yield list;
            }
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    map.put(name, object(json, json.nextToken(), line));
                }
                yield map;
            }
            default -> throw new HistoryFormatException(line, "unexpected " + token);
        };
    }

    private static Map<String, @Nullable Object> details(@Nullable Object object) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        if (object instanceof Map<?, ?> map) {
            map.forEach((name, value) -> details.put(String.valueOf(name), value));
        } else if (object != null) {
            details.put("value", object);
        }
        return details;
    }
}
