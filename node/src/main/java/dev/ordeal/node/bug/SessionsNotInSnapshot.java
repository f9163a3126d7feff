package dev.ordeal.node.bug;

import dev.ordeal.node.machine.MachineState;
import java.util.List;

/// The table of sessions is missing from snapshots (dragonboat#60). Whoever starts from one does not recognize a retry, and
/// applies it again.
final class SessionsNotInSnapshot implements Planted {
    static final Bug BUG =
            new Bug(
                    "sessions-not-in-snapshot",
                    "snapshots lack the table by which retries are recognized",
                    "dragonboat#60",
                    "MachineState.sessions (§8; thesis §6.3)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "a small snapshot threshold, kill and restart, lost replies",
                    SessionsNotInSnapshot::new);

    @Override
    public MachineState captured(MachineState state) {
        return new MachineState(state.values(), List.of(), state.forgotAnySession(), state.time());
    }
}
