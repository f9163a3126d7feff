package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A new leader serves reads at its commit index before it has committed anything itself (etcd#7331, tikv#6340). That index
/// may lie behind what its predecessor had told clients.
final class ReadBeforeNoop implements Planted {
    static final Bug BUG =
            new Bug(
                    "read-before-noop",
                    "a new leader reads at its commit index before it has committed in its term",
                    "etcd#7331, tikv#6340",
                    "Rules.knowsWhatIsCommitted (§8; thesis §6.4)",
                    List.of(Check.LINEARIZABILITY),
                    "kill the leader every few seconds",
                    ReadBeforeNoop::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean knowsWhatIsCommitted(long termAtCommit, long term) {
            return true;
        }
    }
}
