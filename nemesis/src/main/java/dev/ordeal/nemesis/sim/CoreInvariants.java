package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.CompactLog;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.Send;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Effect.TakeSnapshot;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message.AppendAccepted;
import dev.ordeal.node.raft.Message.Vote;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Raft;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Holds what every core decides, in the step that decides it, against what makes the decision right: that votes go to logs that
/// are up-to-date (§5.4.1), that leaders have a quorum's votes (§5.2) and only add to their logs (§5.3), that what is committed is
/// stored by a quorum, together with an entry of the leader's own term (§5.4.2), and that the newest configuration of a log is the one in
/// force and changes in single, settled steps (thesis §4.1).
///
/// [Invariants] sees what becomes of a wrong decision, which takes a second one, later and elsewhere, and may never come. What is
/// asked here is true of every log of a server that took part, also where servers are down: an entry that a quorum stored in
/// its leader's term is never lost by one of them again (Leader Completeness).
///
/// A step costs as much as it changes, and a leader's commit a look into every log.
final class CoreInvariants {
    private final Invariants told;

    /// The configurations that were committed, by the index of their entries; the first is the one that the cluster began with.
    private final NavigableMap<Long, Membership> settled = new TreeMap<>();

    /// The newest process of each node, or the last it had.
    private final Map<dev.ordeal.node.raft.NodeId, Life> lives = new HashMap<>();

    /// Who voted for whom, by term.
    private final Map<Long, Map<dev.ordeal.node.raft.NodeId, dev.ordeal.node.raft.NodeId>> votes =
            new HashMap<>();

    /// Where the logs of candidates ended, by term.
    private final Map<Long, Map<dev.ordeal.node.raft.NodeId, Position>> candidates =
            new HashMap<>();

    /// What the entries of configurations say. Each is stored by one node after the other, and found again by every process that
    /// starts.
    private final Map<Bytes, Membership> read = new HashMap<>();

    /// What was seen of a core, as of its last step.
    static final class Life {
        private final NodeId node;
        private final dev.ordeal.node.raft.NodeId self;
        private final Raft core;

        /// The configurations in its log, by index, and the one behind which that begins.
        private final NavigableMap<Long, Membership> configurations = new TreeMap<>();

        /// The newest of them: the very one that the core goes by, which need not be compared name by name.
        private Membership newest;

        private long newestIndex;

        private long term;
        private long commit;
        private long lastIndex;

        /// The term it leads, or led last.
        private long leads = -1;

        /// The index of its first entry in that term.
        private long firstOwn;

        /// Whether the node has another process now.
        private boolean over;

        /// To which leader it last said what it accepts.
        private @Nullable Life leader;

        /// What it last told a leader in which term, and rightly: their logs are the same up to this index. So they stay, until
        /// its own is cut off; that a leader's never is, is asked of the leader.
        private dev.ordeal.node.raft.@Nullable NodeId matchedBy;

        private long matchedTerm;
        private long matched;

        private Life(
                NodeId node, dev.ordeal.node.raft.NodeId self, Raft core, Membership beginning) {
            this.node = node;
            this.self = self;
            this.core = core;
            newestIndex = core.log().base().index();
            newest = beginning;
            configurations.put(newestIndex, newest);
            lastIndex = core.log().lastIndex();
        }

        private void configure(long index, Membership members) {
            configurations.put(index, members);
            newestIndex = index;
            newest = members;
        }

        private void cutOffAfter(long index) {
            configurations.tailMap(index, false).clear();
            var last = configurations.lastEntry();
            newestIndex = last.getKey();
            newest = last.getValue();
        }

        Membership configuration(long index) {
            return index >= newestIndex ? newest : configurations.floorEntry(index).getValue();
        }

        /// The configuration at an index, and those that came after it.
        Collection<Membership> inForceSince(long index) {
            return index >= newestIndex
                    ? List.of(newest)
                    : configurations.tailMap(configurations.floorKey(index), true).values();
        }

        boolean leadsOn() {
            return core.role() == Role.LEADER && leads == core.term();
        }

        boolean holds(Position position) {
            return position.index() <= core.log().base().index() || core.log().holds(position);
        }
    }

    /// @param told hears what was broken
    /// @param members that the cluster began with
    CoreInvariants(Invariants told, List<NodeId> members) {
        this.told = told;
        settled.put(
                0L,
                new Membership(
                        members.stream()
                                .map(node -> new dev.ordeal.node.raft.NodeId(node.name()))
                                .toList()));
    }

