package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.TakeSnapshot;
import dev.ordeal.node.raft.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What is committed is applied by and by, as by services that leave that to another thread; and a read is served as soon as the
/// quorum has answered, wherever the state machine is by then (etcd#3879, redisraft#18). A leader that has just learnt what is
/// committed shows what was there before: after a restart of all, an empty store.
final class ReadBeforeApply implements Planted {
    static final Bug BUG =
            new Bug(
                    "read-before-apply",
                    "a read does not wait until what it should see is applied",
                    "etcd#3879, redisraft#18",
                    "Effect.ReadReady (thesis §6.4, step 4)",
                    List.of(Check.LINEARIZABILITY),
                    "kill all, read at the new leader",
                    ReadBeforeApply::new);

    /// How many entries a tick leaves time for: with one of 10 ms, 3,200 a second.
    private static final int AT_A_TICK = 32;

    private final Deque<Effect> committed = new ArrayDeque<>();

    /// That entries are applied later breaks nothing by itself: all that goes by the state waits for them, but for reads.
    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        var now = new ArrayList<Effect>();
        for (var effect : effects) {
            if (effect instanceof Apply) {
                committed.add(effect);
            } else {
                if (waitsForTheState(effect)) applyIn(now, committed.size());
                now.add(effect);
            }
        }
        if (event instanceof Event.Tick) applyIn(now, AT_A_TICK);
        return now;
    }

    private static boolean waitsForTheState(Effect effect) {
        return effect instanceof TakeSnapshot
                || effect instanceof Install
                || effect instanceof RoleChanged;
    }

    private void applyIn(List<Effect> effects, int most) {
        for (int i = 0; i < most && !committed.isEmpty(); i++) effects.add(committed.remove());
    }
}
