package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// How far the log is known to have been synced: written after each sync, not synced itself. It may therefore be behind
/// after a power loss, but is never ahead of the log. It fits into one sector, which is written over as a whole.
///
/// ```
/// file = header ("ORDESYNC", version 1) segment:long offset:long checksum-of-both:int
/// ```
final class SyncedMark implements AutoCloseable {
    /// A place in the log.
    ///
    /// @param segment the number of a segment; 0: nothing is known
    /// @param offset where the last frame that was synced ends in it
    record Place(long segment, long offset) {
        static final Place UNKNOWN = new Place(0, 0);
    }

    private static final Format FORMAT = new Format(0x4f52444553594e43L, 1); // "ORDESYNC"
    private static final int PLACE_BYTES = 20;
    private static final String NAME = "synced";

    private final Directory.File file;

    private SyncedMark(Directory.File file) {
        this.file = file;
    }

    /// Where it stands, before anything is written to it.
    static Place read(Directory directory) throws IOException {
        if (!directory.has(NAME)) {
            return Place.UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.wrap(directory.read(NAME));
        FORMAT.check(directory.path(NAME), bytes);
        bytes.position(Format.BYTES);
        if (bytes.remaining() != PLACE_BYTES
                || bytes.getInt(bytes.position() + 16)
                        != Format.checksum(bytes.slice(bytes.position(), 16))) {
            throw new DamagedException(
                    directory.path(NAME), "its checksum does not match its content");
        }
        return new Place(bytes.getLong(), bytes.getLong());
    }

    /// Opens it for writing, after [#read]. A missing one is created as a whole, so that no crash leaves a part of it.
    static SyncedMark open(Directory directory) throws IOException {
        if (!directory.has(NAME)) {
            directory.replace(NAME, FORMAT.header(), encoded(Place.UNKNOWN));
        }
        return new SyncedMark(directory.open(NAME));
    }

    void write(Place place) throws IOException {
        file.write(encoded(place), Format.BYTES);
    }

    private static ByteBuffer encoded(Place place) {
        ByteBuffer bytes =
                ByteBuffer.allocate(PLACE_BYTES).putLong(place.segment()).putLong(place.offset());
        return bytes.putInt(Format.checksumSoFar(bytes)).flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
