package dev.ordeal.node.raft;

import java.util.ArrayList;
import java.util.List;

/// The log, as the machine holds it in memory: entries without a gap from [#firstIndex] on. Others may look, only [Raft]
/// changes it.
public final class Log {
    /// About what index, term and framing add to a payload on the wire.
    private static final int ENTRY_OVERHEAD_BYTES = 24;

    /// What stands just before the first entry: the start of all logs or, later, the last entry that a snapshot holds (§7).
    private Position base;

    private final List<Entry> entries;

    Log(Position base, List<Entry> entries) {
        this.base = base;
        this.entries = new ArrayList<>(entries);
    }

    /// The last position whose entry the log has forgotten, a snapshot having taken its place.
    public Position base() {
        return base;
    }

    public long firstIndex() {
        return base.index() + 1;
    }

    public long lastIndex() {
        return base.index() + entries.size();
    }

    public Position last() {
        return entries.isEmpty() ? base : entries.get(entries.size() - 1).position();
    }

    public Entry entry(long index) {
        if (index < firstIndex() || index > lastIndex())
            throw new IllegalStateException(
                    "no entry %d in a log from %d to %d"
                            .formatted(index, firstIndex(), lastIndex()));
        return entries.get((int) (index - firstIndex()));
    }

    public long termAt(long index) {
        return index == base.index() ? base.term() : entry(index).term();
    }

    public Position position(long index) {
        return new Position(index, termAt(index));
    }

    /// Whether an entry of this term stands at this index; everything before it is then the same in every such log (§5.3).
    public boolean holds(Position position) {
        return position.index() >= base.index()
                && position.index() <= lastIndex()
                && termAt(position.index()) == position.term();
    }

    /// The entries from `index` on, up to and with the one that brings them to `bytes`; at least one, if there is one.
    List<Entry> from(long index, int bytes) {
        long end = index;
        long size = 0;
        while (end <= lastIndex() && size < bytes) size += bytes(entry(end++));
        return List.copyOf(
                entries.subList((int) (index - firstIndex()), (int) (end - firstIndex())));
    }

    /// About how much an entry takes up.
    static long bytes(Entry entry) {
        return (long) ENTRY_OVERHEAD_BYTES + entry.payload().length();
    }

    /// The first index of the term that stands at `index`. Terms never fall along a log, so this takes log n.
    long firstIndexOfTermAt(long index) {
        return firstIndexWithTermFrom(termAt(index));
    }

    /// The last index whose term is `term` or an earlier one; the base's, if all are later.
    long lastIndexOfTermUpTo(long term) {
        return firstIndexWithTermFrom(term + 1) - 1;
    }

    private long firstIndexWithTermFrom(long term) {
        long low = firstIndex();
        long high = lastIndex() + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (termAt(middle) < term) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// Forgets the entries up to and with `last`, which a snapshot holds.
    void compact(Position last) {
        if (!holds(last))
            throw new IllegalStateException(
                    "a log from %d to %d does not hold %s"
                            .formatted(firstIndex(), lastIndex(), last));
        entries.subList(0, (int) (last.index() - base.index())).clear();
        base = last;
    }

    /// Forgets everything, to go on behind `last`, where a snapshot ends.
    void restart(Position last) {
        entries.clear();
        base = last;
    }

    /// All of them, from [#firstIndex] on.
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    void store(Effect.StoreEntries store) {
        if (store.afterIndex() < base.index() || store.afterIndex() > lastIndex())
            throw new IllegalStateException(
                    "entries after %d would leave a gap behind %d"
                            .formatted(store.afterIndex(), lastIndex()));
        if (store.afterIndex() < lastIndex())
            entries.subList((int) (store.afterIndex() - base.index()), entries.size()).clear();
        for (var entry : store.entries()) entries.add(entry); // few: no need to copy them twice
    }
}
