package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Rules;
import java.util.List;
import java.util.Optional;

/// Entries are put in place whether or not they are there already, and what follows is cut off (akka-raft#66, openraft#511).
/// An old message undoes newer ones that were acknowledged, and that may be committed.
final class TruncateAlways implements Planted {
    static final Bug BUG =
            new Bug(
                    "truncate-always",
                    "every message with entries cuts off what follows them, conflict or not",
                    "akka-raft#66, openraft#511",
                    "Rules.toStore (§5.3)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "messages delayed and out of order",
                    TruncateAlways::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public Optional<StoreEntries> toStore(List<Entry> entries, Log log) {
            return entries.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new StoreEntries(entries.getFirst().index() - 1, entries));
        }
    }
}
