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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes states as the generated class of `MachineState` does, byte for byte, without the builders and messages that it makes of
/// every part on the way: whoever takes snapshots walks over the whole state again and again. A list that has only grown since
/// the writer's last snapshot is copied from there, and what is new is written behind.
///
/// One thread at a time. A writer keeps the last snapshot that it wrote.
public final class SnapshotWriter {
    /// For so many bytes more than the last time there is room at once.
    private static final int GROWTH = 1 << 10;

    private Bytes last = Bytes.EMPTY;
    private Map<String, Written> lists = Map.of();
    private BackwardWriter out = new BackwardWriter(GROWTH);

    /// The elements of a key's list, as they stand in a snapshot.
    ///
    /// @param beforeEnd so many bytes before the snapshot's end they begin
    private record Written(List<String> elements, int beforeEnd, int length) {
        static final Written NOTHING = new Written(List.of(), 0, 0);

        boolean begins(List<String> others) {
            int count = elements.size();
            if (count > others.size()) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                if (!elements.get(i).equals(others.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /// What a snapshot holds of this state.
    public Bytes write(MachineState state) {
        out = new BackwardWriter(last.length() + GROWTH);
        Map<String, Written> now = HashMap.newHashMap(lists.size());
        out.numberIfAny(TIME_FIELD_NUMBER, state.time());
        out.numberIfAny(FORGOT_ANY_SESSION_FIELD_NUMBER, state.forgotAnySession() ? 1 : 0);
        for (int i = state.sessions().size() - 1; i >= 0; i--) {
            int end = out.written();
            write(state.sessions().get(i));
            out.begin(SESSIONS_FIELD_NUMBER, end);
        }
        List<Map.Entry<String, Value>> cells = new ArrayList<>(state.values().entrySet());
        for (int i = cells.size() - 1; i >= 0; i--) {
            Map.Entry<String, Value> cell = cells.get(i);
            int end = out.written();
            if (cell.getValue() instanceof Value.Elements(var elements)) {
                now.put(
                        cell.getKey(),
                        writeList(elements, lists.getOrDefault(cell.getKey(), Written.NOTHING)));
            } else {
                writeHeld(Cell.HELD_FIELD_NUMBER, cell.getValue());
            }
            out.textIfAny(Cell.KEY_FIELD_NUMBER, cell.getKey());
            out.begin(CELLS_FIELD_NUMBER, end);
        }
        last = out.toBytes();
        lists = now;
        return last;
    }

    private Written writeList(List<String> elements, Written before) {
        int end = out.written();
        Written known = before.begins(elements) ? before : Written.NOTHING;
        writeElements(elements, known.elements.size());
        out.copy(last.array(), last.length() - known.beforeEnd, known.length);
        Written written = new Written(elements, out.written(), out.written() - end);
        out.begin(Held.ELEMENTS_FIELD_NUMBER, end);
        out.begin(Cell.HELD_FIELD_NUMBER, end);
        return written;
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
            case Value.Elements(var elements) -> {
                writeElements(elements, 0);
                out.begin(Held.ELEMENTS_FIELD_NUMBER, end);
            }
            case Value.Declared(var names) -> {
                writeElements(names, 0);
                out.begin(Held.DECLARED_FIELD_NUMBER, end);
            }
        }
        out.begin(field, end);
    }

    private void writeElements(List<String> elements, int from) {
        for (int i = elements.size() - 1; i >= from; i--) {
            out.text(Held.Elements.ELEMENTS_FIELD_NUMBER, elements.get(i));
        }
    }
}