    /// An entry was applied, and by nobody before.
    void applied(Entry entry) {
        if (entry.kind() == Entry.Kind.CONFIGURATION) {
            settled.put(entry.index(), members(entry));
        }
    }

    private Membership members(Entry configuration) {
        return read.computeIfAbsent(configuration.payload(), Membership::of);
    }

    /// A process has taken its first step; what that stored is in the log already, and so is told twice.
    Life begins(NodeId node, Raft core) {
        var self = new dev.ordeal.node.raft.NodeId(node.name());
        Life life = new Life(node, self, core, settled(core.snapshot().last().index()));
        Log log = core.log();
        for (long index = log.firstIndex(); index <= log.lastIndex(); index++) {
            Entry entry = log.entry(index);
            if (entry.kind() == Entry.Kind.CONFIGURATION) {
                life.configure(index, members(entry));
            }
        }
        Life before = lives.put(self, life);
        if (before != null) {
            before.over = true;
        }
        return life;
    }

    /// A core has taken a step, and these effects are about to be carried out.
    void stepped(Life life, List<Effect> effects) {
        NodeId node = life.node;
        Raft core = life.core;
        for (Effect effect : effects) {
            switch (effect) {
                case SaveVote(long term, var vote) -> {
                    if (vote != null) {
                        votes(life, term, vote);
                    }
                }
                case StoreEntries store -> stores(life, store);
                case Install(var snapshot) -> {
                    installs(life, snapshot);
                    forgets(life);
                }
                case TakeSnapshot(var last, var members) ->
                        takes(node, last, members, life.configuration(last.index()));
                case CompactLog compact -> forgets(life);
                case Send(var to, Vote(long term, boolean granted)) -> {
                    if (granted) {
                        grants(life, term, to);
                    }
                }
                case Send(var to, AppendAccepted(long term, long match, long round)) ->
                        accepts(life, to, term, match);
                default -> {}
            }
        }
        if (core.term() < life.term) {
            broken(
                    "terms never go back",
                    "%s was in term %d and is in term %d".formatted(node, life.term, core.term()),
                    node);
        }
        if (core.role() == Role.LEADER && !life.leadsOn()) {
            leads(life);
        }
        if (core.commitIndex() != life.commit) {
            commits(life);
        }
        configures(life);
        life.term = core.term();
    }

    private Membership settled(long index) {
        return settled.floorEntry(index).getValue();
    }

    /// §5.4.1: a candidate that may lack what is committed gets no vote.
    private void votes(Life life, long term, dev.ordeal.node.raft.NodeId candidate) {
        NodeId node = life.node;
        var self = life.self;
        Position last = life.core.log().last();
        votes.computeIfAbsent(term, t -> new HashMap<>()).put(self, candidate);
        Map<dev.ordeal.node.raft.NodeId, Position> standing =
                candidates.computeIfAbsent(term, t -> new HashMap<>());
        if (candidate.equals(self)) {
            standing.put(self, last);
            return;
        }
        Position theirs = standing.get(candidate);
        if (theirs == null) {
            broken(
                    "votes go to candidates",
                    "%s votes in term %d for %s, which does not stand"
                            .formatted(node, term, candidate),
                    node);
        } else if (!theirs.atLeastAsUpToDateAs(last)) {
            broken(
                    "votes go to logs that are up-to-date",
                    "%s, whose log ends at %s, votes in term %d for %s, whose log ended at %s"
                            .formatted(node, last, term, candidate, theirs),
                    node);
        }
    }

    /// Figure 2: a vote is kept before it is told.
    private void grants(Life life, long term, dev.ordeal.node.raft.NodeId candidate) {
        NodeId node = life.node;
        var kept = votes.getOrDefault(term, Map.of()).get(life.self);
        if (!candidate.equals(kept)) {
            broken(
                    "votes are kept before they are told",
                    "%s tells %s that it has its vote in term %d, and keeps %s"
                            .formatted(
                                    node,
                                    candidate,
                                    term,
                                    kept == null ? "none" : "one for " + kept),
                    node);
        }
    }

