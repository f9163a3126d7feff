package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A snapshot that is older than what the node has applied is installed all the same (openraft 0.7.3). The state goes back in
/// time, and entries that the node has acknowledged are gone from its log.
final class InstallGoesBack implements Planted {
    static final Bug BUG =
            new Bug(
                    "install-goes-back",
                    "a snapshot older than what is applied is installed",
                    "openraft 0.7.3",
                    "Rules.mayInstall (§7)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a follower, delay and repeat the snapshot it is sent",
                    InstallGoesBack::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean mayInstall(Position last, long commit) {
            return true;
        }
    }
}
