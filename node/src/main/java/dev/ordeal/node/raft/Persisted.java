package dev.ordeal.node.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node finds on its disk when it starts: what every [Effect.SaveVote], [Effect.StoreEntries] and [Effect.Install]
/// that was made durable, and every snapshot that was taken, add up to (§5, Figure 2, "Persistent state"; §7).
///
/// @param term the latest term the node has seen; 0 on first boot
/// @param vote whom it voted for in that term, if anyone
/// @param snapshot the newest one
/// @param entries the log behind the snapshot, without a gap
public record Persisted(long term, @Nullable NodeId vote, Snapshot snapshot, List<Entry> entries) {
    /// A node that has never run.
    public static final Persisted NOTHING = new Persisted(0, null, List.of());

    public Persisted {
        entries = List.copyOf(entries);
        if (term < 0) throw new IllegalArgumentException("no such term: " + term);
        long index = snapshot.last().index();
        for (var entry : entries) {
            if (entry.index() != ++index)
                throw new IllegalArgumentException(
                        "entry %d stands where %d belongs".formatted(entry.index(), index));
        }
    }

    /// Of a node that has not taken a snapshot yet.
    public Persisted(long term, @Nullable NodeId vote, List<Entry> entries) {
        this(term, vote, Snapshot.NONE, entries);
    }

    /// Where the log ends.
    public Position last() {
        return entries.isEmpty() ? snapshot.last() : entries.getLast().position();
    }
}
