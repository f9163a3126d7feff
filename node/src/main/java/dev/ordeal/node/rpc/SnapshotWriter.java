package dev.ordeal.node.rpc;

import static dev.ordeal.node.rpc.proto.MachineState.CELLS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.FORGOT_ANY_SESSION_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.SESSIONS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.TIME_FIELD_NUMBER;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.proto.Held;
import dev.ordeal.node.rpc.proto.MachineState.Cell;
import dev.ordeal.node.rpc.proto.MachineState.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a state as the generated class of `MachineState` does, byte for byte, without the builders and messages that it makes of
/// every part on the way: whoever takes snapshots walks over the whole state again and again.
///
/// The length of a message stands before it. So what is in one is measured before it is written, a list only once.
final class SnapshotWriter {
    /// Of every field here: none has a number above 15.
    private static final int TAG_BYTES = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    Bytes write(MachineState state) throws IOException {
        for (var cell : state.values().entrySet()) {
            writeCell(cell.getKey(), cell.getValue());
        }
        for (MachineState.Session session : state.sessions()) {
            writeSession(session);
        }
        if (state.forgotAnySession()) {
            out.writeBool(FORGOT_ANY_SESSION_FIELD_NUMBER, true);
        }
        writeNumber(TIME_FIELD_NUMBER, state.time());
        out.flush();
        return Bytes.of(bytes.toByteArray());
    }

    private void writeCell(String key, Value value) throws IOException {
        int elements = elementsSize(value);
        int held = heldSize(value, elements);
        begin(CELLS_FIELD_NUMBER, textSize(key) + messageSize(held));
        writeText(Cell.KEY_FIELD_NUMBER, key);
        begin(Cell.HELD_FIELD_NUMBER, held);
        writeHeld(value, elements);
    }

    private void writeSession(MachineState.Session session) throws IOException {
        int answer = answerSize(session.answer());
        begin(
                SESSIONS_FIELD_NUMBER,
                textSize(session.name())
                        + numberSize(session.sequence())
                        + numberSize(session.index())
                        + answer
                        + numberSize(session.usedAt()));
        writeText(Session.NAME_FIELD_NUMBER, session.name());
        writeNumber(Session.SEQUENCE_FIELD_NUMBER, session.sequence());
        writeNumber(Session.INDEX_FIELD_NUMBER, session.index());
        switch (session.answer()) {
            case Result.Done() -> begin(Session.DONE_FIELD_NUMBER, 0);
            case Result.Mismatch(var current) -> {
                int elements = elementsSize(current);
                begin(Session.MISMATCH_FIELD_NUMBER, heldSize(current, elements));
                writeHeld(current, elements);
            }
            case Result.Rejected(String reason) ->
                    out.writeString(Session.REJECTED_FIELD_NUMBER, reason);
            case Result.Counted(long sum) -> out.writeSInt64(Session.COUNTED_FIELD_NUMBER, sum);
        }
        writeNumber(Session.USED_AT_FIELD_NUMBER, session.usedAt());
    }

    private static int answerSize(Result.Answer answer) {
        return switch (answer) {
            case Result.Done() -> messageSize(0);
            case Result.Mismatch(var current) ->
                    messageSize(heldSize(current, elementsSize(current)));
            case Result.Rejected(String reason) ->
                    TAG_BYTES + CodedOutputStream.computeStringSizeNoTag(reason);
            case Result.Counted(long sum) ->
                    TAG_BYTES + CodedOutputStream.computeSInt64SizeNoTag(sum);
        };
    }

    // --- What a key holds

    private void writeHeld(@Nullable Value value, int elementsSize) throws IOException {
        switch (value) {
            case null -> {}
            case Value.Text(String text) -> out.writeString(Held.TEXT_FIELD_NUMBER, text);
            case Value.Elements(var elements) ->
                    writeElements(Held.ELEMENTS_FIELD_NUMBER, elements, elementsSize);
            case Value.Declared(var names) ->
                    writeElements(Held.DECLARED_FIELD_NUMBER, names, elementsSize);
        }
    }

    private void writeElements(int field, List<String> elements, int size) throws IOException {
        begin(field, size);
        for (String element : elements) {
            out.writeString(Held.Elements.ELEMENTS_FIELD_NUMBER, element);
        }
    }

    private static int heldSize(@Nullable Value value, int elementsSize) {
        return switch (value) {
            case null -> 0;
            case Value.Text(String text) ->
                    TAG_BYTES + CodedOutputStream.computeStringSizeNoTag(text);
            case Value.Elements elements -> messageSize(elementsSize);
            case Value.Declared declared -> messageSize(elementsSize);
        };
    }

    /// Of the list that the value is, 0 if it is none.
    private static int elementsSize(@Nullable Value value) {
        List<String> elements =
                switch (value) {
                    case null -> List.of();
                    case Value.Text text -> List.of();
                    case Value.Elements(var list) -> list;
                    case Value.Declared(var names) -> names;
                };
        int size = elements.size() * TAG_BYTES;
        for (String element : elements) {
            size += CodedOutputStream.computeStringSizeNoTag(element);
        }
        return size;
    }

    // --- Fields. A number that is 0 and a text that is empty are not written, unless their
    // presence says something.

    /// A message follows.
    private void begin(int field, int size) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(size);
    }

    private void writeText(int field, String text) throws IOException {
        if (!text.isEmpty()) {
            out.writeString(field, text);
        }
    }

    private void writeNumber(int field, long number) throws IOException {
        if (number != 0) {
            out.writeUInt64(field, number);
        }
    }

    private static int messageSize(int size) {
        return TAG_BYTES + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static int textSize(String text) {
        return text.isEmpty() ? 0 : TAG_BYTES + CodedOutputStream.computeStringSizeNoTag(text);
    }

    private static int numberSize(long number) {
        return number == 0 ? 0 : TAG_BYTES + CodedOutputStream.computeUInt64SizeNoTag(number);
    }
}
