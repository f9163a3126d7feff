package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A follower acknowledges its own last index (CCF#6016). The leader commits what this follower does not have.
final class MatchTooHigh implements Planted {
    static final Bug BUG =
            new Bug(
                    "match-too-high",
                    "a follower acknowledges all of its log, not what the message compared",
                    "CCF#6016",
                    "Rules.match (§5.3)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off leaders that hold long tails of their own",
                    MatchTooHigh::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public long match(AppendEntries message, Log log) {
            return log.lastIndex();
        }
    }
}
