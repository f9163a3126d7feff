package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The newest snapshot, replaced as a whole: after a crash the old one is there or the new one (Raft §7;
/// [Directory#replace]).
///
/// ```
/// file = header ("ORDESNAP", version 3) index:long term:long length:int state members checksum-of-all-before:int
/// ```
final class SnapshotFile {
    private static final Format FORMAT = new Format(0x4f524445534e4150L, 3); // "ORDESNAP"
    private static final int POSITION_BYTES = 20;
    private static final int CHECKSUM_BYTES = 4;
    static final String NAME = "snapshot";

    private final Directory directory;

    SnapshotFile(Directory directory) {
        this.directory = directory;
    }

    /// Durable when it returns.
    void write(Snapshot snapshot) throws IOException {
        ByteBuffer state = ByteBuffer.wrap(snapshot.state().array());
        ByteBuffer members = ByteBuffer.wrap(snapshot.members().bytes().array());
        ByteBuffer header = FORMAT.header();
        ByteBuffer position =
                ByteBuffer.allocate(POSITION_BYTES)
                        .putLong(snapshot.last().index())
                        .putLong(snapshot.last().term())
                        .putInt(state.remaining())
                        .flip();
        ByteBuffer checksum =
                ByteBuffer.allocate(CHECKSUM_BYTES)
                        .putInt(Format.checksum(header, position, state, members))
                        .flip();
        directory.replace(NAME, header, position, state, members, checksum);
    }

    /// The snapshot last written; [Snapshot#NONE] when none ever was.
    Snapshot read() throws IOException {
        if (!directory.has(NAME)) {
            return Snapshot.NONE;
        }
        byte[] bytes = directory.read(NAME);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        FORMAT.check(directory.path(NAME), all);
        int start = Format.BYTES + POSITION_BYTES;
        int end = bytes.length - CHECKSUM_BYTES;
        if (end < start || all.getInt(end) != Format.checksum(all.slice(0, end))) {
            throw damaged("its checksum does not match its content");
        }
        all.position(Format.BYTES);
        Position last = new Position(all.getLong(), all.getLong());
        int length = all.getInt();
        if (length < 0 || length > end - start) {
            throw damaged("its length is not what it says");
        }
        Bytes state = Bytes.of(bytes).slice(start, length);
        Bytes members = Bytes.of(bytes).slice(start + length, end - start - length);
        try {
            return new Snapshot(last, Membership.of(members), state);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    DamagedException damaged(String what) {
        return new DamagedException(directory.path(NAME), what);
    }
}
