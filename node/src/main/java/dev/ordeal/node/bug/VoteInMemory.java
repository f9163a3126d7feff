package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Persisted;
import java.util.List;

/// The vote does not outlive the process (raft-java#57). A node that restarts within a term votes in it again, and a term can
/// have two leaders.
final class VoteInMemory implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-in-memory",
                    "the vote is not persisted",
                    "devMYC/raft; raft-java#57",
                    "Figure 2, \"Persistent state\" (§5.2)",
                    List.of(Check.ELECTION_SAFETY, Check.COMMIT_CONSISTENCY),
                    "kill nodes during elections and restart them fast; cut the cluster in two",
                    VoteInMemory::new);

    @Override
    public Persisted recovered(Persisted persisted) {
        return new Persisted(persisted.term(), null, persisted.snapshot(), persisted.entries());
    }
}
