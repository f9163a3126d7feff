package dev.ordeal.node.bug;

import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// A snapshot of the leader's is added to what the state machine holds, which is not cleared first (jgroups-raft#301). What had
/// been deleted returns, and lists begin with what they had before.
final class InstallMerges implements Planted {
    static final Bug BUG =
            new Bug(
                    "install-merges",
                    "installing a snapshot adds to the state without clearing it",
                    "jgroups-raft#301",
                    "Effect.Install (Figure 13, InstallSnapshot 8)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a follower until the log it lacks is compacted, heal",
                    InstallMerges::new);

    @Override
    public MachineState installed(MachineState before, MachineState snapshot) {
        var values = new HashMap<>(before.values());
        snapshot.values().forEach((key, value) -> values.merge(key, value, InstallMerges::added));
        return new MachineState(
                values, snapshot.sessions(), snapshot.forgotAnySession(), snapshot.time());
    }

    private static Value added(Value held, Value loaded) {
        if (!(held instanceof Value.Elements(var first))
                || !(loaded instanceof Value.Elements(var second))) return loaded;
        var both = new ArrayList<>(first);
        both.addAll(second);
        return new Value.Elements(both);
    }
}
