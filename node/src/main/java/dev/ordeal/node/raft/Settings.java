package dev.ordeal.node.raft;

/// The measures of the machine. A tick is as long as its driver makes it.
///
/// @param electionTicksMin the shortest time without a leader after which a node stands for election; as long as it has
///     heard from a leader within this time it refuses to help others to stand
/// @param electionTicksMax the longest; each wait is drawn anew between the two, both included (§5.2)
/// @param heartbeatTicks how often a leader makes itself heard
/// @param messageBytes how much an AppendEntries carries: it stops after the entry that reaches this size
/// @param messagesInFlight how many AppendEntries with entries a leader sends a follower without having heard back
/// @param snapshotEntries how many entries are applied between one snapshot and the next, at least (§7)
/// @param uncommittedBytes at how much that is not committed a leader takes no more commands: while it cannot reach a majority,
///     its log shall not grow without end
public record Settings(
        int electionTicksMin,
        int electionTicksMax,
        int heartbeatTicks,
        int messageBytes,
        int messagesInFlight,
        int snapshotEntries,
        long uncommittedBytes) {
    private static final long UNCOMMITTED_BYTES = 64L << 20;

    public Settings {
        if (heartbeatTicks < 1)
            throw new IllegalArgumentException(
                    "a heartbeat takes at least a tick: " + heartbeatTicks);
        if (electionTicksMin <= heartbeatTicks)
            throw new IllegalArgumentException(
                    "an election time-out of %d ticks leaves no room for a heartbeat every %d"
                            .formatted(electionTicksMin, heartbeatTicks));
        if (electionTicksMax < electionTicksMin)
            throw new IllegalArgumentException(
                    "the election time-out runs from %d to %d ticks"
                            .formatted(electionTicksMin, electionTicksMax));
        if (messageBytes < 1 || messagesInFlight < 1)
            throw new IllegalArgumentException(
                    "messages of %d bytes, %d in flight, carry nothing"
                            .formatted(messageBytes, messagesInFlight));
        if (uncommittedBytes < 1)
            throw new IllegalArgumentException(
                    "a log with room for %d bytes takes nothing".formatted(uncommittedBytes));
        if (snapshotEntries < 1)
            throw new IllegalArgumentException(
                    "a snapshot every %d entries".formatted(snapshotEntries));
    }

    /// With the usual bound of what is not committed, 64 MiB.
    public Settings(
            int electionTicksMin,
            int electionTicksMax,
            int heartbeatTicks,
            int messageBytes,
            int messagesInFlight,
            int snapshotEntries) {
        this(
                electionTicksMin,
                electionTicksMax,
                heartbeatTicks,
                messageBytes,
                messagesInFlight,
                snapshotEntries,
                UNCOMMITTED_BYTES);
    }

    public Settings withSnapshotEntries(int entries) {
        return new Settings(
                electionTicksMin,
                electionTicksMax,
                heartbeatTicks,
                messageBytes,
                messagesInFlight,
                entries,
                uncommittedBytes);
    }

    /// With a tick of 10 ms these are the paper's 150 to 300 ms, and 50 ms between heartbeats.
    public static Settings defaults() {
        return new Settings(15, 30, 5, 512 * 1024, 64, 10_000);
    }
}
