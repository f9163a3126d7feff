package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Role;
import java.util.ArrayList;
import java.util.List;

/// A leader counts itself before its own disk has the entries (etcd#14370): it stores them with its next tick, and by then has
/// perhaps committed them with one follower too few.
final class CommitBeforeFsync implements Planted {
    static final Bug BUG =
            new Bug(
                    "commit-before-fsync",
                    "a leader counts itself for entries that its own disk does not have yet",
                    "etcd#14370",
                    "Effect, \"rests on every StoreEntries before it\" (§5.3; thesis §10.2.1)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "power loss at the leader",
                    CommitBeforeFsync::new);

    private final List<Effect> held = new ArrayList<>();
    private boolean leads;

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        var result = new ArrayList<Effect>();
        if (event instanceof Event.Tick) release(result);
        for (var effect : effects) {
            if (effect instanceof RoleChanged role) leads = role.role() == Role.LEADER;
            if (leads && effect instanceof StoreEntries) {
                held.add(effect);
            } else {
                if (!leads || !waits(effect)) release(result);
                result.add(effect);
            }
        }
        return result;
    }

    /// Whether the node goes on without its disk for this. What changes the disk comes after what it should hold.
    private static boolean waits(Effect effect) {
        return effect instanceof Effect.Send
                || effect instanceof Effect.Apply
                || effect instanceof Effect.Accepted
                || effect instanceof Effect.ReadReady
                || effect instanceof Effect.Refused
                || effect instanceof Effect.Configured
                || effect instanceof RoleChanged;
    }

    private void release(List<Effect> result) {
        result.addAll(held);
        held.clear();
    }
}
