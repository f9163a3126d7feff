package dev.ordeal.node.rpc;

import static dev.ordeal.node.rpc.Fields.LENGTH;
import static dev.ordeal.node.rpc.Fields.NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.CELLS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.FORGOT_ANY_SESSION_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.SESSIONS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.TIME_FIELD_NUMBER;

import com.google.protobuf.CodedInputStream;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.proto.Held;
import dev.ordeal.node.rpc.proto.MachineState.Cell;
import dev.ordeal.node.rpc.proto.MachineState.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what [SnapshotWriter] writes (a field that comes twice counts as it came last, one that is not known is passed over),
/// without the builders and messages that the generated class makes on the way: whoever starts reads the whole state.
final class SnapshotReader {
    private final CodedInputStream in;
    private final List<String> keys = new ArrayList<>();
    private final List<Value> held = new ArrayList<>();
    private final List<MachineState.Session> sessions = new ArrayList<>();

    SnapshotReader(Bytes snapshot) {
        this.in = CodedInputStream.newInstance(snapshot.array());
    }

    /// @throws IOException if it is no message
    /// @throws IllegalArgumentException if it is one that makes no sense
    MachineState read() throws IOException {
        boolean forgotAnySession = false;
        long time = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case CELLS_FIELD_NUMBER << 3 | LENGTH -> readCell();
                case SESSIONS_FIELD_NUMBER << 3 | LENGTH -> sessions.add(readSession());
                case FORGOT_ANY_SESSION_FIELD_NUMBER << 3 | NUMBER ->
                        forgotAnySession = in.readBool();
                case TIME_FIELD_NUMBER << 3 | NUMBER -> time = in.readUInt64();
                default -> Fields.passOver(in, tag);
            }
        }
        Map<String, Value> values = HashMap.newHashMap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            if (values.put(keys.get(i), held.get(i)) != null) {
                throw new IllegalArgumentException(
                        "not a snapshot: key " + keys.get(i) + " is in it twice");
            }
        }
        return new MachineState(values, sessions, forgotAnySession, Wire.notNegative(time));
    }

    private void readCell() throws IOException {
        String key = "";
        @Nullable Value value = null;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Cell.KEY_FIELD_NUMBER << 3 | LENGTH -> key = in.readStringRequireUtf8();
                case Cell.HELD_FIELD_NUMBER << 3 | LENGTH -> value = readHeld();
                default -> Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        if (value == null) {
            throw new IllegalArgumentException("not a snapshot: key " + key + " holds nothing");
        }
        keys.add(key);
        held.add(value);
    }

    private MachineState.Session readSession() throws IOException {
        String name = "";
        long sequence = 0;
        long index = 0;
        long usedAt = 0;
        Result.@Nullable Answer answer = null;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Session.NAME_FIELD_NUMBER << 3 | LENGTH -> name = in.readStringRequireUtf8();
                case Session.SEQUENCE_FIELD_NUMBER << 3 | NUMBER -> sequence = in.readUInt64();
                case Session.INDEX_FIELD_NUMBER << 3 | NUMBER -> index = in.readUInt64();
                case Session.DONE_FIELD_NUMBER << 3 | LENGTH -> {
                    Fields.passOver(in, tag);
                    answer = new Result.Done();
                }
                case Session.MISMATCH_FIELD_NUMBER << 3 | LENGTH ->
                        answer = new Result.Mismatch(readHeld());
                case Session.REJECTED_FIELD_NUMBER << 3 | LENGTH ->
                        answer = new Result.Rejected(in.readStringRequireUtf8());
                case Session.COUNTED_FIELD_NUMBER << 3 | NUMBER ->
                        answer = new Result.Counted(in.readSInt64());
                case Session.USED_AT_FIELD_NUMBER << 3 | NUMBER -> usedAt = in.readUInt64();
                default -> Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        if (answer == null) {
            throw new IllegalArgumentException("not a snapshot: a session without an answer");
        }
        return new MachineState.Session(name, sequence, index, answer, Wire.notNegative(usedAt));
    }

    private @Nullable Value readHeld() throws IOException {
        @Nullable Value value = null;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Held.TEXT_FIELD_NUMBER << 3 | LENGTH ->
                        value = new Value.Text(in.readStringRequireUtf8());
                case Held.ELEMENTS_FIELD_NUMBER << 3 | LENGTH ->
                        value = new Value.Elements(readElements());
                case Held.DECLARED_FIELD_NUMBER << 3 | LENGTH ->
                        value = new Value.Declared(readElements());
                default -> Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        return value;
    }

    private List<String> readElements() throws IOException {
        List<String> elements = new ArrayList<>();
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (Held.Elements.ELEMENTS_FIELD_NUMBER << 3 | LENGTH)) {
                elements.add(in.readStringRequireUtf8());
            } else {
                Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        return elements;
    }
}
