package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import java.util.List;

/// Several changes of the membership are in flight at once (the Go course project that Ordeal grew from; jgroups-raft#175). The first
/// configuration and the last differ by two servers, and their majorities need not meet.
final class SeveralChanges implements Planted {
    static final Bug BUG =
            new Bug(
                    "several-changes",
                    "a leader begins a change of the membership while another is not committed",
                    "raft-consensus; jgroups-raft#175",
                    "Rules.isSettled (thesis §4.1)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ELECTION_SAFETY),
                    "several changes at once, cut off the leader",
                    SeveralChanges::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean isSettled(long configurationIndex, long commit) {
            return true;
        }
    }
}
