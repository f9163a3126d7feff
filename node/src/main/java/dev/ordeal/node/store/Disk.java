package dev.ordeal.node.store;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node's disk: its term and vote, its log, its snapshot, and how often it has started. One thread owns it.
///
/// The log is kept as the sequence of [StoreEntries] that the core asked for: nothing is ever overwritten, so that cutting
/// off a tail of the log is as safe from crashes as appending to it. What is stored is gathered in memory and written
/// with one write and one sync by [#sync()], as one frame, which a crash leaves whole or not at all. What a snapshot has taken
/// the place of is forgotten by the segment ([SegmentedLog]).
///
/// Snapshot and log are several files, and a crash may come between them. The snapshot goes first: a log that still has what
/// the snapshot holds is read from behind it, and one that does not hold the snapshot's last entry belongs to the time before a
/// leader's snapshot was installed and is dropped.
///
/// An [IOException] from here means that nothing more can be promised; the node has to stop.
public final class Disk implements AutoCloseable {
    /// More than this is not gathered, but written at once. With the largest entry on top it stays below the largest frame.
    private static final int GATHER_BYTES = 8 << 20;

    /// When a segment of the log is this long, another is begun.
    public static final int SEGMENT_BYTES = 16 << 20;

    /// The largest payload of an entry that can be stored.
    public static final int MAX_ENTRY_BYTES = 16 << 20;

    /// The name of the file with term and vote.
    public static final String VOTE = "vote";

    private final Directory directory;
    private final SmallFile voteFile;
    private final SnapshotFile snapshotFile;
    private final SegmentedLog log;
    private final int incarnation;
    private @Nullable Persisted persisted;

    /// Where the log ends that is on disk; null if that is not known.
    private @Nullable Position end;

    private final Gathered gathered = new Gathered();

    /// Whether it holds anything: whoever carries out an effect asks.
    private boolean dirty;

    private Disk(
            Directory directory,
            SmallFile voteFile,
            SnapshotFile snapshotFile,
            SegmentedLog log,
            int incarnation,
            Persisted persisted) {
        this.directory = directory;
        this.voteFile = voteFile;
        this.snapshotFile = snapshotFile;
        this.log = log;
        this.incarnation = incarnation;
        this.persisted = persisted;
        this.end = persisted.last();
    }

    /// Opens what the directory holds, creating what is missing, and counts this start; that is durable when this returns. The
    /// directory is closed with the disk, also when it cannot be opened.
    ///
    /// @param notes receives a sentence about whatever recovery had to repair
    /// @throws DamagedException if what was promised is not there
    public static Disk open(Directory directory, RecoveryRules rules, Consumer<String> notes)
            throws IOException {
        return open(directory, rules, SEGMENT_BYTES, notes);
    }

    /// @param segmentBytes when a segment of the log is this long, another is begun
    static Disk open(
            Directory directory, RecoveryRules rules, int segmentBytes, Consumer<String> notes)
            throws IOException {
        try {
            SmallFile starts = new SmallFile(directory, "incarnation");
            int incarnation = 1 + number(starts, starts.read().orElse("0"));
            // This syncs all names, also those that a killed process had changed and not synced.
            starts.write(Integer.toString(incarnation));

            SmallFile voteFile = new SmallFile(directory, VOTE);
            Optional<String> vote = voteFile.read();
            SnapshotFile snapshotFile = new SnapshotFile(directory);
            Snapshot snapshot = snapshotFile.read();
            Position last = snapshot.last();
            boolean used = vote.isPresent() || last.index() > 0;
            Replay replay = new Replay(directory);
            SegmentedLog log =
                    SegmentedLog.open(directory, segmentBytes, used, last, rules, replay, notes);
            if (vote.isEmpty() && (replay.last().index() > 0 || last.index() > 0)) {
                log.close();
                throw voteFile.damaged("it is gone, though the log has entries");
            }
            boolean installing = !replay.holds(last);
            List<Entry> entries = installing ? List.of() : replay.behind(last);
            Persisted persisted = parseVote(voteFile, vote.orElse("0 "), snapshot, entries);
            Disk disk = new Disk(directory, voteFile, snapshotFile, log, incarnation, persisted);
            if (installing) {
                notes.accept(
                        "the log does not hold the end of the snapshot, "
                                + last
                                + ", which was being installed: it begins anew behind it");
                disk.beginAnew(last);
            }
            return disk;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /// Whether a file that is called so is a part of the log.
    public static boolean isLog(String name) {
        return Segment.number(name).isPresent();
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
        dirty = true;
        gathered.add(store);
        if (gathered.size() > GATHER_BYTES) {
            sync();
        }
    }

    /// Whether something was stored that is not yet durable.
    public boolean isDirty() {
        return dirty;
    }

    /// Makes everything stored so far durable.
    public void sync() throws IOException {
        if (!isDirty()) {
            return;
        }
        if (log.isFull() && end != null) {
            log.begin(false, end);
        }
        dirty = false;
        log.append(gathered.take());
        end = gathered.end();
    }

    /// Replaces the snapshot; durable when it returns. This may be called on another thread than the owner's, but by one at a
    /// time, and not during [#install].
    public void writeSnapshot(Snapshot snapshot) throws IOException {
        snapshotFile.write(snapshot);
    }

    /// The log may forget its entries up to and with `last`, where the snapshot that was written ends. Some of them it may keep,
    /// which does no harm.
    public void compact(Position last) throws IOException {
        log.forget(last);
    }

    /// Replaces the snapshot and begins an empty log behind it; durable when it returns.
    ///
    /// @throws IllegalStateException if something stored is not synced yet
    public void install(Snapshot snapshot) throws IOException {
        if (isDirty()) {
            throw new IllegalStateException("entries wait to be synced");
        }
        snapshotFile.write(snapshot);
        beginAnew(snapshot.last());
    }

    private void beginAnew(Position base) throws IOException {
        log.begin(true, base);
        end = base;
        log.forget(base);
    }

    /// Whatever was stored and not synced is dropped: nobody was promised anything that rests on it.
    @Override
    public void close() throws IOException {
        log.close();
        directory.close();
    }

    private static int number(SmallFile file, String text) throws DamagedException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw file.damaged("'" + text + "' is not a number");
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
            throw file.damaged("'" + line + "' is not a term and a vote");
        }
    }
}
