package dev.ordeal.node.rpc;

import static dev.ordeal.node.rpc.Fields.LENGTH;
import static dev.ordeal.node.rpc.Fields.NUMBER;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.Wire.Logged;
import dev.ordeal.node.rpc.proto.Cas;
import dev.ordeal.node.rpc.proto.Declare;
import dev.ordeal.node.rpc.proto.Increment;
import dev.ordeal.node.rpc.proto.LoggedCommand;
import dev.ordeal.node.rpc.proto.LoggedCommand.OperationCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a [LoggedCommand] as protobuf says (a field that comes twice counts as it came last, one that is not known is passed
/// over), without the builders and messages that the generated class makes on the way: every node reads every command.
final class LoggedReader {
    private final CodedInputStream in;
    private String session = "";
    private long sequence;
    private long time;
    private long sessionTimeout;
    private OperationCase operation = OperationCase.OPERATION_NOT_SET;

    // Of the operation. Its texts have the first field numbers, from 1 on.
    private final @Nullable String[] texts = new @Nullable String[1 + 3];
    private final List<String> names = new ArrayList<>(0);
    private long by;

    LoggedReader(Bytes payload) {
        this.in = CodedInputStream.newInstance(payload.array());
    }

    /// @throws IOException if it is no message
    /// @throws IllegalArgumentException if it is one that makes no sense
    Logged read() throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case LoggedCommand.SESSION_FIELD_NUMBER << 3 | LENGTH ->
                        session = in.readStringRequireUtf8();
                case LoggedCommand.SEQUENCE_FIELD_NUMBER << 3 | NUMBER ->
                        sequence = in.readUInt64();
                case LoggedCommand.TIME_FIELD_NUMBER << 3 | NUMBER -> time = in.readUInt64();
                case LoggedCommand.SESSION_TIMEOUT_FIELD_NUMBER << 3 | NUMBER ->
                        sessionTimeout = in.readUInt64();
                case LoggedCommand.WRITE_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.WRITE, 2);
                case LoggedCommand.CAS_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.CAS, 3);
                case LoggedCommand.APPEND_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.APPEND, 2);
                case LoggedCommand.DELETE_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.DELETE, 1);
                case LoggedCommand.INCREMENT_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.INCREMENT, 1);
                case LoggedCommand.DECLARE_FIELD_NUMBER << 3 | LENGTH ->
                        readOperation(OperationCase.DECLARE, 1);
                default -> Fields.passOver(in, tag);
            }
        }
        CommandId id = session.isEmpty() ? CommandId.NONE : new CommandId(session, sequence);
        return new Logged(
                id,
                command(),
                new LogTime(Wire.notNegative(time), Wire.notNegative(sessionTimeout)));
    }

    /// @param ofTexts how many texts such an operation has
    private void readOperation(OperationCase found, int ofTexts) throws IOException {
        if (operation != found) {
            // Another one, of which only the last counts.
            operation = found;
            Arrays.fill(texts, null);
            names.clear();
            by = 0;
        }
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            int type = WireFormat.getTagWireType(tag);
            if (field <= ofTexts && type == LENGTH) {
                texts[field] = in.readStringRequireUtf8();
            } else if (found == OperationCase.DECLARE
                    && tag == (Declare.NAMES_FIELD_NUMBER << 3 | LENGTH)) {
                names.add(in.readStringRequireUtf8());
            } else if (found == OperationCase.INCREMENT
                    && tag == (Increment.BY_FIELD_NUMBER << 3 | NUMBER)) {
                by = in.readSInt64();
            } else {
                Fields.passOver(in, tag);
            }
        }
        in.popLimit(outer);
    }

    private Command command() {
        return switch (operation) {
            case WRITE -> new Command.Write(text(1), text(2));
            case CAS -> new Command.Cas(text(1), texts[Cas.EXPECTED_FIELD_NUMBER], text(3));
            case APPEND -> new Command.Append(text(1), text(2));
            case DECLARE -> new Command.Declare(text(1), names);
            case DELETE -> new Command.Delete(text(1));
            case INCREMENT -> new Command.Increment(text(1), by);
            case OPERATION_NOT_SET ->
                    throw new IllegalArgumentException("a logged command without an operation");
        };
    }

    private String text(int field) {
        return Objects.requireNonNullElse(texts[field], "");
    }
}
