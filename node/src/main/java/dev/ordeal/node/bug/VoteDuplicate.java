package dev.ordeal.node.bug;

import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A vote that arrives twice counts twice (coyote-samples#8). A minority elects a leader.
final class VoteDuplicate implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-duplicate",
                    "a vote that arrives twice counts twice",
                    "coyote-samples#8",
                    "Rules.votes (§5.2)",
                    List.of(Check.ELECTION_SAFETY),
                    "messages duplicated",
                    VoteDuplicate::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public int votes(List<NodeId> grantedBy) {
            return grantedBy.size();
        }
    }
}
