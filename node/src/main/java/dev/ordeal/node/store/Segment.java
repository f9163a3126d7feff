package dev.ordeal.node.store;

import dev.ordeal.node.raft.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The format of one file of the log: frames, to which frames are added at the end. A frame is what was written and synced
/// together, so at most the last one of the last segment can be torn: the next is only begun when this one is on disk.
///
/// ```
/// file  = header ("ORDEALOG", version 4) start  frame*
/// start = number:long anew:byte base-index:long base-term:long previous-end:long checksum-of-start:int
/// frame = 'F' length:int payload-checksum:int header-checksum:int  payload  0xFF
/// ```
/// Checksums are CRC32C. A frame header's also covers the segment's number and the offset at which the frame stands, so that it
/// is valid in its own place only: bytes that look like one (a client may store them) or that come from elsewhere are not taken
/// for one.
///
/// ## Torn or damaged?
/// A crash in the middle of the last append leaves, beyond the frames synced before: the beginning of a frame (the file
/// ends within it), or, when the file grew before its data got there, a frame some of whose sectors are zero. A node
/// was promised nothing of that frame: it is cut off, and the node goes on. Anything else is damage to what was
/// promised, and cutting it off would silently lose it:
///
/// - the bad frame stands in a segment after which another was begun, or starts below the [SyncedMark];
/// - a valid frame follows it: then it had been synced;
/// - more bytes follow than one append can leave;
/// - the frame is there in full, no sector of it is zero, and a checksum is wrong: every byte was written, and changed
///   afterwards.
///
/// A whole frame never looks like a zero sector at its ends, since it starts with 'F' and ends with 0xFF. What remains
/// open: damage to the last frame of a log whose mark was lost in the same crash, if the frame legitimately contains a
/// sector of zeros. And with fsync off a power loss may leave frames in any state: it is then reported as damage.
final class Segment {
    /// No frame is longer than this; a longer length is not believed.
    static final int MAX_PAYLOAD = 64 << 20;

    static final int FRAME_HEADER = 13;
    static final Format FORMAT = new Format(0x4f524445414c4f47L, 4); // "ORDEALOG"
    private static final int START_BYTES = 37;
    static final int HEADER = Format.BYTES + START_BYTES;
    private static final byte FIRST = 'F';
    private static final byte LAST = (byte) 0xFF;
    private static final String PREFIX = "log-";
    private static final int DIGITS = 16;

    private final String path;
    private final long number;
    private final ByteBuffer file;
    private final RecoveryRules rules;

    /// How a segment begins.
    ///
    /// @param number from 1 on, without a gap
    /// @param anew the log consists of nothing but what follows, behind `base`; if not, it goes on from the segment before
    /// @param base where the log ended when the segment was begun
    /// @param previousEnd how long the segment before was then; 0 if there was none
    record Start(long number, boolean anew, Position base, long previousEnd) {
        String name() {
            return Segment.name(number);
        }

        /// All that stands before the first frame.
        ByteBuffer encoded() {
            ByteBuffer start =
                    ByteBuffer.allocate(START_BYTES)
                            .putLong(number)
                            .put((byte) (anew ? 1 : 0))
                            .putLong(base.index())
                            .putLong(base.term())
                            .putLong(previousEnd);
            start.putInt(Format.checksumSoFar(start)).flip();
            return ByteBuffer.allocate(HEADER).put(FORMAT.header()).put(start).flip();
        }
    }

    /// What is done with each frame, in order.
    interface Frames {
        /// The payload may be kept: it is not reused.
        void frame(ByteBuffer payload) throws IOException;
    }

    /// @param path what messages call the file
    /// @param file all that it holds
    Segment(String path, long number, ByteBuffer file, RecoveryRules rules) {
        this.path = path;
        this.number = number;
        this.file = file;
        this.rules = rules;
    }

    static String name(long number) {
        String digits = Long.toString(number);
        return PREFIX + "0".repeat(DIGITS - digits.length()) + digits;
    }

