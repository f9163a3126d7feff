package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Event;
import java.util.ArrayList;
import java.util.List;

/// A read is served as soon as the quorum has answered, without waiting for the state machine to be where the read begins
/// (etcd#3879, redisraft#18). A leader that has just learnt what is committed shows what was there before.
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

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        int first = 0;
        while (first < effects.size() && !(effects.get(first) instanceof Apply)) first++;
        var early = new ArrayList<>(effects.subList(0, first));
        var late = new ArrayList<Effect>();
        for (var effect : effects.subList(first, effects.size()))
            (effect instanceof ReadReady ? early : late).add(effect);
        early.addAll(late);
        return early;
    }
}
