package dev.ordeal.node.bug;

import dev.ordeal.node.store.Directory;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.ForwardingDirectory;
import dev.ordeal.node.store.Unsynced;
import java.io.IOException;
import java.util.List;

/// What is added to the log is written and not synced (NATS#7564). The node promises what a power loss takes.
final class NoFsync implements Planted {
    static final Bug BUG =
            new Bug(
                    "no-fsync",
                    "what is added to the log is not synced",
                    "NATS#7564",
                    "Figure 2, \"Updated on stable storage before responding to RPCs\"",
                    List.of(Check.ACKNOWLEDGED_ELEMENTS, Check.COMMIT_CONSISTENCY),
                    "power loss on a majority",
                    NoFsync::new);

    @Override
    public Directory directory(Directory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            public File open(String name) throws IOException {
                File file = super.open(name);
                return Disk.isLog(name) ? new Unsynced.UnsyncedFile(file) : file;
            }
        };
    }
}
