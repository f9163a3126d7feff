package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Persisted;
import java.util.ArrayList;
import java.util.List;

/// An entry is applied when it is appended, not when it is committed. Others read it, and it may be taken back.
final class ApplyOnAppend implements Planted {
    static final Bug BUG =
            new Bug(
                    "apply-on-append",
                    "entries are applied before they are committed",
                    "a classic",
                    "Effect.Apply (§5.3, \"once committed\")",
                    List.of(Check.LINEARIZABILITY, Check.COMMIT_CONSISTENCY),
                    "cut off the leader, read there",
                    ApplyOnAppend::new);

    private long applied;

    @Override
    public Persisted recovered(Persisted persisted) {
        applied = persisted.snapshot().last().index();
        return persisted;
    }

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        var result = new ArrayList<Effect>();
        var early = new ArrayList<Effect>();
        for (var effect : effects) {
            switch (effect) {
                case StoreEntries store -> {
                    result.add(store);
                    for (var entry : store.entries())
                        if (isNext(entry.index())) early.add(new Apply(entry));
                }
                case Apply(var entry) -> {
                    if (isNext(entry.index())) result.add(effect);
                }
                case Install(var snapshot) -> {
                    applied = Math.max(applied, snapshot.last().index());
                    result.add(effect);
                }
                case Effect other -> result.add(other);
            }
        }
        result.addAll(early);
        return result;
    }

    private boolean isNext(long index) {
        if (index != applied + 1) return false;
        applied = index;
        return true;
    }
}
