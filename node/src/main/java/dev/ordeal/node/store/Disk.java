package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A node's disk: its term and vote, its log, its snapshot, and how often it has started. One thread owns it; one process at a
/// time.
///
/// The log is kept as the sequence of [StoreEntries] that the core asked for: nothing is ever overwritten, so that cutting
/// off a tail of the log is as safe from crashes as appending to it. What is stored is gathered in memory and written
/// with one write and one sync by [#sync()], as one frame, which a crash leaves whole or not at all. What a snapshot has taken
/// the place of is dropped by writing the rest of the log into a new file, which then takes the old one's name.
///
/// Snapshot and log are two files, and a crash may come between them. The snapshot goes first: a log that still has what the
/// snapshot holds is read from behind it, and one that does not hold the snapshot's last entry belongs to the time before a
/// leader's snapshot was installed and is dropped.
///
/// An [IOException] from here means that nothing more can be promised; the node has to stop.
public final class Disk implements AutoCloseable {
    /// More than this is not gathered, but written at once. With the largest entry on top it stays below the largest frame.
    private static final int GATHER_BYTES = 8 << 20;

    /// Stands where an index would, before the position behind which a log begins that has lost its beginning.
    private static final long BASE = -1;

    /// The largest payload of an entry that can be stored.
    public static final int MAX_ENTRY_BYTES = 16 << 20;

    private final boolean fsync;
    private final FileChannel lock;
    private final SmallFile voteFile;
    private final SyncedMark mark;
    private final SnapshotFile snapshotFile;
    private final Path logFile;
    private final int incarnation;
    private FrameFile log;
    private @Nullable Persisted persisted;

    private final Gathered gathered = new Gathered();

    private Disk(
            boolean fsync,
            FileChannel lock,
            SmallFile voteFile,
            SyncedMark mark,
            SnapshotFile snapshotFile,
            Path logFile,
            FrameFile log,
            int incarnation,
            Persisted persisted) {
        this.fsync = fsync;
        this.lock = lock;
        this.voteFile = voteFile;
        this.mark = mark;
        this.snapshotFile = snapshotFile;
        this.logFile = logFile;
        this.log = log;
        this.incarnation = incarnation;
        this.persisted = persisted;
    }

    /// Opens the directory, creating what is missing, and counts this start; that is durable when this returns.
    ///
    /// @param fsync off: nothing is synced, and a power loss may take anything
    /// @param notes receives a sentence about whatever recovery had to repair
    /// @throws DamagedException if what was promised is not there
    public static Disk open(Path directory, boolean fsync, Consumer<String> notes)
            throws IOException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            SmallFile starts = new SmallFile(directory.resolve("incarnation"), fsync);
            int incarnation = 1 + number(starts, starts.read().orElse("0"));
            starts.write(Integer.toString(incarnation));

            SmallFile voteFile = new SmallFile(directory.resolve("vote"), fsync);
            Optional<String> vote = voteFile.read();
            SyncedMark mark = SyncedMark.open(directory.resolve("synced"));
            SnapshotFile snapshotFile = new SnapshotFile(directory.resolve("snapshot"), fsync);
            Snapshot snapshot = snapshotFile.read();
            Path logFile = directory.resolve("log");
            Replay replay = new Replay(logFile);
            FrameFile log = FrameFile.open(logFile, mark.read(), replay, notes);
            if (snapshot.last().index() < replay.base.index()) {
                throw new DamagedException(
                        snapshotFile.path(),
                        "it ends at index "
                                + snapshot.last().index()
                                + ", but the log begins behind index "
                                + replay.base.index());
            }
            if (vote.isEmpty() && (!replay.entries.isEmpty() || snapshot.last().index() > 0)) {
                throw new DamagedException(
                        voteFile.path(), "it is gone, though the log has entries");
            }
            boolean installing = !replay.holds(snapshot.last());
            Persisted persisted =
                    parseVote(
                            voteFile,
                            vote.orElse("0 "),
                            snapshot,
                            installing ? List.of() : replay.behind(snapshot.last()));
            Disk disk =
                    new Disk(
                            fsync,
                            lock,
                            voteFile,
                            mark,
                            snapshotFile,
                            logFile,
                            log,
                            incarnation,
                            persisted);
            if (installing) {
                notes.accept(
                        "the log does not hold the end of the snapshot, "
                                + snapshot.last()
                                + ", which was being installed: it begins anew behind it");
                disk.compact(snapshot.last(), List.of());
            }
            return disk;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// How many times the node has been started, this time included.
    public int incarnation() {
        return incarnation;
    }

