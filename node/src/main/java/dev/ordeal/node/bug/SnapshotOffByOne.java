package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A snapshot bears the position of the entry before the last one it holds (redisraft#43), which whoever starts from it applies
/// a second time.
final class SnapshotOffByOne implements Planted {
    static final Bug BUG =
            new Bug(
                    "snapshot-off-by-one",
                    "a snapshot's last included index is one too low",
                    "redisraft#43",
                    "Rules.lastIncluded (§7, \"last included index\")",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "a small snapshot threshold, kill and restart",
                    SnapshotOffByOne::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public Position lastIncluded(Log log, long applied) {
            return super.lastIncluded(log, Math.max(log.base().index(), applied - 1));
        }
    }
}
