package dev.ordeal.node.raft;

/// The measures of the machine.
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
/// @param tickNanos how long the driver makes a tick
/// @param leases whether a leader reads under a lease, without asking a quorum for each read (thesis §6.4.1): the same on all
///     members
/// @param clockDrift with leases: by which part one member's clock may go faster than another's, at most; 0.1 is a tenth. If
///     two go further apart than that, reads may be stale
public record Settings(
        int electionTicksMin,
        int electionTicksMax,
        int heartbeatTicks,
        int messageBytes,
        int messagesInFlight,
        int snapshotEntries,
        long uncommittedBytes,
        long tickNanos,
        boolean leases,
        double clockDrift) {
    private static final long UNCOMMITTED_BYTES = 64L << 20;
    private static final long TICK_NANOS = 10_000_000;

    /// So many ticks of a follower may pass in no time: one that was late, and the next.
    private static final int EARLY_TICKS = 2;

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
        if (tickNanos < 1)
            throw new IllegalArgumentException("a tick of %d ns".formatted(tickNanos));
        if (!(clockDrift >= 0 && clockDrift <= 1))
            throw new IllegalArgumentException(
                    "clocks drift by 0 to 1, not " + clockDrift + ": 0.1 is a tenth");
        if (leases && electionTicksMin <= EARLY_TICKS)
            throw new IllegalArgumentException(
                    "an election time-out of %d ticks leaves no room for a lease"
                            .formatted(electionTicksMin));
    }

    /// With the usual bound of what is not committed, 64 MiB, a tick of 10 ms, and no leases.
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
                UNCOMMITTED_BYTES,
                TICK_NANOS,
                false,
                0);
    }

    /// How long after a leader sent a heartbeat its lease lasts, on its own clock, if a quorum answers: those who do will help
    /// nobody else to lead for so many ticks of theirs, which are over sooner where clocks go faster (thesis §6.4.1).
    public long leaseNanos() {
        return (long) ((electionTicksMin - EARLY_TICKS) * tickNanos / (1 + clockDrift));
    }

    public Settings withElectionTicks(int min, int max) {
        return new Settings(
                min,
                max,
                heartbeatTicks,
                messageBytes,
                messagesInFlight,
                snapshotEntries,
                uncommittedBytes,
                tickNanos,
                leases,
                clockDrift);
    }

    public Settings withMessageBytes(int bytes) {
        return with(bytes, messagesInFlight, snapshotEntries, uncommittedBytes);
    }

    public Settings withMessagesInFlight(int messages) {
        return with(messageBytes, messages, snapshotEntries, uncommittedBytes);
    }

    public Settings withSnapshotEntries(int entries) {
        return with(messageBytes, messagesInFlight, entries, uncommittedBytes);
    }

    public Settings withUncommittedBytes(long bytes) {
        return with(messageBytes, messagesInFlight, snapshotEntries, bytes);
    }

    private Settings with(int bytes, int messages, int entries, long uncommitted) {
        return new Settings(
                electionTicksMin,
                electionTicksMax,
                heartbeatTicks,
                bytes,
                messages,
                entries,
                uncommitted,
                tickNanos,
                leases,
                clockDrift);
    }

    public Settings withTickNanos(long nanos) {
        return withTime(nanos, leases, clockDrift);
    }

    /// With leases, where clocks drift apart by no more than this.
    public Settings withLeases(double drift) {
        return withTime(tickNanos, true, drift);
    }

    private Settings withTime(long nanos, boolean leased, double drift) {
        return new Settings(
                electionTicksMin,
                electionTicksMax,
                heartbeatTicks,
                messageBytes,
                messagesInFlight,
                snapshotEntries,
                uncommittedBytes,
                nanos,
                leased,
                drift);
    }

    /// With a tick of 10 ms these are the paper's 150 to 300 ms, and 50 ms between heartbeats.
    public static Settings defaults() {
        return new Settings(15, 30, 5, 512 * 1024, 64, 10_000);
    }
}
