package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Conflicting entries are replaced, but what followed them is kept (copycat#265). The tail of a deposed leader stays in the
/// log behind the entries of the new one, and counts as if it were there by right.
final class KeepStaleSuffix implements Planted {
    static final Bug BUG =
            new Bug(
                    "keep-stale-suffix",
                    "a conflicting entry is replaced, but what followed it is kept",
                    "copycat#265",
                    "Rules.toStore (§5.3)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a leader that holds several entries of its own, heal",
                    KeepStaleSuffix::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public Optional<StoreEntries> toStore(List<Entry> entries, Log log) {
            return super.toStore(entries, log)
                    .map(store -> {
                        var kept = new ArrayList<>(store.entries());
                        for (long i = store.lastIndex() + 1; i <= log.lastIndex(); i++)
                            kept.add(log.entry(i));
                        return new StoreEntries(store.afterIndex(), kept);
                    });
        }
    }
}
