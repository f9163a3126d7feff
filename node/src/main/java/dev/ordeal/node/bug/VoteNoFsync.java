package dev.ordeal.node.bug;

import dev.ordeal.node.store.Directory;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.ForwardingDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A new vote takes the old one's place in a directory that is not synced (hashicorp/raft#507). After a power loss the old one
/// is back, and the node votes in the same term again.
final class VoteNoFsync implements Planted {
    static final Bug BUG =
            new Bug(
                    "vote-no-fsync",
                    "the vote is not synced",
                    "hashicorp/raft#507",
                    "Figure 2, \"Persistent state\" (§5.2)",
                    List.of(Check.ELECTION_SAFETY),
                    "power loss during elections",
                    VoteNoFsync::new);

    @Override
    public Directory directory(Directory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            public void replace(String name, ByteBuffer... parts) throws IOException {
                if (!name.equals(Disk.VOTE)) {
                    super.replace(name, parts);
                    return;
                }
                write(name + UNFINISHED, parts);
                rename(name + UNFINISHED, name);
            }
        };
    }
}
