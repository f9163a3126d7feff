package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// Half of the members pass for a majority. With an even number of nodes, both halves go on.
final class QuorumHalf implements Planted {
    static final Bug BUG =
            new Bug(
                    "quorum-half",
                    "half of the members pass for a majority",
                    "a classic",
                    "Rules.isQuorum (§5.2, §5.3)",
                    List.of(Check.LINEARIZABILITY, Check.COMMIT_CONSISTENCY),
                    "four nodes, cut half and half",
                    QuorumHalf::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean isQuorum(int nodes, Membership members) {
            return 2 * nodes >= members.size();
        }
    }
}
