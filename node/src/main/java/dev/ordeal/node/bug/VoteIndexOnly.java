package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// The longer log wins, whatever the terms of the entries (the family of jgroups-raft#251). A leader cut off with a long
/// tail of its own then beats those who hold what was committed meanwhile.
final class VoteIndexOnly implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-index-only",
                    "whether a candidate is up-to-date is decided by the length of its log alone",
                    "the family of jgroups-raft#251",
                    "Rules.isUpToDate (§5.4.1)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "cut off the leader, heal, kill the leader, again and again",
                    VoteIndexOnly::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean isUpToDate(Position candidateLast, Position last) {
            return candidateLast.index() >= last.index();
        }
    }
}
