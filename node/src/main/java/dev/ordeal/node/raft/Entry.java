package dev.ordeal.node.raft;

/// One entry of the log. Index and term together name it for ever: no two different entries share both (§5.3).
public record Entry(long index, long term, Kind kind, Bytes payload) {
    /// What an entry is for.
    public enum Kind {
        /// A new leader's first entry. It changes nothing; committing it commits all that went before (§5.4.2, §8).
        NOOP,
        /// A command for the state machine.
        COMMAND,
        /// A [Membership], in force on each server as soon as it stands in its log (thesis §4.1).
        CONFIGURATION
    }

    public Entry {
        if (index < 1 || term < 1)
            throw new IllegalArgumentException("no such entry: index " + index + ", term " + term);
    }

    public Position position() {
        return new Position(index, term);
    }
}
