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
import dev.ordeal.node.rpc.proto.Held.ValueCase;
import dev.ordeal.node.rpc.proto.MachineState.Cell;
import dev.ordeal.node.rpc.proto.MachineState.Session;
import dev.ordeal.node.rpc.proto.MachineState.Session.AnswerCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what [SnapshotWriter] writes, as protobuf says (of a text or a number that comes twice the last counts, a message that does
/// goes on, one that is not known is passed over), without the builders and messages that the generated class makes on the way:
/// whoever starts reads the whole state.
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
        HeldFields fields = new HeldFields();
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Cell.KEY_FIELD_NUMBER << 3 | LENGTH -> key = in.readStringRequireUtf8();
                case Cell.HELD_FIELD_NUMBER << 3 | LENGTH -> fields.read();
                default -> Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        @Nullable Value value = fields.value();
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
        AnswerCase answered = AnswerCase.ANSWER_NOT_SET;
        HeldFields mismatch = new HeldFields();
        String rejected = "";
        long counted = 0;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Session.NAME_FIELD_NUMBER << 3 | LENGTH -> name = in.readStringRequireUtf8();
                case Session.SEQUENCE_FIELD_NUMBER << 3 | NUMBER -> sequence = in.readUInt64();
                case Session.INDEX_FIELD_NUMBER << 3 | NUMBER -> index = in.readUInt64();
                case Session.DONE_FIELD_NUMBER << 3 | LENGTH -> {
                    readDone();
                    answered = AnswerCase.DONE;
                }
                case Session.MISMATCH_FIELD_NUMBER << 3 | LENGTH -> {
                    if (answered != AnswerCase.MISMATCH) {
                        mismatch = new HeldFields();
                        answered = AnswerCase.MISMATCH;
                    }
                    mismatch.read();
                }
                case Session.REJECTED_FIELD_NUMBER << 3 | LENGTH -> {
                    rejected = in.readStringRequireUtf8();
                    answered = AnswerCase.REJECTED;
                }
                case Session.COUNTED_FIELD_NUMBER << 3 | NUMBER -> {
                    counted = in.readSInt64();
                    answered = AnswerCase.COUNTED;
                }
                case Session.USED_AT_FIELD_NUMBER << 3 | NUMBER -> usedAt = in.readUInt64();
                default -> Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
        Result.Answer answer =
                switch (answered) {
                    case DONE -> new Result.Done();
                    case MISMATCH -> new Result.Mismatch(mismatch.value());
                    case REJECTED -> new Result.Rejected(rejected);
                    case COUNTED -> new Result.Counted(counted);
                    case ANSWER_NOT_SET ->
                            throw new IllegalArgumentException(
                                    "not a snapshot: a session without an answer");
                };
        return new MachineState.Session(name, sequence, index, answer, Wire.notNegative(usedAt));
    }

    /// It has no fields.
    private void readDone() throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Fields.passOver(in, tag);
        }
        in.popLimit(outer);
    }

    /// What has been read of a [Held].
    private final class HeldFields {
        private ValueCase found = ValueCase.VALUE_NOT_SET;
        private String text = "";
        private List<String> elements = List.of();

        void read() throws IOException {
            int outer = in.pushLimit(in.readRawVarint32());
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case Held.TEXT_FIELD_NUMBER << 3 | LENGTH -> {
                        text = in.readStringRequireUtf8();
                        found = ValueCase.TEXT;
                    }
                    case Held.ELEMENTS_FIELD_NUMBER << 3 | LENGTH ->
                            readElements(ValueCase.ELEMENTS);
                    case Held.DECLARED_FIELD_NUMBER << 3 | LENGTH ->
                            readElements(ValueCase.DECLARED);
                    default -> Fields.passOver(in, tag);
                }
            }
            in.popLimit(outer);
        }

        private void readElements(ValueCase of) throws IOException {
            if (found != of) {
                found = of;
                elements = new ArrayList<>();
            }
            int outer = in.pushLimit(in.readRawVarint32());
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == (Held.Elements.ELEMENTS_FIELD_NUMBER << 3 | LENGTH)) {
                    elements.add(in.readStringRequireUtf8());
                } else {
                    Fields.passOver(in, tag);
                }
            }
            in.popLimit(outer);
        }

        @Nullable Value value() {
            return switch (found) {
                case TEXT -> new Value.Text(text);
                case ELEMENTS -> new Value.Elements(elements);
                case DECLARED -> new Value.Declared(elements);
                case VALUE_NOT_SET -> null;
            };
        }
    }
}
