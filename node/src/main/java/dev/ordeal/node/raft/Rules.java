package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.AppendRefused;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The decisions that Raft's safety rests on, one method each, all in this file: [Raft] moves state, and asks here whenever
/// a wrong answer could cost someone their data. They are functions of what they are given.
///
/// The class is open so that a test of the *tools* can get exactly one decision wrong; there is no other reason to extend it.
public class Rules {

    // --- Terms and votes

    /// A node's vote belongs to its term: a later term begins without one, and whoever steps down *within* a term still has
    /// given the vote it gave (§5.2, "each server will vote for at most one candidate in a given term").
    public @Nullable NodeId voteOnSteppingDown(long term, long newTerm, @Nullable NodeId vote) {
        return newTerm > term ? null : vote;
    }

    /// First come, first served, and once a term; the same candidate may ask again (§5.2; Figure 2, RequestVote 2).
    public boolean mayVoteFor(NodeId candidate, @Nullable NodeId vote) {
        return vote == null || vote.equals(candidate);
    }

    /// A candidate that may lack something committed is not elected: its log must be at least as up-to-date as the voter's
    /// (§5.4.1).
    public boolean isUpToDate(Position candidateLast, Position last) {
        return candidateLast.atLeastAsUpToDateAs(last);
    }

    /// A vote counts in the term in which it was given, and in no other (§5.2).
    public boolean mayCountVote(long voteTerm, long term) {
        return voteTerm == term;
    }

    /// Voters count towards a majority. Learners do not (thesis §4.2.1), nor does a leader that is being removed (§4.2.2).
    public boolean counts(NodeId node, Membership members) {
        return members.isVoter(node);
    }

    /// How many members granted their vote. Messages come twice, voters count once (§5.2).
    public int votes(List<NodeId> grantedBy) {
        int votes = 0;
        for (int i = 0; i < grantedBy.size(); i++)
            if (grantedBy.indexOf(grantedBy.get(i)) == i) votes++;
        return votes;
    }

    /// More than half of all voters, whether they can be reached or not: any two quorums share a member (§5.2, §5.3).
    public boolean isQuorum(int nodes, Membership members) {
        return nodes > members.size() / 2;
    }

    // --- A leader's log

    /// Only the leader of a term adds to the log, and there is one a term: so an index and a term name one entry, and logs that
    /// have it are equal up to it (§5.3, Log Matching).
    public boolean mayPropose(Role role) {
        return role == Role.LEADER;
    }

    // --- A follower's log

    /// New entries are taken only behind an entry that is the leader's too, or two logs that agree on a position would not
    /// agree on what is before it (§5.3; Figure 2, AppendEntries 2).
    public boolean mayAppendAfter(Position previous, Log log) {
        return log.holds(previous);
    }

