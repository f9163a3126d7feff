package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A vote that was given in an older term counts in this one (akka-raft#47).
final class VoteStaleReply implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-stale-reply",
                    "votes of an older term count",
                    "akka-raft#47",
                    "Rules.mayCountVote (§5.2)",
                    List.of(Check.ELECTION_SAFETY),
                    "messages delayed beyond the election time-out",
                    VoteStaleReply::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean mayCountVote(long voteTerm, long term) {
            return voteTerm <= term;
        }
    }
}
