package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.Accepted;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.CompactLog;
import dev.ordeal.node.raft.Effect.Configured;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.MembershipChanged;
import dev.ordeal.node.raft.Effect.MembershipRefused;
import dev.ordeal.node.raft.Effect.MembershipUnknown;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.Send;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Effect.TakeSnapshot;
import dev.ordeal.node.raft.Effect.TransferEnded;
import dev.ordeal.node.raft.Event.ChangeMembership;
import dev.ordeal.node.raft.Event.Proposal;
import dev.ordeal.node.raft.Event.Propose;
import dev.ordeal.node.raft.Event.Read;
import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Event.SnapshotTaken;
import dev.ordeal.node.raft.Event.Tick;
import dev.ordeal.node.raft.Event.TransferLeadership;
import dev.ordeal.node.raft.Message.AppendAccepted;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.AppendRefused;
import dev.ordeal.node.raft.Message.Candidacy;
import dev.ordeal.node.raft.Message.InstallSnapshot;
import dev.ordeal.node.raft.Message.PreVote;
import dev.ordeal.node.raft.Message.RequestPreVote;
import dev.ordeal.node.raft.Message.RequestVote;
import dev.ordeal.node.raft.Message.SnapshotReceived;
import dev.ordeal.node.raft.Message.TimeoutNow;
import dev.ordeal.node.raft.Message.Vote;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One member of a Raft cluster: give it what happens ([#step]) and do what it asks, in the order in which it asks ([Effect]).
///
/// It does nothing else. It holds no clock, so a driver gives it ticks and tells the time; no disk, so a driver starts it with what it
/// [Persisted]; no network, so messages are events and effects. The same events and the same random numbers give the same
/// effects. One thread at a time.
public final class Raft {
    private final NodeId self;
    private final Settings settings;
    private final Rules rules;
    private final RandomGenerator random;

    // Persistent state (Figure 2). The driver hears of a change before anything that rests on it.
    private long term;
    private @Nullable NodeId vote;
    private final Log log;
    private Snapshot snapshot;

    private final Configurations configurations;

    /// The configuration in force.
    private Membership members;

    // Volatile state. What is committed has been handed over to be applied: one index for both.
    private Role role = Role.FOLLOWER;
    private @Nullable NodeId leader;
    private long commit;

    /// Whether a snapshot has been asked for and is not durable yet.
    private boolean snapshotting;

    /// The snapshot that a leader is sending, as far as it has come.
    private @Nullable Incoming incoming;

    /// Ticks since a follower last heard from its leader or gave its vote, since a candidate asked for votes, or since a
    /// leader made itself heard.
    private int elapsed;

    /// Ticks since this node last heard from a leader, or since it was started.
    private long ticksSinceLeader;

    /// When this step happens, by the node's clock.
    private long now;

    /// How many ticks this node, when it does not lead, waits before it stands for election.
    private int patience;

    // Of a pre-candidate or candidate: who granted, as the answers came in.
    private final List<NodeId> grantedBy = new ArrayList<>();

    // Of a leader.
    /// In the order of their names. Few.
    private final List<Follower> followers = new ArrayList<>();

    /// Those of them that count towards a quorum under the configuration in force, and whether the leader does.
    private final List<Follower> counted = new ArrayList<>();

    private boolean countsItself;

    /// Room for a number of each that counts.
    private long[] numbers = {};

    /// Whether there are followers that the configuration in force does not name any more.
    private boolean someLeave;

    /// The ticks of this leadership.
    private long clock;

    /// How much of a leader's log is not committed.
    private long uncommittedBytes;

    private @Nullable Handover handover;

    /// Changes of the membership that wait for their turn.
    private final Deque<ChangeMembership> changes = new ArrayDeque<>();

    /// The requests whose changes stand in the log and are not committed, by index.
    private final NavigableMap<Long, Long> changing = new TreeMap<>();

    /// The requests to add a server that is learning.
    private final SortedMap<NodeId, Long> joining = new TreeMap<>();

    private long round;

    // Of a leader with leases: when the rounds began that no quorum has answered yet, and the
    // newest
    // that one has.
    private final Deque<Round> rounds = new ArrayDeque<>();
    private @Nullable Round answered;
    private boolean toldAnotherToStand;

    private final Deque<PendingRead> reads = new ArrayDeque<>();
    private final List<Long> readsBeforeFirstCommit = new ArrayList<>();

    /// More changes than this do not wait.
    private static final int MAX_CHANGES = 64;

    /// What comes back for a message of an earlier term. The answer has the term of the node that gives it, which may by now be
    /// that of the very same leader, elected again, whose rounds have begun anew.
    private static final long NO_ROUND = 0;

    /// A transfer of leadership that was asked for at this tick.
    private record Handover(long requestId, NodeId target, long since) {}

    /// A read round, and when its first message was sent.
    private record Round(long number, long sentNanos) {}

    /// Reads that wait for a quorum to answer `round`, to be served at `index`.
    private record PendingRead(List<Long> requestIds, long round, long index) {}

    // What the driver has been told, and what it is being told in this step.
    private SaveVote toldVote;
    private RoleChanged toldRole;
    private Configured toldConfiguration;
    private final List<Effect> effects = new ArrayList<>();

    /// A node starts as a follower that knows of no leader (§5.2) and of nothing committed but what its snapshot holds. The
    /// driver has the state machine start with that snapshot, too.
    ///
    /// @param bootstrap the members that the cluster began with, the same for each of them; [Membership#NONE] for a server that
    ///     waits to be added. What the disk says comes before it.
    /// @param persisted what the disk kept of the node's earlier lives
    /// @param random draws the election time-outs
    public Raft(
            NodeId self,
            Membership bootstrap,
            Settings settings,
            Rules rules,
            RandomGenerator random,
            Persisted persisted) {
        this.self = self;
        this.settings = settings;
        this.rules = rules;
        this.random = random;
        term = persisted.term();
        vote = persisted.vote();
        snapshot = persisted.snapshot();
        log = new Log(snapshot.last(), persisted.entries());
        configurations =
                new Configurations(
                        log, snapshot.last().index() == 0 ? bootstrap : snapshot.members());
        toldConfiguration = configurations.inForce();
        members = toldConfiguration.members();
        commit = snapshot.last().index();
        toldVote = new SaveVote(term, vote);
        toldRole = new RoleChanged(role, term, leader);
        beginToWait();
    }

    /// Takes in one event. The effects are to be carried out in their order, and before the next step: the list is the same one
    /// each time.
    ///
    /// @param nanos the time on the node's own clock, read when the event had come. That clock never goes back, and it runs on
    ///     while the process is paused. Without leases it means nothing
    public List<Effect> step(Event event, long nanos) {
        effects.clear();
        now = nanos;
        switch (event) {
            case Tick(int passed) -> tick(passed);
            case Receive(var from, var message) -> receive(from, message);
            case Propose(var proposals) -> propose(proposals);
            case Read(var requestIds) -> read(requestIds);
            case ChangeMembership change -> change(change);
            case SnapshotTaken(var taken) -> taken(taken);
            case TransferLeadership(long requestId, var target) -> transfer(requestId, target);
        }
        announce();
        return effects;
    }

    /// How many ticks could pass now before one with which anything happens but that time goes by. A driver may let these
    /// pass in one event, and late, as long as they come before what happens after them.
    public int quietTicks() {
        return role == Role.LEADER ? 0 : Math.max(0, patience - elapsed - 1);
    }

    public Role role() {
        return role;
    }

    public long term() {
        return term;
    }

    public Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    /// The configuration in force.
    public Membership members() {
        return members;
    }

    public long commitIndex() {
        return commit;
    }

    /// The newest snapshot that is durable.
    public Snapshot snapshot() {
        return snapshot;
    }

    /// The log, to look at.
    public Log log() {
        return log;
    }

    // --- Effects

    /// Nothing leaves this node before the term, the vote and the role it speaks with: a change of them is told before any
    /// other effect, and at the end of the step at the latest.
    private void emit(Effect effect) {
        announce();
        effects.add(effect);
    }

    private void announce() {
        if (toldVote.term() != term || !Objects.equals(toldVote.vote(), vote)) {
            toldVote = new SaveVote(term, vote);
            effects.add(toldVote);
        }
        var configuration = configurations.inForce();
        if (!Objects.equals(configuration, toldConfiguration)) effects.add(configuration);
        toldConfiguration = configuration; // the very same: to compare them again costs nothing
        if (toldRole.role() != role
                || toldRole.term() != term
                || !Objects.equals(toldRole.leader(), leader)) {
            toldRole = new RoleChanged(role, term, leader);
            effects.add(toldRole);
        }
    }

    private void send(NodeId to, Message message) {
        emit(new Send(to, message));
    }

    // --- Time

    private void tick(int passed) {
        elapsed += passed;
        ticksSinceLeader += passed;
        if (role == Role.LEADER) {
            clock += passed;
            if (!rules.hearsQuorum(ticksSinceQuorum(), settings)) {
                follow(term, null);
                return;
            }
            giveHandoverUpIfOverdue();
            if (someLeave && followers.removeIf(follower -> follower.hasLeft(clock)))
                countMembers();
            if (elapsed >= settings.heartbeatTicks()) {
                elapsed = 0;
                for (var follower : followers) {
                    var transfer = follower.transfer();
                    if (transfer != null) transfer.heartbeat();
                }
                if (settings.leases()) beginRound();
                sendHeartbeats();
            }
        } else if (elapsed >= patience) {
            if (mayStand()) {
                askForPreVotes();
            } else {
                leader = null;
                beginToWait();
            }
        }
    }

    private long ticksSinceQuorum() {
        return clock - reachedByQuorum(clock, Follower::heardAt);
    }

    private void beginToWait() {
        elapsed = 0;
        patience = random.nextInt(settings.electionTicksMin(), settings.electionTicksMax() + 1);
    }

    // --- Elections

    /// Before it disturbs anyone with a new term, a node asks whether it could win one (thesis §9.6).
    private void askForPreVotes() {
        role = Role.PRE_CANDIDATE;
        leader = null;
        grantedBy.clear();
        beginToWait();
        announce();
        for (var voter : otherVoters()) send(voter, new RequestPreVote(term, log.last()));
        preVoteFrom(self);
    }

    private boolean mayStand() {
        boolean committed = configurations.index() <= commit;
        return rules.mayStand(self, members, committed ? members : configurations.before());
    }

    private List<NodeId> otherVoters() {
        var others = new ArrayList<>(members.voters());
        others.remove(self);
        return others;
    }

    private void preVoteFrom(NodeId voter) {
        if (isGrantedByQuorum(voter)) standForElection(false);
    }

    private boolean isGrantedByQuorum(NodeId voter) {
        if (rules.counts(voter, members)) grantedBy.add(voter);
        return rules.isQuorum(rules.votes(grantedBy), members);
    }

    private void standForElection(boolean transfer) {
        role = Role.CANDIDATE;
        leader = null;
        term++;
        vote = self;
        grantedBy.clear();
        beginToWait();
        announce();
        for (var voter : otherVoters()) send(voter, new RequestVote(term, log.last(), transfer));
        voteFrom(self);
    }

    private void voteFrom(NodeId voter) {
        if (isGrantedByQuorum(voter)) lead();
    }

    /// A new leader's first entry is a no-op: with it, all that earlier leaders left behind can commit (§5.4.2), and the
    /// leader learns what is committed (§8).
    private void lead() {
        role = Role.LEADER;
        leader = self;
        elapsed = 0;
        clock = 0;
        round = 0;
        rounds.clear();
        answered = null;
        toldAnotherToStand = false;
        grantedBy.clear();
        sendToMembers(log.lastIndex() + 1);
        uncommittedBytes = 0;
        for (long i = commit + 1; i <= log.lastIndex(); i++)
            uncommittedBytes += Log.bytes(log.entry(i));
        announce();
        append(List.of(new Entry(log.lastIndex() + 1, term, Entry.Kind.NOOP, Bytes.EMPTY)));
        advanceCommit();
    }

    /// Become, or stay, a follower in this term, under this leader if it is known.
    private void follow(long newTerm, @Nullable NodeId newLeader) {
        leader = newLeader;
        if (newTerm == term && role == Role.FOLLOWER) return;
        if (role == Role.LEADER) beginToWait();
        vote = rules.voteOnSteppingDown(term, newTerm, vote);
        boolean stepsUp = newTerm > term;
        if (stepsUp) incoming = null;
        term = newTerm;
        role = Role.FOLLOWER;
        grantedBy.clear();
        followers.clear();
        if (handover != null) {
            emit(new TransferEnded(handover.requestId(), stepsUp));
            handover = null;
        }
        for (var read : reads) refuse(read.requestIds());
        reads.clear();
        refuse(readsBeforeFirstCommit);
        readsBeforeFirstCommit.clear();
        abandonChanges();
    }

    // --- Messages

    /// Requests are answered whoever asks: a server that is new to the cluster, or to which the cluster is, must be able to
    /// follow a leader and to vote for a candidate that its configuration does not name yet (thesis §4.1).
    private void receive(NodeId from, Message message) {
        if (message instanceof RequestVote request && !heeds(request.transfer())) {
            send(from, new Vote(term, false));
            return;
        }
        if (message.term() > term && movesTerm(message))
            follow(message.term(), isFromLeader(message) ? from : null);
        switch (message) {
            case RequestPreVote request -> receive(from, request);
            case PreVote reply -> receive(from, reply);
            case RequestVote request -> receive(from, request);
            case Vote reply -> receive(from, reply);
            case AppendEntries request -> receive(from, request);
            case AppendAccepted reply -> receive(from, reply);
            case AppendRefused reply -> receive(from, reply);
            case InstallSnapshot request -> receive(from, request);
            case SnapshotReceived reply -> receive(from, reply);
            case TimeoutNow request -> receive(from, request);
            case Candidacy reply -> {} // its term has said it all
        }
    }

    /// With leases a candidate is not heard while there may be a leader that counts on that: its term is none of ours yet
    /// (thesis §4.2.3).
    private boolean heeds(boolean transfer) {
        return !settings.leases()
                || ((transfer || role != Role.LEADER)
                        && rules.mayReplaceLeader(ticksSinceLeader, transfer, settings));
    }

    private static boolean isFromLeader(Message message) {
        return message instanceof AppendEntries || message instanceof InstallSnapshot;
    }

    /// Whoever hears of a later term is in it (§5.1); but a node that only asks how it would fare shall disturb nobody
    /// (thesis §9.6).
    private static boolean movesTerm(Message message) {
        return !(message instanceof RequestPreVote);
    }

    private void receive(NodeId from, RequestPreVote request) {
        boolean granted =
                request.term() >= term
                        && !hasLeader()
                        && heeds(false)
                        && rules.isUpToDate(request.last(), log.last());
        send(from, new PreVote(term, request.term(), granted));
    }

    /// Whether there is, as far as this node knows, a leader that works: itself, or one it has heard from so lately that
    /// nobody's election time-out can have run out since. Such a node does not help to unseat it (thesis §9.6, §4.2.3).
    private boolean hasLeader() {
        return role == Role.LEADER || (leader != null && elapsed < settings.electionTicksMin());
    }

    private void receive(NodeId from, PreVote reply) {
        if (role == Role.PRE_CANDIDATE && reply.asked() == term && reply.granted())
            preVoteFrom(from);
    }

    private void receive(NodeId from, RequestVote request) {
        boolean granted =
                request.term() == term
                        && rules.mayVoteFor(from, vote)
                        && rules.isUpToDate(request.last(), log.last());
        if (granted) {
            vote = from;
            beginToWait();
        }
        send(from, new Vote(term, granted));
    }

    private void receive(NodeId from, Vote reply) {
        if (role == Role.CANDIDATE && rules.mayCountVote(reply.term(), term) && reply.granted())
            voteFrom(from);
    }

    /// A follower's side of replication (§5.3; Figure 2, AppendEntries).
    private void receive(NodeId from, AppendEntries whole) {
        if (whole.term() < term) {
            long previous = whole.previous().index();
            send(from, new AppendRefused(term, previous, 0, log.lastIndex() + 1, NO_ROUND));
            return;
        }
        // Two leaders in a term cannot be; if there are, one that leads on makes it worse.
        hearFrom(from);

        var request = whole.behind(log.base());
        if (!rules.mayAppendAfter(request.previous(), log)) {
            send(from, refusal(request.previous().index(), request.round()));
            return;
        }
        rules.toStore(request.entries(), log).ifPresent(this::store);
        send(from, new AppendAccepted(term, rules.match(request, log), request.round()));
        commitUpTo(rules.followerCommit(request, log));
    }

    private void hearFrom(NodeId currentLeader) {
        follow(term, currentLeader);
        beginToWait();
        ticksSinceLeader = 0;
    }

    private AppendRefused refusal(long previous, long askedRound) {
        return previous > log.lastIndex()
                ? new AppendRefused(term, previous, 0, log.lastIndex() + 1, askedRound)
                : new AppendRefused(
                        term,
                        previous,
                        log.termAt(previous),
                        log.firstIndexOfTermAt(previous),
                        askedRound);
    }

    private void receive(NodeId from, AppendAccepted reply) {
        var follower = answering(from, reply.term());
        if (follower == null) return;
        follower.answered(reply.round(), clock);
        follower.matches(reply.match());
        handOverIfCaughtUp();
        advanceCommit();
        if (role != Role.LEADER) return; // what is committed may be its own removal
        serveReads();
        if (members.isLearner(from)) promoteIfCaughtUp(from, follower);
        replicate(follower);
    }

    /// That the logs differ says nothing against the leadership: a refusal in this term answers a read round, too.
    private void receive(NodeId from, AppendRefused reply) {
        var follower = answering(from, reply.term());
        if (follower == null) return;
        follower.answered(reply.round(), clock);
        serveReads();
        var transfer = follower.transfer();
        if (transfer != null) {
            // It is there, and has not got the chunk.
            if (transfer.isOverdue()) sendChunk(from, transfer);
        } else if (follower.next() < log.firstIndex()) {
            // The log was compacted before it was known where the two part: before its beginning.
            replicate(follower);
        } else if (follower.isNews(reply.previous())) {
            follower.backUpTo(rules.nextToTry(reply, log));
            replicate(follower);
        }
    }

    // --- A leader's log

    private void propose(List<Proposal> proposals) {
        // New entries would keep the target of a transfer from ever holding all there are.
        if (!rules.mayPropose(role) || handover != null) {
            for (var proposal : proposals) emit(new Refused(proposal.requestId(), leader));
            return;
        }
        var entries = new ArrayList<Entry>(proposals.size());
        long index = log.lastIndex();
        long bytes = uncommittedBytes;
        for (var proposal : proposals) {
            if (bytes >= settings.uncommittedBytes()) break;
            var entry = new Entry(++index, term, Entry.Kind.COMMAND, proposal.payload());
            bytes += Log.bytes(entry);
            entries.add(entry);
        }
        if (!entries.isEmpty()) append(entries);
        for (int i = 0; i < proposals.size(); i++) {
            long requestId = proposals.get(i).requestId();
            emit(
                    i < entries.size()
                            ? new Accepted(requestId, entries.get(i).index(), term)
                            : new Refused(requestId, leader));
        }
        advanceCommit();
    }

    /// The followers are sent the entries before our own disk is asked to keep them, so that all disks work at once
    /// (thesis §10.2.1).
    private void append(List<Entry> entries) {
        var store = new StoreEntries(log.lastIndex(), entries);
        hold(store);
        for (var entry : entries) uncommittedBytes += Log.bytes(entry);
        for (var follower : followers) replicate(follower);
        emit(store);
    }

    private void store(StoreEntries store) {
        hold(store);
        emit(store);
    }

    private void hold(StoreEntries store) {
        log.store(store);
        if (configurations.store(store, rules)) configure();
    }

    /// The follower whose answer this is, if the answer is one to this leader. One that was removed may answer late.
    private @Nullable Follower answering(NodeId from, long answerTerm) {
        boolean counts = role == Role.LEADER && rules.mayCountAnswer(answerTerm, term);
        return counts ? follower(from) : null;
    }

    private @Nullable Follower follower(NodeId node) {
        for (var follower : followers) if (follower.id().equals(node)) return follower;
        return null;
    }

    private void replicate(Follower follower) {
        if (follower.next() < log.firstIndex()) {
            if (follower.transfer() == null) sendChunk(follower.id(), follower.begin(snapshot));
            return;
        }
        while (follower.next() <= log.lastIndex()
                && follower.maySend(settings.messagesInFlight())) {
            var entries = log.from(follower.next(), settings.messageBytes());
            sendAppend(follower, entries);
            follower.sent(entries.getLast().index());
        }
    }

    /// Empty, wherever the follower stands: whoever is down shall not be sent the same entries again and again. Its answer
    /// shows what it lacks.
    private void sendHeartbeats() {
        for (var follower : followers) sendAppend(follower, List.of());
    }

    private void sendAppend(Follower follower, List<Entry> entries) {
        // What comes before the log's first entry, nobody can be asked about.
        long previous = Math.max(follower.next() - 1, log.base().index());
        send(
                follower.id(),
                new AppendEntries(term, log.position(previous), entries, commit, round));
    }

    // --- Committing

    /// The leader counts itself for all of its log, though its disk may still be at work: nothing that rests on the commit
    /// is carried out before that is done (see [Effect]).
    private void advanceCommit() {
        if (commit == log.lastIndex()) return; // as with most answers
        long stored = reachedByQuorum(log.lastIndex(), Follower::match);
        if (stored <= commit || !rules.mayCommit(log.termAt(stored), term)) return;
        commitUpTo(stored);
        if (!readsBeforeFirstCommit.isEmpty()) {
            var held = List.copyOf(readsBeforeFirstCommit);
            readsBeforeFirstCommit.clear();
            read(held);
        }
        if (configurations.index() <= commit) membersAreCommitted();
    }

    private void commitUpTo(long index) {
        while (commit < index) {
            var entry = log.entry(++commit);
            if (role == Role.LEADER) uncommittedBytes -= Log.bytes(entry);
            emit(new Apply(entry));
        }
        takeSnapshotIfDue();
    }

    private long reachedByQuorum(long own, ToLongFunction<Follower> ofFollower) {
        for (int i = 0; i < counted.size(); i++)
            numbers[i] = ofFollower.applyAsLong(counted.get(i));
        if (countsItself) numbers[counted.size()] = own;
        return rules.reachedByQuorum(numbers, members);
    }

    private void countMembers() {
        counted.clear();
        someLeave = false;
        for (var follower : followers) {
            if (rules.counts(follower.id(), members)) counted.add(follower);
            someLeave |= !members.contains(follower.id());
        }
        countsItself = rules.counts(self, members);
        numbers = new long[counted.size() + (countsItself ? 1 : 0)];
    }

    // --- Membership (thesis, chapter 4)

    /// Takes up what the log now says about the members. A leader sends a server that is new the entry that says so, and what
    /// it lacks when it has answered that; one that is removed is still sent what tells it so ([#membersAreCommitted]).
    private void configure() {
        members = configurations.inForce().members();
        if (role == Role.LEADER) sendToMembers(log.lastIndex());
    }

    private void sendToMembers(long nextIndexOfNew) {
        for (var member : members.addresses().keySet()) {
            if (member.equals(self)) continue;
            var known = follower(member);
            if (known == null)
                followers.add(new Follower(member, nextIndexOfNew, log.lastIndex(), clock));
            else known.stays();
        }
        followers.sort(Comparator.comparing(Follower::id));
        countMembers();
    }

    private void change(ChangeMembership change) {
        if (role != Role.LEADER) {
            emit(new Refused(change.requestId(), leader));
        } else if (changes.size() >= MAX_CHANGES) {
            emit(
                    new MembershipRefused(
                            change.requestId(), changes.size() + " changes are waiting"));
        } else {
            changes.add(change);
            makeNextChange();
        }
    }

    private boolean mayChange() {
        return role == Role.LEADER
                && handover == null
                && rules.mayBeginChanges(log.termAt(commit), term)
                && rules.isSettled(configurations.index(), commit);
    }

    private void makeNextChange() {
        while (!changes.isEmpty() && mayChange()) {
            var request = changes.remove();
            switch (request.change()) {
                case Change.Add(var node, var at) -> add(request.requestId(), node, at);
                case Change.Remove(var node) -> remove(request.requestId(), node);
            }
        }
    }

    private void add(long requestId, NodeId node, Addresses at) {
        if (members.isVoter(node)) {
            emit(new MembershipRefused(requestId, node + " is a member already"));
        } else if (joining.containsKey(node)) {
            emit(new MembershipRefused(requestId, node + " is being added already"));
        } else if (members.isLearner(node) && !at.equals(members.addresses().get(node))) {
            emit(
                    new MembershipRefused(
                            requestId,
                            node + " is being added at another address: remove it first"));
        } else {
            joining.put(node, requestId);
            if (!members.isLearner(node)) begin(members.withLearner(node, at));
        }
    }

    private void remove(long requestId, NodeId node) {
        if (!members.contains(node)) {
            emit(new MembershipRefused(requestId, node + " is not a member"));
        } else if (members.voters().equals(List.of(node))) {
            emit(new MembershipRefused(requestId, node + " is the last voter"));
        } else {
            var request = joining.remove(node);
            if (request != null)
                emit(new MembershipRefused(request, node + " was removed before it had caught up"));
            changing.put(log.lastIndex() + 1, requestId);
            begin(members.without(node));
        }
    }

    /// Another round begins where one ends, until one was short enough.
    private void promoteIfCaughtUp(NodeId node, Follower follower) {
        if (!follower.hasEndedRound()) return;
        long ticks = clock - follower.roundSince();
        follower.beginRound(log.lastIndex(), clock);
        if (!rules.isCaughtUp(ticks, settings) || !mayChange()) return;
        var request = joining.remove(node);
        if (request != null) changing.put(log.lastIndex() + 1, request);
        begin(members.withVoter(node));
    }

    private void begin(Membership next) {
        append(
                List.of(
                        new Entry(
                                log.lastIndex() + 1,
                                term,
                                Entry.Kind.CONFIGURATION,
                                next.bytes())));
        advanceCommit();
    }

    /// Whoever was removed is told for one more election time-out, so that it learns of that and does not stand.
    private void membersAreCommitted() {
        if (someLeave)
            for (var follower : followers)
                if (!members.contains(follower.id()))
                    follower.leavesAt(clock + settings.electionTicksMax());
        while (!changing.isEmpty() && changing.firstKey() <= commit)
            emit(new MembershipChanged(changing.pollFirstEntry().getValue(), members));
        if (rules.mayLeadOn(self, members)) makeNextChange();
        else follow(term, null);
    }

    private void abandonChanges() {
        for (var change : changes) emit(new Refused(change.requestId(), leader));
        changes.clear();
        for (long requestId : changing.values()) emit(new MembershipUnknown(requestId));
        changing.clear();
        for (long requestId : joining.values()) emit(new MembershipUnknown(requestId));
        joining.clear();
    }

    // --- Leadership transfer (thesis §3.10)

    private void transfer(long requestId, NodeId target) {
        if (role != Role.LEADER || handover != null || !otherVoters().contains(target)) {
            emit(new Refused(requestId, leader));
            return;
        }
        handover = new Handover(requestId, target, clock);
        handOverIfCaughtUp();
    }

    /// It may be told more than once; the second time it stands already.
    private void handOverIfCaughtUp() {
        if (handover == null) return;
        var target = follower(handover.target());
        if (target == null || target.match() != log.lastIndex()) return;
        toldAnotherToStand = true;
        send(handover.target(), new TimeoutNow(term));
    }

    private void giveHandoverUpIfOverdue() {
        if (handover == null || clock - handover.since() < settings.electionTicksMax()) return;
        emit(new TransferEnded(handover.requestId(), false));
        handover = null;
        makeNextChange();
    }

    /// The leader's word takes the place of the time-out and of the pre-vote: nobody is disturbed who does not expect it.
    private void receive(NodeId from, TimeoutNow request) {
        if (request.term() == term && role == Role.FOLLOWER && from.equals(leader) && mayStand())
            standForElection(true);
        send(from, new Candidacy(term));
    }

    // --- Snapshots (§7)

    private void takeSnapshotIfDue() {
        if (snapshotting || commit - snapshot.last().index() < settings.snapshotEntries()) return;
        snapshotting = true;
        emit(new TakeSnapshot(rules.lastIncluded(log, commit), configurations.at(commit)));
    }

    private void taken(Snapshot taken) {
        snapshotting = false;
        // A leader's may have been installed meanwhile, and the log have begun anew behind it.
        if (taken.last().index() <= log.base().index()) return;
        snapshot = taken;
        log.compact(taken.last());
        configurations.compact(taken.last().index());
        emit(new CompactLog(taken.last()));
    }

    /// A follower's side of a transfer (§7; Figure 13).
    private void receive(NodeId from, InstallSnapshot request) {
        var last = request.last();
        if (request.term() < term) {
            send(from, new SnapshotReceived(term, last, request.offset(), 0, NO_ROUND));
            return;
        }
        hearFrom(from);

        if (rules.mayInstall(last, commit)) {
            if (incoming == null || !incoming.isOf(request))
                incoming = new Incoming(term, last, request.members());
            boolean isNext = incoming.add(request);
            if (!isNext || !request.done()) {
                long have = incoming.size();
                send(
                        from,
                        new SnapshotReceived(term, last, request.offset(), have, request.round()));
                return;
            }
            install(incoming.snapshot());
        }
        incoming = null;
        send(from, new AppendAccepted(term, last.index(), request.round()));
    }

    private void install(Snapshot received) {
        if (!rules.replacesLog(received.last(), log)) {
            commitUpTo(received.last().index());
            return;
        }
        snapshot = received;
        log.restart(received.last());
        configurations.restart(received);
        configure();
        commit = received.last().index();
        emit(new Install(received));
    }

    private void receive(NodeId from, SnapshotReceived reply) {
        var follower = answering(from, reply.term());
        if (follower == null) return;
        follower.answered(reply.round(), clock);
        serveReads();
        var transfer = follower.transfer();
        if (transfer != null && transfer.received(reply)) sendChunk(from, transfer);
    }

    private void sendChunk(NodeId to, Follower.Transfer transfer) {
        send(to, transfer.chunk(term, settings.messageBytes(), round));
    }

    // --- Reading (§8; thesis §6.4)

    private void read(List<Long> requestIds) {
        if (role != Role.LEADER) {
            refuse(requestIds);
            return;
        }
        if (requestIds.isEmpty()) return;
        if (!rules.knowsWhatIsCommitted(log.termAt(commit), term)) {
            readsBeforeFirstCommit.addAll(requestIds);
            return;
        }
        if (isUnderLease()) {
            for (long requestId : requestIds) emit(new ReadReady(requestId, commit));
            return;
        }
        beginRound();
        reads.add(new PendingRead(requestIds, round, commit));
        sendHeartbeats();
        serveReads();
    }

    private void beginRound() {
        round++;
        if (settings.leases()) rounds.add(new Round(round, now));
    }

    private boolean isUnderLease() {
        return answered != null
                && rules.isUnderLease(answered.sentNanos(), now, settings)
                && rules.keepsLease(toldAnotherToStand);
    }

    private void serveReads() {
        if (rounds.isEmpty() && reads.isEmpty()) return;
        long byQuorum = reachedByQuorum(round, Follower::round);
        while (!rounds.isEmpty() && rounds.getFirst().number() <= byQuorum)
            answered = rounds.removeFirst();
        while (!reads.isEmpty() && rules.isStillLeader(reads.getFirst().round(), byQuorum)) {
            var read = reads.removeFirst();
            for (long requestId : read.requestIds()) emit(new ReadReady(requestId, read.index()));
        }
    }

    private void refuse(List<Long> requestIds) {
        for (long requestId : requestIds) emit(new Refused(requestId, leader));
    }
}
