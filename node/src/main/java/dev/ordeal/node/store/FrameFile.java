package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// An append-only file of frames. A frame is what was written and synced together, so at most the last one can be torn:
/// the next is only begun when this one is on disk.
///
/// ```
/// file   = "ORDEALOG" version:int checksum-of-both:int  frame*
/// frame  = 'F' length:int payload-checksum:int header-checksum:int  payload  0xFF
/// ```
/// Checksums are CRC32C. A header's also covers the offset at which it stands, so that a frame is valid in its own
/// place only: bytes that look like one (a client may store them) or that come from elsewhere are not taken for one.
///
/// ## Torn or damaged?
/// A crash in the middle of the last append leaves, beyond the frames synced before: the beginning of a frame (the file
/// ends within it), or, when the file grew before its data got there, a frame some of whose sectors are zero. A node
/// was promised nothing of that frame: it is cut off, and the node goes on. Anything else is damage to what was
/// promised, and cutting it off would silently lose it:
///
/// - the bad frame starts below the *synced mark*, which is written, lazily, after each sync;
/// - a valid frame follows it: then it had been synced;
/// - more bytes follow than one append can leave;
/// - the frame is there in full, no sector of it is zero, and a checksum is wrong: every byte was written, and changed
///   afterwards.
///
/// A whole frame never looks like a zero sector at its ends, since it starts with 'F' and ends with 0xFF. What remains
/// open: damage to the last frame of a log whose mark was lost in the same crash, if the frame legitimately contains a
/// sector of zeros. And with fsync off a power loss may leave frames in any state: it is then reported as damage.
final class FrameFile implements AutoCloseable {
    /// No frame is longer than this; a longer length is not believed.
    static final int MAX_PAYLOAD = 64 << 20;

    static final int FILE_HEADER = 16;
    static final int FRAME_HEADER = 13;
    private static final int SECTOR = 512;
    private static final byte FIRST = 'F';
    private static final byte LAST = (byte) 0xFF;
    private static final long MAGIC = 0x4f524445414c4f47L; // "ORDEALOG"
    private static final int VERSION = 2;

    private final FileChannel channel;
    private long end;

    /// What is done with each frame at opening, in order.
    interface Frames {
        /// The payload may be kept: it is not reused.
        void frame(ByteBuffer payload) throws IOException;
    }

    private FrameFile(FileChannel channel, long end) {
        this.channel = channel;
        this.end = end;
    }

