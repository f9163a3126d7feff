package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.CompactLog;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.StoreEntries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A disk that forgets, when its node crashes, whatever was written and not synced. A snapshot is written and synced as a
/// whole.
final class Disk {
    private long term;
    private @Nullable NodeId vote;
    private Position base = Position.START;
    private final List<Entry> entries = new ArrayList<>();
    private boolean dirty;

    private Snapshot snapshot = Snapshot.NONE;
    private Synced synced;

    /// Vote and log, without the snapshot: it is another file.
    private record Synced(long term, @Nullable NodeId vote, Position base, List<Entry> entries) {
        Synced {
            entries = List.copyOf(entries);
        }
    }

    Disk(Persisted persisted) {
        snapshot = persisted.snapshot();
        synced =
                new Synced(
                        persisted.term(), persisted.vote(), snapshot.last(), persisted.entries());
        loseWhatIsNotSynced();
    }

    void write(SaveVote save) {
        term = save.term();
        vote = save.vote();
        dirty = true;
    }

    void write(StoreEntries store) {
        entries.subList((int) (store.afterIndex() - base.index()), entries.size()).clear();
        entries.addAll(store.entries());
        dirty = true;
    }

    /// A new file with what remains takes the place of the log.
    void write(CompactLog compact) {
        long last = compact.last().index();
        beginLog(compact.last(), entries.stream().filter(entry -> entry.index() > last).toList());
    }

    /// Two steps; a crash may come between them.
    void write(Install install, boolean crashBetween) {
        syncIfDirty();
        write(install.snapshot());
        if (!crashBetween) beginLog(install.snapshot().last(), List.of());
    }

    void write(Snapshot taken) {
        snapshot = taken;
    }

    private void beginLog(Position last, List<Entry> rest) {
        base = last;
        entries.clear();
        entries.addAll(rest);
        synced = new Synced(synced.term(), synced.vote(), base, entries);
    }

    Position positionAt(long index) {
        return index == base.index() ? base : written(index).position();
    }

    Entry written(long index) {
        return entries.get((int) (index - base.index()) - 1);
    }

    void syncIfDirty() {
        if (dirty) synced = new Synced(term, vote, base, entries);
        dirty = false;
    }

    void loseWhatIsNotSynced() {
        term = synced.term();
        vote = synced.vote();
        base = synced.base();
        entries.clear();
        entries.addAll(synced.entries());
        dirty = false;
    }

    /// What a node that starts finds: a log that does not hold the snapshot's end is one that the snapshot replaces.
    Persisted durable() {
        var last = snapshot.last();
        var rest = new ArrayList<Entry>();
        if (inLog(last))
            for (var entry : synced.entries()) if (entry.index() > last.index()) rest.add(entry);
        return new Persisted(synced.term(), synced.vote(), snapshot, rest);
    }

    /// As a node does that starts: the log then is what [#durable] says.
    void recover() {
        var found = durable();
        synced = new Synced(found.term(), found.vote(), snapshot.last(), found.entries());
        loseWhatIsNotSynced();
    }

    private boolean inLog(Position position) {
        long at = position.index() - synced.base().index();
        if (at == 0) return position.equals(synced.base());
        return at > 0
                && at <= synced.entries().size()
                && synced.entries().get((int) at - 1).position().equals(position);
    }

    boolean keeps(Position position) {
        return position.index() <= snapshot.last().index() || inLog(position);
    }
}
