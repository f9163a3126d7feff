package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import dev.ordeal.node.raft.Settings;
import java.util.List;

/// A leader answers reads from its own state: it never asks a quorum whether it still leads, not for a read and not as time
/// goes by (etcd#741, before etcd had either). A deposed leader then serves what its successor has long overwritten.
final class LocalRead implements Planted {
    static final Bug BUG =
            new Bug(
                    "local-read",
                    "a leader answers reads from its own state, without asking a quorum whether it still leads",
                    "raft-consensus (Go course project); etcd#741",
                    "Rules.isStillLeader (§8; thesis §6.4) and Rules.hearsQuorum (thesis §6.2), which would hide it",
                    List.of(Check.LINEARIZABILITY),
                    "cut off or pause the leader, with clients on both sides",
                    LocalRead::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean isStillLeader(long readRound, long roundOfQuorum) {
            return true;
        }

        @Override
        public boolean hearsQuorum(long ticksSinceQuorum, Settings settings) {
            return true;
        }
    }
}