    /// What was found at opening. It is handed over and not kept, since it may be large: nobody can ask twice.
    public Persisted persisted() {
        Persisted found = persisted;
        if (found == null) {
            throw new IllegalStateException("what was found on disk has been handed over");
        }
        persisted = null;
        return found;
    }

    /// Durable when it returns. The log is not: a vote never rests on it.
    public void saveVote(long term, @Nullable NodeId vote) throws IOException {
        voteFile.write(term + " " + (vote == null ? "" : vote.name()));
    }

    /// Takes the entries; they are durable after the next [#sync()].
    public void store(StoreEntries store) throws IOException {
        gathered.add(store);
        if (gathered.size() > GATHER_BYTES) {
            sync();
        }
    }

    /// Whether something was stored that is not yet durable.
    public boolean isDirty() {
        return gathered.size() > 0;
    }

    /// Makes everything stored so far durable.
    public void sync() throws IOException {
        if (!isDirty()) {
            return;
        }
        log.append(gathered.take());
        if (fsync) {
            log.sync();
            mark.write(log.end());
        }
    }

    /// Replaces the snapshot; durable when it returns. This may be called on another thread than the owner's, but by one at a
    /// time, and not during [#install].
    public void writeSnapshot(Snapshot snapshot) throws IOException {
        snapshotFile.write(snapshot);
    }

    /// From now on the log begins behind `last`, where the snapshot that was written ends, with these entries: all there are,
    /// stored or still gathered. Durable when it returns.
    public void compact(Position last, List<Entry> rest) throws IOException {
        gathered.take();
        Path fresh = logFile.resolveSibling("log.compacted");
        Files.deleteIfExists(fresh);
        FrameFile compacted = FrameFile.open(fresh, 0, frame -> {}, note -> {});
        try {
            gathered.addBase(last);
            for (Entry entry : rest) {
                gathered.add(new StoreEntries(entry.index() - 1, List.of(entry)));
                if (gathered.size() > GATHER_BYTES) {
                    compacted.append(gathered.take());
                }
            }
            if (gathered.size() > 0) {
                compacted.append(gathered.take());
            }
            if (fsync) {
                compacted.sync();
            }
            // The mark speaks of the old file. It must not be ahead of the new one, at no moment.
            mark.write(0);
            if (fsync) {
                mark.sync();
            }
            Files.move(
                    fresh,
                    logFile,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            if (fsync) {
                Replacement.syncDirectory(logFile);
            }
        } catch (IOException | RuntimeException e) {
            compacted.close();
            throw e;
        }
        log.close();
        log = compacted;
        if (fsync) {
            mark.write(log.end());
        }
    }

    /// Replaces the snapshot and begins an empty log behind it; durable when it returns.
    ///
    /// @throws IllegalStateException if something stored is not synced yet
    public void install(Snapshot snapshot) throws IOException {
        if (isDirty()) {
            throw new IllegalStateException("entries wait to be synced");
        }
        snapshotFile.write(snapshot);
        compact(snapshot.last(), List.of());
    }

    /// Whatever was stored and not synced is dropped: nobody was promised anything that rests on it.
    @Override
    public void close() throws IOException {
        log.close();
        mark.close();
        lock.close();
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another node in this very process has it.
        }
        channel.close();
        throw new IOException(
                directory + " is in use by another running node: give each its own directory");
    }