    /// The number of the segment that is called so; empty if none is.
    static OptionalLong number(String name) {
        if (!name.startsWith(PREFIX) || name.length() != PREFIX.length() + DIGITS) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = PREFIX.length(); i < name.length(); i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            number = 10 * number + digit;
        }
        return OptionalLong.of(number);
    }

    /// @param beginning at least its first [#HEADER] bytes
    static Start start(String path, long number, ByteBuffer beginning) throws IOException {
        FORMAT.check(path, beginning);
        if (beginning.remaining() < HEADER) {
            throw new DamagedException(path, "it ends within its first " + HEADER + " bytes");
        }
        ByteBuffer bytes = beginning.slice(Format.BYTES, START_BYTES);
        ByteBuffer covered = bytes.slice(0, START_BYTES - 4);
        if (bytes.getInt(START_BYTES - 4) != Format.checksum(covered)
                || bytes.getLong() != number) {
            throw new DamagedException(path, "its beginning is not that of segment " + number);
        }
        boolean anew = bytes.get() == 1;
        Position base = new Position(bytes.getLong(), bytes.getLong());
        return new Start(number, anew, base, bytes.getLong());
    }

    /// What to write at `offset` of segment `number` to add this payload.
    static ByteBuffer frame(long number, long offset, ByteBuffer payload) {
        int length = payload.remaining();
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a frame of " + length + " bytes is above " + MAX_PAYLOAD);
        }
        int checksum = Format.checksum(payload);
        return ByteBuffer.allocate(FRAME_HEADER + length + 1)
                .put(FIRST)
                .putInt(length)
                .putInt(checksum)
                .putInt(headerChecksum(length, checksum, number, offset))
                .put(payload)
                .put(LAST)
                .flip();
    }

    private static int headerChecksum(int length, int checksum, long number, long offset) {
        return Format.checksumSoFar(
                ByteBuffer.allocate(25)
                        .put(FIRST)
                        .putInt(length)
                        .putInt(checksum)
                        .putLong(number)
                        .putLong(offset));
    }

    /// Hands over the valid frames from the first on.
    ///
    /// @return where they end: the first offset at which none stands
    int read(Frames frames) throws IOException {
        int at = HEADER;
        while (true) {
            ByteBuffer payload = payload(at);
            if (payload == null) {
                return at;
            }
            frames.frame(payload);
            at += FRAME_HEADER + payload.limit() + 1;
        }
    }

    /// Why this cannot be what a crash left of the last append to a log; empty if it can.
    ///
    /// @param end where the valid frames end, before the end of the file
    /// @param syncedMark up to where everything is known to have been synced
    Optional<String> damage(int end, long syncedMark) {
        if (end < syncedMark) {
            return Optional.of(syncedMark + " bytes had been synced");
        }
        return Optional.ofNullable(whyNotTorn(end));
    }

    DamagedException damaged(int end, String why) {
        return new DamagedException(
                path, "no valid frame at byte " + end + " of " + file.limit() + ", and " + why);
    }

    /// The length a valid frame header at this offset claims, or -1.
    private int length(int at) {
        if (file.limit() - at < FRAME_HEADER || file.get(at) != FIRST) {
            return -1;
        }
        int length = file.getInt(at + 1);
        boolean valid =
                length >= 0
                        && length <= MAX_PAYLOAD
                        && rules.intact(
                                file.getInt(at + 9),
                                headerChecksum(length, file.getInt(at + 5), number, at));
        return valid ? length : -1;
    }

    /// The payload of the frame at this offset; null if there is no valid one.
    private @Nullable ByteBuffer payload(int at) {
        int length = length(at);
        if (length < 0 || file.limit() - at < FRAME_HEADER + length + 1L) {
            return null;
        }
        ByteBuffer payload = file.slice(at + FRAME_HEADER, length);
        boolean valid =
                file.get(at + FRAME_HEADER + length) == LAST
                        && rules.intact(file.getInt(at + 5), Format.checksum(payload));
        return valid ? payload : null;
    }

    private @Nullable String whyNotTorn(int at) {
        int rest = file.limit() - at;
        if (rest > FRAME_HEADER + MAX_PAYLOAD + 1L) {
            return rest + " bytes follow, more than one append can leave";
        }
        for (int i = at + 1; i <= file.limit() - FRAME_HEADER; i++) {
            if (payload(i) != null) {
                return "a valid one follows at byte " + i;
            }
        }
        if (rest < FRAME_HEADER || hasZeroSector(at)) {
            return null;
        }
        int length = length(at);
        if (length < 0) {
            return "its header was written in full and has changed since";
        }
        return rest < FRAME_HEADER + length + 1L
                ? null
                : "it was written in full and has changed since";
    }

    private boolean hasZeroSector(int from) {
        for (int start = from; start < file.limit(); ) {
            int next = Math.min(file.limit(), (start / Directory.SECTOR + 1) * Directory.SECTOR);
            int at = start;
            while (at < next && file.get(at) == 0) {
                at++;
            }
            if (at == next) {
                return true;
            }
            start = next;
        }
        return false;
    }
}
