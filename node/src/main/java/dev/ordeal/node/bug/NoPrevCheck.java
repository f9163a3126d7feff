package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A follower takes entries behind whatever its log holds there (akka-raft#32). It still refuses to leave a hole, which no
/// process would survive; the logs diverge all the same.
final class NoPrevCheck implements Planted {
    static final Bug BUG =
            new Bug(
                    "no-prev-check",
                    "a follower does not compare the term of the entry before the new ones",
                    "akka-raft#32",
                    "Rules.mayAppendAfter (§5.3)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a follower or leader for long, heal",
                    NoPrevCheck::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean mayAppendAfter(Position previous, Log log) {
            return previous.index() <= log.lastIndex();
        }
    }
}
