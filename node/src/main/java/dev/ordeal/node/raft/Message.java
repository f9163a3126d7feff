package dev.ordeal.node.raft;

import java.util.List;

/// Everything nodes say to each other. Each message carries the sender's current term.
public sealed interface Message {
    /// The sender's current term (§5.1).
    long term();

    /// "If I stood for election in the term after mine, would you vote for me?" (thesis §9.6)
    ///
    /// @param last the end of the sender's log
    record RequestPreVote(long term, Position last) implements Message {}

    /// The answer, which binds nobody. The voter may still be in an older term than the one that asked: asking moves no
    /// one's term.
    ///
    /// @param asked the term of the [RequestPreVote] that this answers
    record PreVote(long term, long asked, boolean granted) implements Message {}

    /// "Vote for me in this term." (§5.2)
    ///
    /// @param last the end of the candidate's log
    /// @param transfer whether the leader told it to stand ([TimeoutNow]), so that nobody need protect that one (thesis §4.2.3)
    record RequestVote(long term, Position last, boolean transfer) implements Message {
        /// Of one that stands because it has not heard from a leader.
        public RequestVote(long term, Position last) {
            this(term, last, false);
        }
    }

    /// The vote of a node in a term, or its refusal.
    record Vote(long term, boolean granted) implements Message {}

    /// The leader of this term makes itself heard, with entries or without (§5.3).
    ///
    /// @param previous where the leader's log stands just before `entries`
    /// @param entries follow `previous` without a gap; none in a heartbeat
    /// @param commit the leader's commit index
    /// @param round the newest read round the leader had begun when it sent this; comes back in the answer (thesis §6.4),
    ///     or 0 if the node that answers is in a later term
    record AppendEntries(long term, Position previous, List<Entry> entries, long commit, long round)
            implements Message {
        public AppendEntries {
            entries = List.copyOf(entries);
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).index() != previous.index() + 1 + i)
                    throw new IllegalArgumentException(
                            "entry %d does not follow %d"
                                    .formatted(entries.get(i).index(), previous.index() + i));
            }
        }

        /// What this message says to a log that has forgotten everything up to `base`: entries up to there are committed, so
        /// that they are the leader's, too (§5.4.3).
        AppendEntries behind(Position base) {
            if (previous.index() >= base.index()) return this;
            int forgotten = (int) Math.min(base.index() - previous.index(), entries.size());
            var rest = entries.subList(forgotten, entries.size());
            return new AppendEntries(term, base, rest, commit, round);
        }

        /// The last index this message speaks of: a log that accepted it equals the leader's up to here.
        public long lastIndex() {
            return previous.index() + entries.size();
        }
    }

    /// The leader of this term sends its snapshot, since its log no longer holds what the follower lacks; a chunk at a time
    /// (§7; Figure 13).
    ///
    /// @param last the last entry that the snapshot holds; term and `last` tell which snapshot it is
    /// @param members as in [Snapshot]
    /// @param offset where `data` belongs in the snapshot's state
    /// @param done whether this is the last chunk
    /// @param round as in [AppendEntries]
    record InstallSnapshot(
            long term,
            Position last,
            Membership members,
            long offset,
            Bytes data,
            boolean done,
            long round)
            implements Message {}

    /// "My log equals yours up to `match`", and that is durable. Answers entries and, when nothing more of it is wanted, a
    /// snapshot.
    record AppendAccepted(long term, long match, long round) implements Message {}

    /// "My log does not hold what your entries should follow", or, with a later term, "you lead no more".
    ///
    /// @param previous the index at which the logs were compared
    /// @param conflictTerm the term of the entry the follower has there; 0 if its log is shorter
    /// @param conflictIndex the first index of that term in its log; if it is shorter, the first index it lacks. With these
    ///     the leader passes over a whole term at a time (§5.3, end)
    record AppendRefused(
            long term, long previous, long conflictTerm, long conflictIndex, long round)
            implements Message {}

    /// "Your log is up to date: stand for election at once." The leader of this term wants to hand its leadership over (thesis
    /// §3.10).
    record TimeoutNow(long term) implements Message {}

    /// The answer: in a later term, "I stand in this one"; else "I do not".
    record Candidacy(long term) implements Message {}

    /// "Of this snapshot I have the first `have` bytes: go on there", which is where a transfer resumes after a break; or,
    /// with a later term, "you lead no more".
    ///
    /// @param offset that of the chunk which this answers
    record SnapshotReceived(long term, Position last, long offset, long have, long round)
            implements Message {}
}
