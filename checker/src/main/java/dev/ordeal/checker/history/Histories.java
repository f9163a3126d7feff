package dev.ordeal.checker.history;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads histories from files of every known format, and writes them in those that others read.
public final class Histories {
    /// What is wrong with a value at which the JSON parser gives up.
    static final String TOO_LONG =
            "a value is longer than 20,000,000 characters, or nested deeper than 500: judge a history with smaller values";

    private static final int SNIFFED = 4096;

    /// What editors on Windows put before UTF-8.
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final Pattern LOG_LINE =
            Pattern.compile(
                    ".*\\s-\\s+(:?[\\w-]+)\\s+:(invoke|ok|fail|info)\\s+:([\\w-]+)(?:\\s+(.*))?");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private Histories() {}

    /// Reads a history, finding out its format by looking at its beginning.
    ///
    /// @throws HistoryFormatException with the line and what is wrong with it
    /// @throws UncheckedIOException when the file cannot be read
    public static History read(Path file) {
        return read(file, sniff(file));
    }

    /// Reads a history in the given format, with the meaning that this format usually has.
    public static History read(Path file, Format format) {
        return read(file, format, Import.of(format));
    }

    /// Reads a history in the given format; `how` says what the format leaves open, and means nothing for our own.
    public static History read(Path file, Format format, Import how) {
        try {
            return switch (format) {
                case JSONL -> new JsonlReader(file).read();
                case JEPSEN_EDN, PORCUPINE_KV -> edn(file, how);
                case JEPSEN_JSON -> json(file, how);
                case JEPSEN_LOG -> log(file, how);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The format that a file seems to have.
    ///
    /// @throws HistoryFormatException when it looks like none of them
    public static Format sniff(Path file) {
        String head = head(file);
        if (head.indexOf('\0') >= 0) {
            throw new HistoryFormatException(
                    0, "is binary and no history: unpack it if it is compressed");
        }
        String start = head.replaceAll("^(\\s|;[^\\n]*\\n)+", "");
        if (start.matches("(?s)[\\[(]?\\s*(#[\\w.]+\\s*)?\\{\\s*:.*")) {
            return start.lines().findFirst().orElse("").contains(":key ")
                    ? Format.PORCUPINE_KV
                    : Format.JEPSEN_EDN;
        }
        if (start.matches("(?s)\\[\\s*\\{\\s*\".*")) {
            return Format.JEPSEN_JSON;
        }
        if (start.isEmpty() || start.startsWith("{")) {
            return Format.JSONL;
        }
        if (LOG_LINE.matcher(start.lines().findFirst().orElse("")).matches()
                || start.contains("jepsen.util")) {
            return Format.JEPSEN_LOG;
        }
        throw new HistoryFormatException(
                1, "looks like no known format: name it with --format, one of " + labels());
    }

    /// The format of a file that is a history by its content, for who looks through a folder; empty for everything else,
    /// what cannot be read included.
    public static Optional<Format> recognized(Path file) {
        try {
            Format format = sniff(file);
            String head = head(file);
            boolean operations =
                    switch (format) {
                        case JSONL, JEPSEN_JSON ->
                                head.contains("\"process\"") && head.contains("\"type\"");
                        case JEPSEN_EDN, PORCUPINE_KV ->
                                head.contains(":process") && head.contains(":type");
                        case JEPSEN_LOG ->
                                head.lines().anyMatch(line -> LOG_LINE.matcher(line).matches());
                    };
            return operations ? Optional.of(format) : Optional.empty();
        } catch (HistoryFormatException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static String head(Path file) {
        try (var in = Files.newInputStream(file)) {
            String head = new String(in.readNBytes(SNIFFED), StandardCharsets.UTF_8);
            return head.startsWith(String.valueOf(BYTE_ORDER_MARK)) ? head.substring(1) : head;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String labels() {
        StringBuilder labels = new StringBuilder();
        for (Format format : Format.values()) {
            labels.append(labels.isEmpty() ? "" : ", ").append(format.label());
        }
        return labels.toString();
    }

    private static BufferedReader reader(Path file) throws IOException {
        BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(file),
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .onMalformedInput(CodingErrorAction.REPLACE)));
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) {
            reader.reset();
        }
        return reader;
    }

    private static History edn(Path file, Import how) throws IOException {
        JepsenEvents events = new JepsenEvents(how);
        try (Reader in = reader(file)) {
            EdnParser parser = new EdnParser(in);
            boolean vector = parser.enterVector();
            long line = 1;
            try {
                while (parser.more()) {
                    line = parser.line();
                    Object value = parser.value();
                    if (!(value instanceof Map<?, ?> operation)) {
                        throw new HistoryFormatException(
                                line, "expected an operation, {:process 0, :type :invoke, …}");
                    }
                    events.add(line, operation);
                }
                if (vector && !parser.closed()) {
                    events.note("the vector is not closed: the history was probably cut off");
                }
            } catch (EOFException e) {
                events.note(
                        "the last operation, from line "
                                + line
                                + " on, is cut off and was left out");
            }
        }
        return events.history();
    }

    private static History json(Path file, Import how) throws IOException {
        JepsenEvents events = new JepsenEvents(how);
        try (Reader in = reader(file);
                JsonParser parser = JSON.getFactory().createParser(in)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                token = parser.nextToken();
            }
            for (; token != null && token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                long line = parser.currentTokenLocation().getLineNr();
                if (token != JsonToken.START_OBJECT) {
                    throw new HistoryFormatException(
                            line, "expected an operation, {\"process\":0,\"type\":\"invoke\",…}");
                }
                Map<?, ?> operation = JSON.readValue(parser, Map.class);
                events.add(line, operation);
            }
        } catch (StreamConstraintsException e) {
            throw new HistoryFormatException(0, TOO_LONG);
        } catch (JsonEOFException e) {
            events.note("the last operation is cut off and was left out");
        } catch (JacksonException e) {
            throw new HistoryFormatException(
                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    "not JSON: " + e.getOriginalMessage());
        }
        return events.history();
    }

    private static History log(Path file, Import how) throws IOException {
        JepsenEvents events = new JepsenEvents(how);
        try (BufferedReader in = reader(file)) {
            long number = 0;
            boolean whole = endsWithNewline(file);
            String next = in.readLine();
            while (next != null) {
                String line = next;
                next = in.readLine();
                number++;
                if (next == null && !whole) {
                    // Even a line that can be read may lack the last digits of its value.
                    events.note(
                            "the last line ("
                                    + number
                                    + ") has no end, and was left out: it was probably cut off");
                    break;
                }
                Matcher matcher = LOG_LINE.matcher(line);
                if (!matcher.matches()) {
                    continue;
                }
                Map<String, @Nullable Object> operation = new LinkedHashMap<>();
                String process = matcher.group(1);
                operation.put(
                        "process",
                        process.startsWith(":")
                                ? process.substring(1)
                                : (Object) Long.valueOf(process));
                operation.put("type", matcher.group(2));
                operation.put("f", matcher.group(3));
                String rest = matcher.group(4);
                Object value =
                        rest == null || rest.isBlank()
                                ? null
                                : new EdnParser(new StringReader(rest)).value();
                // A name in place of a value is the reason why there is none.
                if (value instanceof String reason) {
                    operation.put("error", reason);
                } else {
                    operation.put("value", value);
                }
                events.add(number, operation);
            }
        }
        return events.history();
    }

    /// Writes a history in our own format or as Jepsen's EDN, where a key stands in a tuple with the value.
    ///
    /// @throws IllegalArgumentException for a format that is only read
    public static void write(History history, Path file, Format format) {
        switch (format) {
            case JSONL -> HistoryExport.jsonl(history, file);
            case JEPSEN_EDN -> HistoryExport.edn(history, file);
            case JEPSEN_JSON, JEPSEN_LOG, PORCUPINE_KV ->
                    throw new IllegalArgumentException(
                            "the format " + format.label() + " is only read, not written");
        }
    }

    static boolean endsWithNewline(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            return true;
        }
        try (var channel = Files.newByteChannel(file)) {
            channel.position(size - 1);
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last);
            return last.get(0) == '\n';
        }
    }
}