    private static int number(SmallFile file, String text) throws DamagedException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new DamagedException(file.path(), "'" + text + "' is not a number");
        }
    }

    private static Persisted parseVote(
            SmallFile file, String line, Snapshot snapshot, List<Entry> entries)
            throws DamagedException {
        int space = line.indexOf(' ');
        try {
            long term = Long.parseLong(line.substring(0, space));
            String vote = line.substring(space + 1);
            return new Persisted(term, vote.isEmpty() ? null : new NodeId(vote), snapshot, entries);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new DamagedException(file.path(), "'" + line + "' is not a term and a vote");
        }
    }

    /// Carries out again what the frames say, one after the other. Their checksums were right, so anything that does not fit
    /// is a mistake of ours or someone else's file; neither is to be guessed at.
    private static final class Replay implements FrameFile.Frames {
        private final Path file;
        private final List<Entry> entries = new ArrayList<>();
        private Position base = Position.START;

        Replay(Path file) {
            this.file = file;
        }

        @Override
        public void frame(ByteBuffer frame) throws IOException {
            try {
                while (frame.hasRemaining()) {
                    long after = frame.getLong();
                    if (after == BASE) {
                        base = new Position(frame.getLong(), frame.getLong());
                        entries.clear();
                    } else {
                        store(after, frame);
                    }
                }
            } catch (java.nio.BufferUnderflowException
                    | NegativeArraySizeException
                    | IllegalArgumentException e) {
                throw new DamagedException(
                        file, "a frame with a right checksum cannot be read: " + e);
            }
        }

        private void store(long after, ByteBuffer frame) throws IOException {
            int count = frame.getInt();
            if (after < base.index() || after > end() || count < 0) {
                throw new DamagedException(
                        file,
                        "entries after %d in a log from %d to %d"
                                .formatted(after, base.index() + 1, end()));
            }
            entries.subList((int) (after - base.index()), entries.size()).clear();
            for (int i = 0; i < count; i++) {
                long term = frame.getLong();
                Entry.Kind kind = kind(file, frame.get());
                byte[] payload = new byte[frame.getInt()];
                frame.get(payload);
                entries.add(new Entry(after + 1 + i, term, kind, Bytes.of(payload)));
            }
        }

        private long end() {
            return base.index() + entries.size();
        }

        boolean holds(Position position) {
            return position.equals(base)
                    || (position.index() > base.index()
                            && position.index() <= end()
                            && entries.get((int) (position.index() - base.index()) - 1)
                                    .position()
                                    .equals(position));
        }

        List<Entry> behind(Position position) {
            return entries.subList((int) (position.index() - base.index()), entries.size());
        }
    }

    private static byte code(Entry.Kind kind) {
        return switch (kind) {
            case NOOP -> 1;
            case COMMAND -> 2;
        };
    }

    private static Entry.Kind kind(Path file, byte code) throws DamagedException {
        return switch (code) {
            case 1 -> Entry.Kind.NOOP;
            case 2 -> Entry.Kind.COMMAND;
            default -> throw new DamagedException(file, "no kind of entry has the code " + code);
        };
    }

    /// The frame that is being filled.
    private static final class Gathered {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 << 10);
        private final DataOutputStream out = new DataOutputStream(bytes);

        int size() {
            return bytes.size();
        }

        void addBase(Position base) throws IOException {
            out.writeLong(BASE);
            out.writeLong(base.index());
            out.writeLong(base.term());
        }

        void add(StoreEntries store) throws IOException {
            out.writeLong(store.afterIndex());
            out.writeInt(store.entries().size());
            for (Entry entry : store.entries()) {
                if (entry.payload().length() > MAX_ENTRY_BYTES) {
                    throw new IllegalArgumentException(
                            "an entry of " + entry.payload().length() + " bytes");
                }
                out.writeLong(entry.term());
                out.writeByte(code(entry.kind()));
                out.writeInt(entry.payload().length());
                out.write(entry.payload().array());
            }
        }

        ByteBuffer take() {
            ByteBuffer frame = ByteBuffer.wrap(bytes.toByteArray());
            bytes.reset();
            return frame;
        }
    }

    /// How far the log is known to have been synced: written after each sync, not synced itself. It may therefore be behind
    /// after a power loss, but is never ahead: a log's file only grows, and one that replaces it finds the mark at zero.
    private record SyncedMark(Path file, FileChannel channel) implements AutoCloseable {
        private static final int BYTES = 12;

        static SyncedMark open(Path file) throws IOException {
            return new SyncedMark(
                    file,
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
        }

        long read() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(BYTES);
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
            bytes.flip();
            // Never written or, after a power loss, never written back.
            if (bytes.equals(ByteBuffer.allocate(bytes.remaining()))) {
                return 0;
            }
            if (bytes.remaining() < BYTES || bytes.getInt(8) != checksum(bytes.getLong(0))) {
                throw new DamagedException(file, "its checksum does not match its content");
            }
            return bytes.getLong(0);
        }

        void write(long end) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(end).putInt(checksum(end)).flip();
            channel.write(bytes, 0);
        }

        private static int checksum(long end) {
            CRC32C checksum = new CRC32C();
            checksum.update(ByteBuffer.allocate(8).putLong(end).flip());
            return (int) checksum.getValue();
        }

        void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