    /// Opens the file (an absent one is created, durably) and hands over its frames.
    ///
    /// @param syncedMark an offset below which everything is known to have been synced; 0 if nothing is known
    /// @param notes receives a sentence when a torn tail was cut off
    /// @throws DamagedException if what was promised is not there
    static FrameFile open(
            Path file, long syncedMark, Frames frames, java.util.function.Consumer<String> notes)
            throws IOException {
        if (!Files.exists(file)) {
            if (syncedMark > 0) {
                throw new DamagedException(
                        file, "it is gone, and held " + syncedMark + " bytes that were synced");
            }
            create(file);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new FrameFile(channel, recover(file, channel, syncedMark, frames, notes));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The offset at which the next frame will start.
    long end() {
        return end;
    }

    /// Writes one frame behind the others; it is durable after [#sync()].
    void append(ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a frame of " + length + " bytes is above " + MAX_PAYLOAD);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(payload.duplicate());
        int payloadChecksum = (int) checksum.getValue();
        ByteBuffer frame =
                ByteBuffer.allocate(FRAME_HEADER + length + 1)
                        .put(FIRST)
                        .putInt(length)
                        .putInt(payloadChecksum)
                        .putInt(headerChecksum(length, payloadChecksum, end))
                        .put(payload)
                        .put(LAST)
                        .flip();
        long at = end;
        while (frame.hasRemaining()) {
            at += channel.write(frame, at);
        }
        end = at;
    }

    void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void create(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, fileHeader().array());
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        Replacement.syncDirectory(file);
    }

    private static ByteBuffer fileHeader() {
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).putLong(MAGIC).putInt(VERSION);
        return header.putInt(checksum(header.duplicate().flip())).flip();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    private static int headerChecksum(int length, int payloadChecksum, long offset) {
        return checksum(
                ByteBuffer.allocate(17)
                        .put(FIRST)
                        .putInt(length)
                        .putInt(payloadChecksum)
                        .putLong(offset)
                        .flip());
    }

    private static long recover(
            Path file,
            FileChannel channel,
            long syncedMark,
            Frames frames,
            java.util.function.Consumer<String> notes)
            throws IOException {
        long size = channel.size();
        Reader reader = new Reader(channel, size);
        // The file got its name with its header durable: no crash leaves less.
        if (size < FILE_HEADER || !reader.bytes(0, FILE_HEADER).equals(fileHeader())) {
            ByteBuffer header =
                    size < FILE_HEADER
                            ? ByteBuffer.allocate(FILE_HEADER)
                            : reader.bytes(0, FILE_HEADER);
            boolean otherVersion =
                    header.getLong(0) == MAGIC
                            && header.getInt(12) == checksum(header.duplicate().limit(12));
            if (otherVersion) {
                throw new IOException(
                        file
                                + " has format version "
                                + header.getInt(8)
                                + ", this program reads version "
                                + VERSION
                                + ": start the program that wrote it");
            }
            throw new DamagedException(
                    file, "its first " + FILE_HEADER + " bytes are not those of a log");
        }
        long at = FILE_HEADER;
        while (at < size) {
            ByteBuffer payload = reader.frame(at);
            if (payload == null) {
                break;
            }
            int length = payload.remaining();
            frames.frame(payload);
            at += FRAME_HEADER + length + 1;
        }
        if (at < syncedMark) {
            throw new DamagedException(
                    file,
                    "no valid frame at byte "
                            + at
                            + ", but "
                            + syncedMark
                            + " bytes had been synced (the file has "
                            + size
                            + ")");
        }
        if (at < size) {
            @org.jspecify.annotations.Nullable String damage = reader.whyNotTorn(at);
            if (damage != null) {
                throw new DamagedException(
                        file, "no valid frame at byte " + at + " of " + size + ", and " + damage);
            }
            notes.accept(
                    "cut a torn append off "
                            + file
                            + ": "
                            + (size - at)
                            + " bytes at "
                            + at
                            + ", of which nothing had been promised");
            channel.truncate(at);
            channel.force(true);
        }
        return at;
    }

    /// Reads frames at given offsets, through one buffer that moves forward.
    private record Reader(FileChannel channel, long size) {
        ByteBuffer bytes(long at, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at + bytes.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            return bytes.flip();
        }

        /// The length a valid frame header at this offset claims, or -1.
        private int length(ByteBuffer header, long at) {
            if (header.remaining() < FRAME_HEADER || header.get(header.position()) != FIRST) {
                return -1;
            }
            int p = header.position();
            int length = header.getInt(p + 1);
            boolean valid =
                    length >= 0
                            && length <= MAX_PAYLOAD
                            && header.getInt(p + 9)
                                    == headerChecksum(length, header.getInt(p + 5), at);
            return valid ? length : -1;
        }

        /// The payload of the frame at this offset; null if there is no valid one.
        @org.jspecify.annotations.Nullable ByteBuffer frame(long at) throws IOException {
            if (size - at < FRAME_HEADER) {
                return null;
            }
            ByteBuffer header = bytes(at, FRAME_HEADER);
            int length = length(header, at);
            if (length < 0 || size - at < FRAME_HEADER + length + 1L) {
                return null;
            }
            ByteBuffer rest = bytes(at + FRAME_HEADER, length + 1);
            ByteBuffer payload = rest.slice(0, length);
            boolean valid =
                    rest.get(length) == LAST && checksum(payload.duplicate()) == header.getInt(5);
            return valid ? payload : null;
        }

        /// Why the invalid frame at this offset cannot be a torn append; null if it can. See the class comment.
        @org.jspecify.annotations.Nullable String whyNotTorn(long at) throws IOException {
            long rest = size - at;
            if (rest > FRAME_HEADER + MAX_PAYLOAD + 1L) {
                return rest + " bytes follow, more than one append can leave";
            }
            ByteBuffer tail = bytes(at, (int) rest);
            for (int i = 1; i <= tail.limit() - FRAME_HEADER; i++) {
                if (tail.get(i) == FIRST
                        && length(tail.duplicate().position(i), at + i) >= 0
                        && frame(at + i) != null) {
                    return "a valid one follows at byte " + (at + i);
                }
            }
            if (rest < FRAME_HEADER || hasZeroSector(tail, at)) {
                return null;
            }
            int length = length(tail, at);
            if (length < 0) {
                return "its header was written in full and has changed since";
            }
            return rest < FRAME_HEADER + length + 1L
                    ? null
                    : "it was written in full and has changed since";
        }

        private static boolean hasZeroSector(ByteBuffer tail, long at) {
            int zeros = 0;
            for (int i = 0; i < tail.limit(); i++) {
                zeros = tail.get(i) == 0 ? zeros + 1 : 0;
                long next = at + i + 1;
                boolean sectorEnds = next % SECTOR == 0 || i + 1 == tail.limit();
                if (sectorEnds) {
                    long sectorStart = Math.max(at, (next - 1) / SECTOR * SECTOR);
                    if (zeros >= next - sectorStart) {
                        return true;
                    }
                    zeros = 0;
                }
            }
            return false;
        }
    }
}