    /// §5.3: up to where a follower says that its log is the leader's, it is. A leader loses nothing while it leads.
    private void accepts(Life life, dev.ordeal.node.raft.NodeId leader, long term, long match) {
        if (match <= life.matched && term == life.matchedTerm && leader.equals(life.matchedBy)) {
            return;
        }
        NodeId node = life.node;
        Log log = life.core.log();
        Life theirs = leading(life, leader, term);
        boolean same =
                match <= life.lastIndex
                        && (theirs == null
                                || match < log.base().index()
                                || theirs.holds(log.position(match)));
        if (!same) {
            broken(
                    "followers accept what the leader has",
                    "%s, whose log ends at index %d, tells %s, which leads term %d, that its log is the same up to index %d"
                            .formatted(node, life.lastIndex, leader, term, match),
                    node);
        } else if (theirs != null) {
            life.matchedBy = leader;
            life.matchedTerm = term;
            life.matched = match;
        }
    }

    /// Nothing if it does not lead this term at this moment. Who answers mostly answers the same one again.
    private @Nullable Life leading(Life answers, dev.ordeal.node.raft.NodeId node, long term) {
        Life leader = answers.leader;
        if (leader == null || leader.over || !leader.self.equals(node)) {
            leader = lives.get(node);
            answers.leader = leader;
        }
        return leader != null && leader.core.role() == Role.LEADER && leader.core.term() == term
                ? leader
                : null;
    }

    /// §5.2: one that leads was voted for by a quorum.
    private void leads(Life life) {
        NodeId node = life.node;
        Raft core = life.core;
        var self = life.self;
        var given = votes.getOrDefault(core.term(), Map.of());
        if (!isQuorum(core.members(), voter -> self.equals(given.get(voter)))) {
            broken(
                    "leaders have a quorum's votes",
                    "%s leads term %d of %s with the votes of %s"
                            .formatted(
                                    node,
                                    core.term(),
                                    core.members(),
                                    core.members().voters().stream()
                                            .filter(voter -> self.equals(given.get(voter)))
                                            .toList()),
                    node);
        }
        life.leads = core.term();
        Log log = core.log();
        life.firstOwn = log.lastIndex() + 1;
        while (life.firstOwn > log.firstIndex() && log.termAt(life.firstOwn - 1) == core.term()) {
            life.firstOwn--;
        }
    }

    private void stores(Life life, StoreEntries store) {
        NodeId node = life.node;
        Raft core = life.core;
        if (life.leadsOn() && store.afterIndex() < life.lastIndex) {
            broken(
                    "leader append-only",
                    "%s leads term %d and cuts off its log, which ends at index %d, behind index %d"
                            .formatted(node, core.term(), life.lastIndex, store.afterIndex()),
                    node);
        }
        if (store.afterIndex() < life.commit) {
            broken(
                    "what is committed stays",
                    "%s has committed index %d and cuts off its log behind index %d"
                            .formatted(node, life.commit, store.afterIndex()),
                    node);
        }
        if (life.lastIndex > store.afterIndex()) {
            life.matchedBy = null;
            life.cutOffAfter(store.afterIndex());
        }
        for (Entry entry : store.entries()) {
            if (entry.kind() == Entry.Kind.CONFIGURATION) {
                Membership members = members(entry);
                if (life.leadsOn()) {
                    begins(life, entry.index(), members);
                }
                life.configure(entry.index(), members);
            }
        }
        life.lastIndex = store.lastIndex();
    }

    /// Thesis §4.1, and what was wrong with it (Ongaro, raft-dev, 2015): a change begins when the one before and something of the
    /// leader's own term are committed, and adds or removes one voter. Otherwise two that know nothing of each other may be in force that share no
    /// majority.
    private void begins(Life life, long index, Membership changed) {
        NodeId node = life.node;
        Raft core = life.core;
        var before = life.configurations.lastEntry();
        if (Math.max(before.getKey(), life.firstOwn) > core.commitIndex()) {
            broken(
                    "changes are settled one by one",
                    "%s changes the membership at index %d and has committed up to index %d; the change before stands at index %d, and its term %d began at index %d"
                            .formatted(
                                    node,
                                    index,
                                    core.commitIndex(),
                                    before.getKey(),
                                    core.term(),
                                    life.firstOwn),
                    node);
        }
        Set<dev.ordeal.node.raft.NodeId> differ = new HashSet<>(changed.voters());
        Set<dev.ordeal.node.raft.NodeId> stay = new HashSet<>(before.getValue().voters());
        stay.retainAll(differ);
        differ.addAll(before.getValue().voters());
        differ.removeAll(stay);
        if (differ.size() > 1) {
            broken(
                    "changes are settled one by one",
                    "%s changes the membership from %s to %s in one step"
                            .formatted(node, before.getValue(), changed),
                    node);
        }
    }

