package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A new leader changes the membership before it has committed an entry of its own term (Ongaro, raft-dev, 2015: the dissertation
/// had it). Another leader's change, which it has not heard of, may be in force elsewhere; two changes of one server each make
/// configurations that share no majority.
final class SingleChangeNoNoop implements Planted {
    static final Bug BUG =
            new Bug(
                    "single-change-no-noop",
                    "a leader changes the membership before it has committed in its term",
                    "Ongaro 2015, found in his own dissertation",
                    "Rules.mayBeginChanges (thesis §4.1, as corrected)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ELECTION_SAFETY),
                    "four nodes, leaders that are cut off as soon as they have begun a change",
                    SingleChangeNoNoop::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean mayBeginChanges(long termAtCommit, long term) {
            return true;
        }
    }
}
