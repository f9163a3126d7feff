package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// The newest snapshot, replaced as a whole: after a crash the old one is there or the new one (Raft §7; [Replacement]).
///
/// ```
/// file = "ORDESNAP" version:int index:long term:long length:int state checksum-of-all-before:int
/// ```
final class SnapshotFile {
    private static final long MAGIC = 0x4f524445534e4150L; // "ORDESNAP"
    private static final int VERSION = 1;
    private static final int HEADER = 32;
    private static final int CHECKSUM = 4;

    private final Path file;
    private final boolean fsync;

    SnapshotFile(Path file, boolean fsync) {
        this.file = file;
        this.fsync = fsync;
    }

    Path path() {
        return file;
    }

    /// Durable when it returns (with fsync on).
    void write(Snapshot snapshot) throws IOException {
        byte[] state = snapshot.state().array();
        ByteBuffer header =
                ByteBuffer.allocate(HEADER)
                        .putLong(MAGIC)
                        .putInt(VERSION)
                        .putLong(snapshot.last().index())
                        .putLong(snapshot.last().term())
                        .putInt(state.length)
                        .flip();
        ByteBuffer checksum =
                ByteBuffer.allocate(CHECKSUM)
                        .putInt(checksum(header.duplicate(), ByteBuffer.wrap(state)))
                        .flip();
        Replacement.write(file, fsync, header, ByteBuffer.wrap(state), checksum);
    }

    /// The snapshot last written; [Snapshot#NONE] when none ever was.
    Snapshot read() throws IOException {
        if (!Files.exists(file)) {
            return Snapshot.NONE;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER + CHECKSUM) {
            throw new DamagedException(file, bytes.length + " bytes are no snapshot");
        }
        ByteBuffer all = ByteBuffer.wrap(bytes);
        int end = bytes.length - CHECKSUM;
        if (all.getLong(0) != MAGIC || all.getInt(end) != checksum(all.slice(0, end))) {
            throw new DamagedException(file, "its checksum does not match its content");
        }
        if (all.getInt(8) != VERSION) {
            throw new IOException(
                    file
                            + " has format version "
                            + all.getInt(8)
                            + ", this program reads version "
                            + VERSION
                            + ": start the program that wrote it");
        }
        if (all.getInt(28) != end - HEADER) {
            throw new DamagedException(file, "its length is not what it says");
        }
        return new Snapshot(
                new Position(all.getLong(12), all.getLong(20)),
                Bytes.of(bytes).slice(HEADER, end - HEADER));
    }

    private static int checksum(ByteBuffer... parts) {
        CRC32C checksum = new CRC32C();
        for (ByteBuffer part : parts) {
            checksum.update(part);
        }
        return (int) checksum.getValue();
    }
}
