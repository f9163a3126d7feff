package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A follower commits up to the leader's commit index, whatever its log holds there (copycat#265, scylladb#9965). Entries
/// that a later message would have replaced are applied.
final class CommitPastNew implements Planted {
    static final Bug BUG =
            new Bug(
                    "commit-past-new",
                    "a follower commits up to the end of its log, beyond what the message proved",
                    "copycat#265, scylladb#9965",
                    "Rules.followerCommit (§5.3)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a leader that holds entries of its own, heal",
                    CommitPastNew::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public long followerCommit(AppendEntries message, Log log) {
            return Math.min(message.commit(), log.lastIndex());
        }
    }
}
