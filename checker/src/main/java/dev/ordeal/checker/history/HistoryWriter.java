package dev.ordeal.checker.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes our own history format as a run goes on: one JSON object a line, handed to the operating system line by line, so
/// that a killed run leaves all that it saw but at most a torn last line. One thread. Times must not decrease.
///
/// Values may be null (absent), Boolean, numbers, text, lists and maps of these.
public final class HistoryWriter implements HistoryLog, AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final JsonGenerator json;
    private long index;

    /// Creates the file, or empties it.
    public HistoryWriter(Path file) {
        this(open(file));
    }

    /// Writes to a stream, which it closes in the end.
    public HistoryWriter(OutputStream out) {
        this.out = out;
        try {
            json = MAPPER.createGenerator(line);
            json.setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputStream open(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A call that is given no value, as a read.
    public void invoke(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            @Nullable String node,
            @Nullable String command) {
        event(
                timeNanos,
                process,
                "invoke",
                f,
                key,
                new Result.Unknown(),
                null,
                node,
                command,
                History.NO_VERSION);
    }

    @Override
    public void invoke(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result argument,
            @Nullable String node,
            @Nullable String session,
            long sequence) {
        event(
                timeNanos,
                process,
                "invoke",
                f,
                key,
                argument,
                null,
                node,
                session == null ? null : History.commandName(session, sequence),
                History.NO_VERSION);
    }

    /// A call that is given a value; null is absent.
    public void invoke(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            @Nullable Object value,
            @Nullable String node,
            @Nullable String command) {
        event(
                timeNanos,
                process,
                "invoke",
                f,
                key,
                new Result.Value(value),
                null,
                node,
                command,
                History.NO_VERSION);
    }

    /// A call succeeded and gave back nothing.
    public void ok(long timeNanos, long process, String f, @Nullable Object key) {
        ok(timeNanos, process, f, key, new Result.Unknown(), History.NO_VERSION);
    }

    /// A call succeeded and gave back a value; null is absent.
    public void ok(
            long timeNanos, long process, String f, @Nullable Object key, @Nullable Object value) {
        ok(timeNanos, process, f, key, new Result.Value(value), History.NO_VERSION);
    }

    @Override
    public void ok(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result result,
            long version) {
        event(timeNanos, process, "ok", f, key, result, null, null, null, version);
    }

    @Override
    public void mismatch(
            long timeNanos, long process, String f, @Nullable Object key, long version) {
        event(
                timeNanos,
                process,
                "fail",
                f,
                key,
                new Result.Unknown(),
                "mismatch",
                null,
                null,
                version);
    }

    @Override
    public void fail(long timeNanos, long process, String f, @Nullable Object key, String error) {
        event(
                timeNanos,
                process,
                "fail",
                f,
                key,
                new Result.Unknown(),
                error,
                null,
                null,
                History.NO_VERSION);
    }

    @Override
    public void info(long timeNanos, long process, String f, @Nullable Object key, String error) {
        event(
                timeNanos,
                process,
                "info",
                f,
                key,
                new Result.Unknown(),
                error,
                null,
                null,
                History.NO_VERSION);
    }

    @Override
    public void nemesis(long timeNanos, String f, Map<String, ? extends @Nullable Object> value) {
        try {
            json.writeStartObject();
            json.writeNumberField("index", index++);
            json.writeNumberField("time", timeNanos);
            json.writeStringField("process", "nemesis");
            json.writeStringField("type", "info");
            json.writeStringField("f", f);
            json.writeFieldName("value");
            MAPPER.writeValue(json, value);
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void event(
            long timeNanos,
            Object process,
            String type,
            String f,
            @Nullable Object key,
            Result value,
            @Nullable String error,
            @Nullable String node,
            @Nullable String command,
            long version) {
        try {
            json.writeStartObject();
            json.writeNumberField("index", index++);
            json.writeNumberField("time", timeNanos);
            if (process instanceof Long number) {
                json.writeNumberField("process", number);
            } else {
                json.writeStringField("process", process.toString());
            }
            json.writeStringField("type", type);
            json.writeStringField("f", f);
            if (key != null) {
                json.writeFieldName("key");
                MAPPER.writeValue(json, key);
            }
            if (value instanceof Result.Value(Object known)) {
                json.writeFieldName("value");
                MAPPER.writeValue(json, known);
            }
            if (error != null) {
                json.writeStringField("error", error);
            }
            if (node != null) {
                json.writeStringField("node", node);
            }
            if (command != null) {
                json.writeStringField("command", command);
            }
            if (version != History.NO_VERSION) {
                json.writeNumberField("version", version);
            }
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endLine() throws IOException {
        json.writeEndObject();
        json.flush();
        line.write('\n');
        line.writeTo(out);
        out.flush();
        line.reset();
    }

    @Override
    public void close() {
        try {
            json.close();
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
