package dev.ordeal.node.store;

import dev.ordeal.node.raft.Position;
import dev.ordeal.node.store.SyncedMark.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// The files of the log: [segments][Segment], one after the other. Frames are added to the last one; when it is long enough
/// another is begun. What a snapshot holds is forgotten by deleting whole segments from the front, so that nothing is ever
/// written twice.
///
/// A segment can go when a later one was begun where the log had got no further than the snapshot (its `base`): all that
/// the older ones still hold of the log stands before that place. As the rule needs nothing but the snapshot and how segments
/// begin, opening applies it again, and makes up for a crash between two deletions.
final class SegmentedLog implements AutoCloseable {
    private final Directory directory;
    private final int segmentBytes;
    private final SyncedMark mark;

    /// Without the ones forgotten. The last one is [#file].
    private final Deque<Segment.Start> segments;

    private Directory.File file;
    private long end;

    /// What a log is made of when it is opened.
    interface Contents extends Segment.Frames {
        /// From here on the frames are those of this segment.
        ///
        /// @param first there is none before, or what was before has been forgotten
        void segment(Segment.Start start, boolean first) throws IOException;
    }

    private SegmentedLog(
            Directory directory,
            int segmentBytes,
            SyncedMark mark,
            Deque<Segment.Start> segments,
            long end)
            throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.mark = mark;
        this.segments = segments;
        this.file = directory.open(segments.getLast().name());
        this.end = end;
    }

    /// Opens the log and hands over what it holds.
    ///
    /// @param used whether the node is known to have run before, so that there must be one; if not, a missing one is created
    /// @param snapshot where the node's snapshot ends
    /// @param notes receives a sentence when a torn tail was cut off
    /// @throws DamagedException if what was promised is not there
    static SegmentedLog open(
            Directory directory,
            int segmentBytes,
            boolean used,
            Position snapshot,
            RecoveryRules rules,
            Contents contents,
            Consumer<String> notes)
            throws IOException {
        Place synced = SyncedMark.read(directory);
        Deque<Segment.Start> segments = segments(directory);
        if (segments.isEmpty()) {
            if (used || synced.segment() > 0) {
                throw new DamagedException(directory.path(Segment.name(1)), "the log is gone");
            }
            Segment.Start first = new Segment.Start(1, true, Position.START, 0);
            directory.replace(first.name(), first.encoded());
            segments.add(first);
        }
        if (synced.segment() > segments.getLast().number()) {
            throw gone(directory, synced.segment(), "it had been synced");
        }
        List<Segment.Start> forgotten = forgotten(segments, snapshot);
        if (segments.getFirst().base().index() > snapshot.index()) {
            throw new DamagedException(
                    directory.path(SnapshotFile.NAME),
                    "it ends at index "
                            + snapshot.index()
                            + ", but the log begins behind index "
                            + segments.getFirst().base().index());
        }
        long end = read(directory, segments, synced, rules, contents, notes);
        delete(directory, forgotten);
        SegmentedLog log =
                new SegmentedLog(
                        directory, segmentBytes, SyncedMark.open(directory), segments, end);
        // A process that was killed between a write and its sync left a frame that was read just
        // now, and that a power loss could still take.
        log.file.sync();
        return log;
    }

    private static Deque<Segment.Start> segments(Directory directory) throws IOException {
        Deque<Segment.Start> segments = new ArrayDeque<>();
        for (String name : directory.names()) {
            OptionalLong number = Segment.number(name);
            if (number.isPresent()) {
                segments.add(
                        Segment.start(
                                directory.path(name),
                                number.getAsLong(),
                                ByteBuffer.wrap(directory.beginning(name, Segment.HEADER))));
            } else if (name.equals("log")) {
                // What the log was before it had segments.
                Segment.FORMAT.check(
                        directory.path(name),
                        ByteBuffer.wrap(directory.beginning(name, Format.BYTES)));
            }
        }
        return segments;
    }

    /// Takes away, from the front, the segments that hold nothing behind the snapshot.
    private static List<Segment.Start> forgotten(Deque<Segment.Start> segments, Position snapshot) {
        int kept = 0;
        boolean found = false;
        for (var later = segments.descendingIterator(); later.hasNext() && !found; kept++) {
            found = later.next().base().index() <= snapshot.index();
        }
        List<Segment.Start> forgotten = new ArrayList<>(0);
        while (segments.size() > kept) {
            forgotten.add(segments.removeFirst());
        }
        return forgotten;
    }

    private static void delete(Directory directory, List<Segment.Start> forgotten)
            throws IOException {
        for (Segment.Start segment : forgotten) {
            directory.delete(segment.name());
        }
        if (!forgotten.isEmpty()) {
            directory.sync();
        }
    }

    /// @return where the next frame goes
    private static long read(
            Directory directory,
            Deque<Segment.Start> segments,
            Place synced,
            RecoveryRules rules,
            Contents contents,
            Consumer<String> notes)
            throws IOException {
        List<Segment.Start> all = new ArrayList<>(segments);
        long end = 0;
        for (int i = 0; i < all.size(); i++) {
            Segment.Start start = all.get(i);
            if (i > 0 && start.number() != all.get(i - 1).number() + 1) {
                throw gone(directory, all.get(i - 1).number() + 1, "later segments are there");
            }
            if (i > 0 && start.previousEnd() != end) {
                throw new DamagedException(
                        directory.path(all.get(i - 1).name()),
                        "it is valid up to byte "
                                + end
                                + ", but was when the next was begun up to byte "
                                + start.previousEnd());
            }
            String path = directory.path(start.name());
            ByteBuffer file = ByteBuffer.wrap(directory.read(start.name()));
            Segment segment = new Segment(path, start.number(), file, rules);
            contents.segment(start, i == 0);
            end = segment.read(contents);
            boolean last = i == all.size() - 1;
            long mark = start.number() == synced.segment() ? synced.offset() : 0;
            if (last && (end < file.limit() || end < mark)) {
                cutOff(directory, start.name(), segment, (int) end, mark, rules);
                notes.accept(
                        "cut a torn append off "
                                + path
                                + ": "
                                + (file.limit() - end)
                                + " bytes at "
                                + end
                                + ", of which nothing had been promised");
            } else if (end < file.limit()) {
                throw segment.damaged((int) end, "another segment follows");
            }
        }
        return end;
    }

    private static void cutOff(
            Directory directory,
            String name,
            Segment segment,
            int end,
            long mark,
            RecoveryRules rules)
            throws IOException {
        Optional<String> damage = segment.damage(end, mark);
        if (!rules.mayCutOff(damage)) {
            throw segment.damaged(end, damage.orElse("it may not be cut off"));
        }
        try (Directory.File file = directory.open(name)) {
            file.truncate(end);
            file.sync();
        }
    }

    private static DamagedException gone(Directory directory, long number, String why) {
        return new DamagedException(
                directory.path(Segment.name(number)), "it is gone, though " + why);
    }

    /// Whether the last segment is as long as one shall be, and another should be [begun][#begin].
    boolean isFull() {
        return end >= segmentBytes;
    }

    /// Adds a frame and makes it durable.
    void append(ByteBuffer payload) throws IOException {
        long number = segments.getLast().number();
        ByteBuffer frame = Segment.frame(number, end, payload);
        int length = frame.remaining();
        file.write(frame, end);
        end += length;
        file.sync();
        mark.write(new Place(number, end));
    }

    /// Begins another segment, durably.
    ///
    /// @param anew whether the log shall consist of nothing but what is added from now on, behind `base`
    /// @param base where the log ends now, or shall begin
    void begin(boolean anew, Position base) throws IOException {
        Segment.Start next = new Segment.Start(segments.getLast().number() + 1, anew, base, end);
        directory.replace(next.name(), next.encoded());
        file.close();
        file = directory.open(next.name());
        segments.add(next);
        end = Segment.HEADER;
    }

    /// Deletes the segments that hold nothing behind the snapshot, which is durable and ends here.
    void forget(Position snapshot) throws IOException {
        delete(directory, forgotten(segments, snapshot));
    }

    @Override
    public void close() throws IOException {
        file.close();
        mark.close();
    }
}
