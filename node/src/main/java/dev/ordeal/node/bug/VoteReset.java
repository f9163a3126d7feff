package dev.ordeal.node.bug;

import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Stepping down clears the vote even when the term stays the same (akka-raft#56). A candidate that yields to the leader of
/// its term then has a second vote to give in it.
final class VoteReset implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-reset",
                    "stepping down within a term clears the vote",
                    "raft-consensus and devMYC/raft; akka-raft#56",
                    "Rules.voteOnSteppingDown (§5.2)",
                    List.of(Check.ELECTION_SAFETY),
                    "four or five nodes, messages delayed so that candidates race",
                    VoteReset::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public @Nullable NodeId voteOnSteppingDown(long term, long newTerm, @Nullable NodeId vote) {
            return null;
        }
    }
}
