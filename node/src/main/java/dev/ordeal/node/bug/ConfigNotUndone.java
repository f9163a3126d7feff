package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A configuration stays in force although its entry was cut off the log (openraft#1808). The server counts voters that nobody else
/// counts, or counts without those that everybody else does.
final class ConfigNotUndone implements Planted {
    static final Bug BUG =
            new Bug(
                    "config-not-undone",
                    "a configuration whose entry was cut off stays in force",
                    "openraft#1808",
                    "Rules.isUndone (thesis §4.1)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ELECTION_SAFETY),
                    "cut off a leader that has just begun a change, heal",
                    ConfigNotUndone::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean isUndone(long configurationIndex, StoreEntries store) {
            return false;
        }
    }
}