    private void installs(Life life, Snapshot snapshot) {
        NodeId node = life.node;
        if (snapshot.last().index() < life.commit) {
            broken(
                    "what is committed stays",
                    "%s has committed index %d and installs a snapshot up to index %d"
                            .formatted(node, life.commit, snapshot.last().index()),
                    node);
        }
        life.matchedBy = null;
        life.configurations.clear();
        life.configure(snapshot.last().index(), settled(snapshot.last().index()));
        life.lastIndex = snapshot.last().index();
    }

    /// §7: a snapshot has the configuration of the place where it ends.
    private void takes(NodeId node, Position last, Membership members, Membership there) {
        if (!members.equals(there)) {
            broken(
                    "snapshots keep the configuration",
                    "%s takes a snapshot up to %s with %s as members, who are %s"
                            .formatted(node, last, members, there),
                    node);
        }
    }

    private void forgets(Life life) {
        NodeId node = life.node;
        Position base = life.core.log().base();
        Position last = life.core.snapshot().last();
        if (base.index() > last.index()) {
            broken(
                    "a log forgets what a snapshot holds",
                    "the log of %s begins behind %s, and its snapshot ends at %s"
                            .formatted(node, base, last),
                    node);
        }
    }

    private void commits(Life life) {
        NodeId node = life.node;
        Raft core = life.core;
        long commit = core.commitIndex();
        if (commit < life.commit) {
            broken(
                    "what is committed stays",
                    "%s had committed index %d and now knows of index %d"
                            .formatted(node, life.commit, commit),
                    node);
            return;
        }
        // Who commits its own removal leads no more when the step is over.
        boolean leads = life.leads == core.term();
        if (leads) {
            commitsAsLeader(life);
        }
        // Before a leader tells anybody else of a commit, it applies it.
        long term = core.log().termAt(commit);
        boolean known = commit <= told.lastApplied();
        if (known ? told.termApplied(commit) != term : !leads) {
            broken(
                    "what is committed is the same everywhere",
                    "%s commits index %d of term %d, and %s"
                            .formatted(
                                    node,
                                    commit,
                                    term,
                                    known
                                            ? "that of term %d was committed there"
                                                    .formatted(told.termApplied(commit))
                                            : "nobody has committed more than index %d"
                                                    .formatted(told.lastApplied())),
                    node);
        }
        life.commit = commit;
    }

    /// §5.4.2, Figure 8: an entry is committed when a quorum stores it, if it is of the leader's own term, and else with the first
    /// that is. What a quorum is, one of the configurations says that the leader's log has had in force since.
    private void commitsAsLeader(Life life) {
        NodeId node = life.node;
        Raft core = life.core;
        long commit = core.commitIndex();
        Position stored = new Position(Math.max(commit, life.firstOwn), core.term());
        if (!life.holds(stored) || !isStoredByQuorum(stored, life.inForceSince(commit))) {
            broken(
                    "a quorum stores what is committed",
                    "%s leads term %d and commits index %d, of term %d, while no quorum stores index %d of term %d"
                            .formatted(
                                    node,
                                    core.term(),
                                    commit,
                                    core.log().termAt(commit),
                                    stored.index(),
                                    stored.term()),
                    node);
        }
    }

    /// By a quorum of one of these.
    private boolean isStoredByQuorum(Position stored, Collection<Membership> configurations) {
        for (Membership members : configurations) {
            if (isQuorum(members, voter -> holds(voter, stored))) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(dev.ordeal.node.raft.NodeId node, Position position) {
        Life life = lives.get(node);
        return life != null && life.holds(position);
    }

    /// Thesis §4.1: the newest configuration in the log is in force, committed or not, for as long as it stands there.
    private void configures(Life life) {
        NodeId node = life.node;
        Membership inForce = life.core.members();
        if (!inForce.equals(life.newest)) {
            broken(
                    "the newest configuration in the log is in force",
                    "%s goes by %s, and the newest configuration in its log, at index %d, is %s"
                            .formatted(node, inForce, life.newestIndex, life.newest),
                    node);
            return;
        }
        // The very same from now on: looking again costs nothing.
        life.newest = inForce;
    }

    private static boolean isQuorum(
            Membership members, Predicate<dev.ordeal.node.raft.NodeId> agrees) {
        int agreeing = 0;
        for (var voter : members.voters()) {
            agreeing += agrees.test(voter) ? 1 : 0;
            if (2 * agreeing > members.size()) {
                return true;
            }
        }
        return false;
    }

    private void broken(String rule, String sentence, NodeId... nodes) {
        told.broken(rule, sentence, nodes);
    }
}
