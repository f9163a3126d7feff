package dev.ordeal.node.raft;

/// Where an entry stands in a log: its index, and the term of the leader that made it. Two logs that agree on a position
/// agree on everything before it (Log Matching, §5.3). [#START] stands before the first entry.
public record Position(long index, long term) {
    public static final Position START = new Position(0, 0);

    public Position {
        if (index < 0 || term < 0)
            throw new IllegalArgumentException(
                    "no such position: index " + index + ", term " + term);
    }

    /// Whether a log that ends here is at least as up-to-date as one that ends at `other`: the later term wins; in the same
    /// term the longer log (§5.4.1).
    public boolean atLeastAsUpToDateAs(Position other) {
        return term != other.term ? term > other.term : index >= other.index;
    }

    @Override
    public String toString() {
        return index + ":" + term;
    }
}
