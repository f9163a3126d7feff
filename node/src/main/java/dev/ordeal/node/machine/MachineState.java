package dev.ordeal.node.machine;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything a [KeyValueMachine] knows, as a value: what a snapshot holds (Raft §7). Sessions are part of it, or a retry
/// would be applied again by whoever starts from the snapshot (thesis §6.3).
///
/// @param values what each key holds that is not absent
/// @param sessions the one idle for longest first
/// @param forgotAnySession whether a session was ever dropped, for want of room or because it rested for too long
/// @param time of the log, in milliseconds
public record MachineState(
        Map<String, Value> values, List<Session> sessions, boolean forgotAnySession, long time) {
    public static final MachineState EMPTY = new MachineState(Map.of(), List.of(), false, 0);

    /// The latest command of a session, where in the log it was applied, and what it came to.
    ///
    /// @param usedAt the time of the log when the session was last used, in milliseconds
    public record Session(
            String name, long sequence, long index, Result.Answer answer, long usedAt) {}

    public MachineState {
        // A capture never changes, and may be large.
        values =
                values instanceof CapturableMap.Capture<?, ?>
                        ? values
                        : Collections.unmodifiableMap(new HashMap<>(values));
        sessions = List.copyOf(sessions);
    }
}