    /// What of a leader's entries to write, and what it cuts off. Entries already there stay, *and so does what follows
    /// them*: the message may be older than one that brought more. The first entry that differs goes, with everything behind
    /// it (§5.3; Figure 2, AppendEntries 3 and 4).
    public Optional<StoreEntries> toStore(List<Entry> entries, Log log) {
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (!log.holds(entry.position()))
                return Optional.of(
                        new StoreEntries(entry.index() - 1, entries.subList(i, entries.size())));
        }
        return Optional.empty();
    }

    /// How far the follower's log is known to be the leader's: up to the end of *this* message. What lies behind may be the
    /// remains of another leader (§5.3; Figure 2, AppendEntries, "matchIndex").
    public long match(AppendEntries message, Log log) {
        return message.lastIndex();
    }

    // --- Snapshots

    /// A snapshot is the state behind the last entry applied, and bears its position: what follows is applied to it next
    /// (§7, "last included index").
    public Position lastIncluded(Log log, long applied) {
        return log.position(applied);
    }

    /// A snapshot takes a node forward or not at all: what it has applied it has shown, and what it has acknowledged it keeps.
    /// Snapshots come late and twice, as all messages do (§7).
    public boolean mayInstall(Position last, long commit) {
        return last.index() > commit;
    }

    /// A log that holds the snapshot's last entry holds all that is in the snapshot, and by applying that gets there itself;
    /// what it holds beyond has been acknowledged and stays. Any other log is none that the leader knows of (§7; Figure 13,
    /// InstallSnapshot 6 and 7).
    public boolean replacesLog(Position last, Log log) {
        return !log.holds(last);
    }

    // --- Committing

    /// What a follower said to the leader of an earlier term tells the leader of this one nothing (§5.1).
    public boolean mayCountAnswer(long answerTerm, long term) {
        return answerTerm == term;
    }

    /// The highest number that a quorum has reached. With match indexes: what a quorum stores; with read rounds: what a
    /// quorum has answered.
    ///
    /// @param numbers one of each member that [counts][#counts]; none is negative
    public final long reachedByQuorum(long[] numbers, Membership members) {
        long reached = 0;
        for (long number : numbers)
            if (number > reached && isQuorum(atLeast(number, numbers), members)) reached = number;
        return reached;
    }

    /// They are few: counting is quicker than sorting.
    private static int atLeast(long number, long[] numbers) {
        int count = 0;
        for (long other : numbers) if (other >= number) count++;
        return count;
    }

    /// A leader commits by counting only entries of its own term, and older ones with them: a quorum may hold an older entry
    /// and still lose it to a leader that never saw it (§5.4.2, Figure 8).
    public boolean mayCommit(long entryTerm, long term) {
        return entryTerm == term;
    }

    /// A follower commits what the leader has committed, as far as *this* message has shown that their logs are equal (§5.3;
    /// Figure 2, AppendEntries 5, "index of last new entry").
    public long followerCommit(AppendEntries message, Log log) {
        return Math.min(message.commit(), message.lastIndex());
    }

    // --- A leader's view of a follower's log

    /// Where to look for the place at which a follower's log parts from ours, once it refused what should follow `previous`.
    /// Any earlier index is safe; this passes over a term at a time (§5.3, end): behind our last entry of the follower's
    /// conflicting term or, where we have none of it, at the place where that term begins in the follower's log.
    public long nextToTry(AppendRefused refusal, Log log) {
        long ours = log.lastIndexOfTermUpTo(refusal.conflictTerm());
        boolean sharesTerm =
                refusal.conflictTerm() > 0 && log.termAt(ours) == refusal.conflictTerm();
        return Math.min(refusal.previous(), sharesTerm ? ours + 1 : refusal.conflictIndex());
    }

    // --- Membership (thesis, chapter 4)

    /// A server uses the newest configuration in its log; one whose entry is cut off never was (thesis §4.1).
    public boolean isUndone(long configurationIndex, StoreEntries store) {
        return configurationIndex > store.afterIndex();
    }

    /// A leader that has committed nothing in its term may not know of a change that another leader began, and would make
    /// one that shares no majority with it (Ongaro, "bug in single-server membership changes", raft-dev, 2015).
    public boolean mayBeginChanges(long termAtCommit, long term) {
        return termAtCommit == term;
    }

    /// One change at a time: two configurations share a majority when they differ by one server, not when by two (thesis
    /// §4.1).
    public boolean isSettled(long configurationIndex, long commit) {
        return configurationIndex <= commit;
    }

    /// A learner votes when it has caught up: it got all of the log, as it was when a round began, within an election time-out.
    /// What came in meanwhile takes no longer, and holds up no commit for longer than an election would (thesis §4.2.1).
    public boolean isCaughtUp(long roundTicks, Settings settings) {
        return roundTicks < settings.electionTicksMin();
    }

    /// Who is no voter does not stand. A server that is being removed may have to, as long as it does not know that to be
    /// committed: perhaps nobody else who has the entry can be elected (thesis §4.2.2).
    ///
    /// @param before the configuration before the one in force, if that is not known to be committed; else the same
    public boolean mayStand(NodeId node, Membership inForce, Membership before) {
        return inForce.isVoter(node) || before.isVoter(node);
    }

    /// A leader that is being removed leads until that is committed, and no longer (thesis §4.2.2).
    public boolean mayLeadOn(NodeId node, Membership committed) {
        return committed.isVoter(node);
    }

    // --- Leading and reading

    /// A leader that has not heard from a majority for an election time-out cannot commit anything and may have a successor:
    /// it steps down, so that its clients look for that one (thesis §6.2).
    public boolean hearsQuorum(long ticksSinceQuorum, Settings settings) {
        return ticksSinceQuorum < settings.electionTicksMax();
    }

    /// A leader knows what is committed once it has committed an entry of its own term; until then its commit index may lag
    /// behind what clients were told by the leader before (§8; thesis §6.4, step 1).
    public boolean knowsWhatIsCommitted(long termAtCommit, long term) {
        return termAtCommit == term;
    }

    /// Whoever has heard from a leader within the shortest election time-out does not help another to take its place, or the
    /// leader's lease would be worth nothing; unless the leader wants to be replaced. Only a lease rests on it (thesis §4.2.3,
    /// §6.4.1).
    ///
    /// @param ticksSinceLeader since the voter heard from a leader, or was started: it does not know what it has answered before
    /// @param transfer whether the candidate stands because the leader told it to
    public boolean mayReplaceLeader(long ticksSinceLeader, boolean transfer, Settings settings) {
        return transfer || ticksSinceLeader >= settings.electionTicksMin();
    }

    /// A leader whose heartbeat a quorum has answered has a lease from when it *sent* it, until the first of those who answered
    /// may help another to lead: by a clock that may be slower than theirs, as far as the bound allows (thesis §6.4.1).
    ///
    /// @param sentNanos when it was sent, by the leader's clock, which runs on while the process is paused
    /// @param nowNanos by the same clock, after the read arrived
    public boolean isUnderLease(long sentNanos, long nowNanos, Settings settings) {
        return nowNanos - sentNanos < settings.leaseNanos();
    }

    /// A leader that has told another to stand has no lease any more, in this term: for that one everybody votes at once, and
    /// the message may be late (thesis §6.4.1).
    public boolean keepsLease(boolean toldAnotherToStand) {
        return !toldAnotherToStand;
    }

    /// A read is served once a quorum has answered a message sent after it arrived: no later leader could have been elected
    /// and have committed something before the read began (§8; thesis §6.4, step 3).
    public boolean isStillLeader(long readRound, long roundOfQuorum) {
        return roundOfQuorum >= readRound;
    }
}
