package dev.ordeal.node.rpc;

import static dev.ordeal.node.rpc.proto.MachineState.CELLS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.FORGOT_ANY_SESSION_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.SESSIONS_FIELD_NUMBER;
import static dev.ordeal.node.rpc.proto.MachineState.TIME_FIELD_NUMBER;

import com.google.protobuf.CodedOutputStream;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.proto.Held;
import dev.ordeal.node.rpc.proto.MachineState.Cell;
import dev.ordeal.node.rpc.proto.MachineState.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a state as the generated class of `MachineState` does, byte for byte, without the builders and messages that it makes of
/// every part on the way: whoever takes snapshots walks over the whole state again and again.
final class SnapshotWriter {
    private final BackwardWriter out = new BackwardWriter(1 << 10);

    Bytes write(MachineState state) {
        out.numberIfAny(TIME_FIELD_NUMBER, state.time());
        out.numberIfAny(FORGOT_ANY_SESSION_FIELD_NUMBER, state.forgotAnySession() ? 1 : 0);
        for (MachineState.Session session : state.sessions().reversed()) {
            int end = out.written();
            write(session);
            out.begin(SESSIONS_FIELD_NUMBER, end);
        }
        for (Map.Entry<String, Value> cell :
                new ArrayList<>(state.values().entrySet()).reversed()) {
            int end = out.written();
            writeHeld(Cell.HELD_FIELD_NUMBER, cell.getValue());
            out.textIfAny(Cell.KEY_FIELD_NUMBER, cell.getKey());
            out.begin(CELLS_FIELD_NUMBER, end);
        }
        return out.toBytes();
    }

    private void write(MachineState.Session session) {
        out.numberIfAny(Session.USED_AT_FIELD_NUMBER, session.usedAt());
        switch (session.answer()) {
            case Result.Done() -> out.begin(Session.DONE_FIELD_NUMBER, out.written());
            case Result.Mismatch(var current) -> writeHeld(Session.MISMATCH_FIELD_NUMBER, current);
            case Result.Rejected(String reason) -> out.text(Session.REJECTED_FIELD_NUMBER, reason);
            case Result.Counted(long sum) ->
                    out.number(Session.COUNTED_FIELD_NUMBER, CodedOutputStream.encodeZigZag64(sum));
        }
        out.numberIfAny(Session.INDEX_FIELD_NUMBER, session.index());
        out.numberIfAny(Session.SEQUENCE_FIELD_NUMBER, session.sequence());
        out.textIfAny(Session.NAME_FIELD_NUMBER, session.name());
    }

    private void writeHeld(int field, @Nullable Value value) {
        int end = out.written();
        switch (value) {
            case null -> {}
            case Value.Text(String text) -> out.text(Held.TEXT_FIELD_NUMBER, text);
            case Value.Elements(var elements) ->
                    writeElements(Held.ELEMENTS_FIELD_NUMBER, elements);
            case Value.Declared(var names) -> writeElements(Held.DECLARED_FIELD_NUMBER, names);
        }
        out.begin(field, end);
    }

    private void writeElements(int field, List<String> elements) {
        int end = out.written();
        for (int i = elements.size() - 1; i >= 0; i--) {
            out.text(Held.Elements.ELEMENTS_FIELD_NUMBER, elements.get(i));
        }
        out.begin(field, end);
    }
}
