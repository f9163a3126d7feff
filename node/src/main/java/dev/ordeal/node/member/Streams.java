package dev.ordeal.node.member;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Role;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the judge reads of a node: `applied.jsonl`, each entry applied to the state machine, and `events.jsonl`, what
/// happened to it. One JSON object a line. A line is in the file, whatever becomes of the process, once [#flush()] has
/// returned. One thread at a time.
public final class Streams implements Journal {
    private static final JsonFactory JSON = new JsonFactory();

    private final String node;
    private final int incarnation;
    private final JsonGenerator applied;
    private final JsonGenerator events;
    private final LongSupplier clock;
    private boolean unflushed;

    /// Appends to the streams in this directory.
    ///
    /// @param clock nanoseconds that never go back, the same for all nodes of a machine: the time of every line
    public Streams(Path directory, NodeId node, int incarnation, LongSupplier clock)
            throws IOException {
        this(
                open(Files.createDirectories(directory).resolve("applied.jsonl")),
                open(directory.resolve("events.jsonl")),
                node,
                incarnation,
                clock);
    }

    /// Writes what else would be in the two files.
    public Streams(
            OutputStream applied,
            OutputStream events,
            NodeId node,
            int incarnation,
            LongSupplier clock)
            throws IOException {
        this.node = node.name();
        this.incarnation = incarnation;
        this.clock = clock;
        this.applied = generator(applied);
        this.events = generator(events);
    }

    private static JsonGenerator generator(OutputStream out) throws IOException {
        return JSON.createGenerator(out, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                .setRootValueSeparator(null);
    }

    private static OutputStream open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.position(size);
        if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
            // An earlier life was killed in the middle of a line. It stays as it is, and ours begin
            // on lines of their own.
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        return new BufferedOutputStream(
                java.nio.channels.Channels.newOutputStream(channel), 1 << 16);
    }

    // --- What was applied

    @Override
    public void applied(Entry entry, long digest) throws IOException {
        startApplied(entry.position(), entry.kind().name().toLowerCase(Locale.ROOT));
        if (entry.kind() == Entry.Kind.CONFIGURATION)
            applied.writeStringField("members", Membership.of(entry.payload()).toString());
        applied.writeBooleanField("applied", true);
        endApplied(digest);
    }

    @Override
    public void applied(Entry entry, CommandId id, Command command, Result result, long digest)
            throws IOException {
        startApplied(entry.position(), "command");
        if (id.inSession()) {
            applied.writeStringField("command", id.toString());
        }
        applied.writeStringField("op", operation(command));
        applied.writeStringField("key", command.key());
        applied.writeStringField("value", value(command));
        if (command instanceof Command.Cas cas) {
            applied.writeStringField("expected", cas.expected());
        }
        @Nullable String why = whyNotApplied(result);
        applied.writeBooleanField("applied", why == null);
        if (why != null) {
            applied.writeStringField("result", why);
        }
        endApplied(digest);
    }

    @Override
    public void snapshot(Position last, long digest) throws IOException {
        startApplied(last, "snapshot");
        applied.writeBooleanField("applied", true);
        endApplied(digest);
    }

    private void startApplied(Position position, String kind) throws IOException {
        start(applied);
        applied.writeNumberField("index", position.index());
        applied.writeNumberField("term", position.term());
        applied.writeStringField("kind", kind);
    }

    /// How the streams call it.
    public static String operation(Command command) {
        return switch (command) {
            case Command.Write write -> "write";
            case Command.Cas cas -> "cas";
            case Command.Append append -> "append";
            case Command.Declare declare -> "declare";
            case Command.Delete delete -> "delete";
            case Command.Increment increment -> "increment";
        };
    }

    /// What it gives its key, as the streams write it.
    public static @Nullable String value(Command command) {
        return switch (command) {
            case Command.Write write -> write.value();
            case Command.Cas cas -> cas.value();
            case Command.Append append -> append.element();
            case Command.Declare declare -> declare.names().toString();
            case Command.Delete delete -> null;
            case Command.Increment increment -> Long.toString(increment.by());
        };
    }

    /// Why a command changed nothing, as the streams write it; null when it did.
    public static @Nullable String whyNotApplied(Result result) {
        return switch (result) {
            case Result.Done() -> null;
            case Result.Counted counted -> null;
            case Result.Mismatch mismatch -> "mismatch";
            case Result.Rejected rejected -> "rejected";
            case Result.Repeated repeated -> "duplicate";
            case Result.Forgotten forgotten -> "duplicate";
        };
    }

    private void endApplied(long digest) throws IOException {
        applied.writeStringField("digest", HexFormat.of().toHexDigits(digest));
        end(applied);
    }

    // --- What happened

    @Override
    public void started(Persisted recovered) throws IOException {
        Position last = recovered.last();
        startEvent("started", recovered.term());
        events.writeStringField("vote", name(recovered.vote()));
        events.writeNumberField("lastIndex", last.index());
        events.writeNumberField("lastTerm", last.term());
        end(events);
    }

    @Override
    public void role(Role role, long term, @Nullable NodeId leader) throws IOException {
        startEvent("role", term);
        events.writeStringField("role", name(role));
        events.writeStringField("leader", name(leader));
        end(events);
    }

    @Override
    public void term(long term) throws IOException {
        startEvent("term", term);
        end(events);
    }

    @Override
    public void vote(long term, NodeId vote) throws IOException {
        startEvent("vote", term);
        events.writeStringField("vote", vote.name());
        end(events);
    }

    @Override
    public void configured(Position entry, Membership members, long lastApplied)
            throws IOException {
        startEvent("configuration", entry.term());
        events.writeNumberField("index", entry.index());
        events.writeNumberField("applied", lastApplied);
        events.writeStringField("members", members.toString());
        end(events);
    }

    /// The last event of a life that ends as it should.
    public void stopped() throws IOException {
        start(events);
        events.writeStringField("event", "stopped");
        end(events);
    }

    /// How the streams call it.
    public static String name(Role role) {
        return switch (role) {
            case FOLLOWER -> "follower";
            case PRE_CANDIDATE -> "pre-candidate";
            case CANDIDATE -> "candidate";
            case LEADER -> "leader";
        };
    }

    private static @Nullable String name(@Nullable NodeId node) {
        return node == null ? null : node.name();
    }

    private void startEvent(String event, long term) throws IOException {
        start(events);
        events.writeStringField("event", event);
        events.writeNumberField("term", term);
    }

    // --- Lines

    private void start(JsonGenerator line) throws IOException {
        line.writeStartObject();
        line.writeStringField("node", node);
        line.writeNumberField("incarnation", incarnation);
        line.writeNumberField("nanos", clock.getAsLong());
    }

    private void end(JsonGenerator line) throws IOException {
        line.writeEndObject();
        line.writeRaw('\n');
        unflushed = true;
    }

    @Override
    public void flush() throws IOException {
        if (unflushed) {
            flush(applied);
            flush(events);
            unflushed = false;
        }
    }

    private static void flush(JsonGenerator stream) throws IOException {
        stream.flush();
        ((OutputStream) stream.getOutputTarget()).flush();
    }

    @Override
    public void close() throws IOException {
        applied.close();
        events.close();
    }
}
