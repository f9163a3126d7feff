package dev.ordeal.node.raft;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What a leader knows of one follower, and how fast it may send to it.
///
/// It *probes* until it knows where the two logs part: one message at a time. Then it *streams*: new entries go out at once,
/// behind those that are still under way, up to a bound (thesis §10.2.1). A message that was lost shows in the next one,
/// heartbeats included, since the follower refuses what does not follow its log; that is when probing begins again. A
/// follower that lacks what the log has forgotten is sent the snapshot, chunk by chunk ([Transfer]), before anything else.
final class Follower {
    private final NodeId id;

    /// The follower's log equals ours up to here (Figure 2, matchIndex).
    private long match;

    /// The index of the next entry to send (Figure 2, nextIndex).
    private long next;

    private boolean probing = true;
    private boolean probeSent;

    /// The last index of each message with entries that has not been answered, while streaming.
    private final Deque<Long> inFlight = new ArrayDeque<>();

    /// The newest read round that the follower has answered.
    private long round;

    /// At which of the leader's ticks it answered anything.
    private long heardAt;

    private @Nullable Transfer transfer;

    // Of a learner: it goes through rounds, each of which replicates what the log held when it
    // began (thesis §4.2.1).
    private long roundEnd;
    private long roundSince;

    /// At which of the leader's ticks nothing more is sent to it, since it has been removed.
    private long leavesAt = Long.MAX_VALUE;

    /// @param end of the leader's log, at its tick `now`
    Follower(NodeId id, long next, long end, long now) {
        this.id = id;
        this.next = next;
        beginRound(end, now);
    }

    NodeId id() {
        return id;
    }

    void beginRound(long end, long now) {
        roundEnd = end;
        roundSince = now;
    }

    boolean hasEndedRound() {
        return match >= roundEnd;
    }

    long roundSince() {
        return roundSince;
    }

    void leavesAt(long tick) {
        leavesAt = Math.min(leavesAt, tick);
    }

    void stays() {
        leavesAt = Long.MAX_VALUE;
    }

    boolean hasLeft(long now) {
        return now >= leavesAt;
    }

    long match() {
        return match;
    }

    long next() {
        return next;
    }

    long round() {
        return round;
    }

    boolean maySend(int messagesInFlight) {
        return probing ? !probeSent : inFlight.size() < messagesInFlight;
    }

    void sent(long lastIndex) {
        if (probing) {
            probeSent = true;
        } else {
            inFlight.add(lastIndex);
            next = lastIndex + 1;
        }
    }

    long heardAt() {
        return heardAt;
    }

    void answered(long newRound, long tick) {
        round = Math.max(round, newRound);
        heardAt = tick;
    }

    /// The follower says that the logs are equal up to `index`.
    void matches(long index) {
        match = Math.max(match, index);
        while (!inFlight.isEmpty() && inFlight.peek() <= match) inFlight.remove();
        if (transfer != null && match >= transfer.snapshot.last().index()) transfer = null;
        if (probing && match >= next - 1) {
            probing = false;
            next = match + 1;
        }
        next = Math.max(next, match + 1);
    }

    /// Whether a refusal tells something new: not that of a probe that has been answered already, nor an old one.
    boolean isNews(long refusedPrevious) {
        return refusedPrevious > match && (!probing || refusedPrevious == next - 1);
    }

    /// Start over from an earlier index, which what is known to match bounds.
    void backUpTo(long index) {
        next = Math.max(index, match + 1);
        probing = true;
        probeSent = false;
        inFlight.clear();
    }

    /// The snapshot that is on its way to the follower, if one is.
    @Nullable Transfer transfer() {
        return transfer;
    }

    Transfer begin(Snapshot snapshot) {
        transfer = new Transfer(snapshot);
        return transfer;
    }

    /// A snapshot on its way, one chunk after the other. The leader may take newer ones meanwhile; this one is sent to its
    /// end all the same, or a large one would never arrive.
    static final class Transfer {
        /// A chunk that has not been answered for so many heartbeats is lost, unless the follower is down altogether.
        private static final int PATIENCE_HEARTBEATS = 2;

        private final Snapshot snapshot;
        private long offset;
        private int heartbeats;

        private Transfer(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        /// The chunk to send now.
        Message.InstallSnapshot chunk(long term, int bytes, long round) {
            heartbeats = 0;
            var data = snapshot.state().slice((int) offset, bytes);
            boolean done = offset + data.length() == snapshot.state().length();
            return new Message.InstallSnapshot(
                    term, snapshot.last(), snapshot.members(), offset, data, done, round);
        }

        void heartbeat() {
            heartbeats++;
        }

        boolean isOverdue() {
            return heartbeats >= PATIENCE_HEARTBEATS;
        }

        /// The follower has answered a chunk: where to go on is its to say, since it may have lost all it had.
        ///
        /// @return whether that was the chunk last sent
        boolean received(Message.SnapshotReceived reply) {
            if (!reply.last().equals(snapshot.last()) || reply.offset() != offset) return false;
            offset = Math.min(reply.have(), snapshot.state().length());
            return true;
        }
    }
}
