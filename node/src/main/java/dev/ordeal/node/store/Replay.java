package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Position;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Carries out again what the frames of a log say ([Gathered]), one after the other. Their checksums were right, so anything that
/// does not fit is a mistake of ours or someone else's file; neither is to be guessed at.
final class Replay implements SegmentedLog.Contents {
    /// Of no entry.
    private static final long UNKNOWN_TERM = Long.MAX_VALUE;

    private final Directory directory;
    private final List<Entry> entries = new ArrayList<>();
    private Position base = Position.START;
    private String path = "";

    Replay(Directory directory) {
        this.directory = directory;
    }

    @Override
    public void segment(Segment.Start start, boolean first) throws IOException {
        path = directory.path(start.name());
        if (first || start.anew()) {
            base = start.base();
            entries.clear();
        } else if (!start.base().equals(last())) {
            throw new DamagedException(
                    path,
                    "it was begun where the log ended with %s, and the segments before it end with %s"
                            .formatted(start.base(), last()));
        }
    }

    @Override
    public void frame(ByteBuffer frame) throws IOException {
        try {
            while (frame.hasRemaining()) {
                store(frame);
            }
        } catch (BufferUnderflowException
                | NegativeArraySizeException
                | IllegalArgumentException e) {
            throw new DamagedException(path, "a frame with a right checksum cannot be read: " + e);
        }
    }

    private void store(ByteBuffer frame) throws IOException {
        long after = frame.getLong();
        int count = frame.getInt();
        if (after < 0 || after > lastIndex() || count < 0) {
            throw new DamagedException(
                    path,
                    "%d entries after %d in a log from %d to %d"
                            .formatted(count, after, base.index() + 1, lastIndex()));
        }
        if (after < base.index()) {
            // A cut behind what a snapshot has taken the place of by now: what comes next reaches
            // the snapshot's end again, or the snapshot is a leader's and the log begins anew.
            base = new Position(after, UNKNOWN_TERM);
            entries.clear();
        }
        if (after < lastIndex()) {
            entries.subList((int) (after - base.index()), entries.size()).clear();
        }
        for (int i = 0; i < count; i++) {
            long term = frame.getLong();
            Entry.Kind kind = Gathered.kind(frame.get());
            byte[] payload = new byte[frame.getInt()];
            frame.get(payload);
            entries.add(new Entry(after + 1 + i, term, kind, Bytes.of(payload)));
        }
    }

    private long lastIndex() {
        return base.index() + entries.size();
    }

    /// Where the log ends.
    Position last() {
        return entries.isEmpty() ? base : entries.getLast().position();
    }

    boolean holds(Position position) {
        return position.equals(base)
                || (position.index() > base.index()
                        && position.index() <= lastIndex()
                        && entries.get((int) (position.index() - base.index()) - 1)
                                .position()
                                .equals(position));
    }

    List<Entry> behind(Position position) {
        return entries.subList((int) (position.index() - base.index()), entries.size());
    }
}
