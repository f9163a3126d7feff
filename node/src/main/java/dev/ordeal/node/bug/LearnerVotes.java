package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A new server counts towards a majority before it votes (RATIS-1960), although the majority is that of the voters. What it
/// stores passes for committed with a voter too few.
final class LearnerVotes implements Planted {
    static final Bug BUG =
            new Bug(
                    "learner-votes",
                    "a server that is learning counts towards a majority",
                    "RATIS-1960",
                    "Rules.counts (thesis §4.2.1)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "add a server, kill the leader",
                    LearnerVotes::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean counts(NodeId node, Membership members) {
            return members.contains(node);
        }
    }
}
