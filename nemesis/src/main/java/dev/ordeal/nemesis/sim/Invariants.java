package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Breach;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.member.Journal;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Raft;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.rpc.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Sees everything that all nodes do, as they do it, and holds each step against the properties of Figure 3 of the Raft paper,
/// against what a node must remember, and against what clients were told. What clients see of a broken rule may be nothing for
/// a long time, or for ever.
///
/// It compares what is new with what is known: a step costs as much as it changes.
final class Invariants {
    private final CompletableFuture<Breach> first = new CompletableFuture<>();
    private final Map<Long, NodeId> leaders = new HashMap<>();

    /// What has been stored anywhere, by index - 1.
    private final List<@Nullable Stored> stored = new ArrayList<>();

    /// What has been applied anywhere, by index - 1.
    private final List<Applied> applied = new ArrayList<>();

    private final Map<NodeId, Memory> memories = new TreeMap<>();
    private final CoreInvariants cores;
    private long known;

    /// An entry, wherever it is stored, and the term of what stands before it there.
    ///
    /// @param another of the same index and another term
    private record Stored(Entry entry, long previousTerm, @Nullable Stored another) {}

    /// @param digest of the state machine after it
    /// @param byTerm the term in which it was first applied, and so was committed by then
    private record Applied(Entry entry, long digest, long byTerm) {}

    /// What a node must not forget, and how its log stands.
    private static final class Memory {
        private final NodeId node;
        private long term;
        private @Nullable String vote;
        private long appliedEver;
        private long appliedNow;
        private Position base = Position.START;

        /// Terms of the entries behind the base, and how many there are.
        private long[] log = new long[64];

        private int length;

        Memory(NodeId node) {
            this.node = node;
        }

        /// Of the base, where that or what comes before it is asked for.
        long termAt(long index) {
            return index <= base.index() ? base.term() : log[(int) (index - base.index()) - 1];
        }

        long lastIndex() {
            return base.index() + length;
        }

        boolean holds(Position position) {
            return position.index() <= base.index()
                    || (position.index() <= lastIndex()
                            && termAt(position.index()) == position.term());
        }

        void cutOffAfter(long index) {
            length = (int) Math.max(0, Math.min(index - base.index(), length));
        }

        void add(long entryTerm) {
            if (length == log.length) {
                log = Arrays.copyOf(log, 2 * length);
            }
            log[length++] = entryTerm;
        }

        /// The log begins anew.
        void beginBehind(Position position) {
            base = position;
            length = 0;
        }
    }

    /// @param members that the cluster begins with
    Invariants(List<NodeId> members) {
        this.cores = new CoreInvariants(this, members);
    }

    /// The first breach, when there is one. What comes after it only follows.
    CompletableFuture<Breach> first() {
        return first;
    }

    void broken(String rule, String sentence, NodeId... nodes) {
        first.complete(new Breach(rule, sentence, List.of(nodes)));
    }

    /// The newest index of which any client knows by now.
    long known() {
        return known;
    }

    /// The last index that any node has applied.
    long lastApplied() {
        return applied.size();
    }

    /// The term of the entry that was applied at an index.
    long termApplied(long index) {
        return index == 0 ? 0 : applied.get((int) index - 1).entry.term();
    }

    /// A node answers a client.
    ///
    /// @param knownBefore what any client knew when the request arrived
    void answers(NodeId node, boolean read, long knownBefore, Response response) {
        if (!(response instanceof Response.Done(var value, var elements, long index))) {
            return;
        }
        if (index > applied.size()) {
            broken(
                    "acknowledged is committed",
                    "%s tells a client of index %d, and nobody has applied more than %d"
                            .formatted(node, index, applied.size()),
                    node);
        }
        if (read && index < knownBefore) {
            broken(
                    "reads see what was acknowledged",
                    "%s serves a read at index %d that began when a client knew of %d"
                            .formatted(node, index, knownBefore),
                    node);
        }
        known = Math.max(known, index);
    }

    /// These journals, looked on.
    Journals over(Journals journals) {
        return (node, incarnation) -> new Watched(node, journals.open(node, incarnation));
    }

    private void starts(Memory memory, Persisted recovered) {
        NodeId node = memory.node;
        String vote = recovered.vote() == null ? null : recovered.vote().name();
        if (recovered.term() < memory.term) {
            broken(
                    "persistence",
                    "%s comes back in term %d, though it was in term %d"
                            .formatted(node, recovered.term(), memory.term),
                    node);
        }
        if (recovered.term() == memory.term && memory.vote != null && !memory.vote.equals(vote)) {
            broken(
                    "persistence",
                    "%s comes back with its vote in term %d for %s, though it was for %s"
                            .formatted(node, memory.term, vote, memory.vote),
                    node);
        }
        if (recovered.last().index() < memory.appliedEver) {
            broken(
                    "persistence",
                    "%s comes back with a log that ends at index %d, though it had applied index %d"
                            .formatted(node, recovered.last().index(), memory.appliedEver),
                    node);
        }
        memory.appliedNow = recovered.snapshot().last().index();
        memory.beginBehind(recovered.snapshot().last());
        holds(memory, recovered.entries());
        in(memory, recovered.term());
        memory.vote = vote;
    }

    private static void in(Memory memory, long term) {
        if (term != memory.term) {
            memory.term = term;
            memory.vote = null;
        }
    }

    private void stores(Memory memory, StoreEntries store) {
        if (store.afterIndex() > memory.lastIndex()) {
            return; // the node's own checks say so
        }
        memory.cutOffAfter(store.afterIndex());
        holds(memory, store.entries());
    }

    /// Log Matching: an entry that stands in two logs is the same, and so is all that comes before it.
    private void holds(Memory memory, List<Entry> entries) {
        NodeId node = memory.node;
        for (Entry entry : entries) {
            long previousTerm = memory.termAt(entry.index() - 1);
            Stored elsewhere = stored(entry.index(), entry.term());
            if (elsewhere == null) {
                int place = place(entry.index());
                stored.set(place, new Stored(entry, previousTerm, stored.get(place)));
            } else if (elsewhere.previousTerm != previousTerm || !elsewhere.entry.equals(entry)) {
                broken(
                        "log matching",
                        "%s stores an entry of term %d at index %d that %s"
                                .formatted(
                                        node,
                                        entry.term(),
                                        entry.index(),
                                        elsewhere.entry.equals(entry)
                                                ? "follows one of term %d, and elsewhere it follows one of term %d"
                                                        .formatted(
                                                                previousTerm,
                                                                elsewhere.previousTerm)
                                                : "is not the one that stands there elsewhere"),
                        node);
            }
            memory.add(entry.term());
        }
    }

    private @Nullable Stored stored(long index, long term) {
        Stored there = index > stored.size() ? null : stored.get((int) index - 1);
        while (there != null && there.entry.term() != term) {
            there = there.another;
        }
        return there;
    }

    /// Makes it one, if there is none yet.
    private int place(long index) {
        while (stored.size() < index) {
            stored.add(null);
        }
        return (int) index - 1;
    }

    /// Election Safety and Leader Completeness.
    private void leads(Memory memory, long term) {
        NodeId node = memory.node;
        NodeId other = leaders.putIfAbsent(term, node);
        if (other != null && !other.equals(node)) {
            broken(
                    "election safety",
                    "%s and %s both lead term %d".formatted(other, node, term),
                    other,
                    node);
        }
        for (long index = memory.base.index() + 1; index <= applied.size(); index++) {
            Applied committed = applied.get((int) index - 1);
            if (committed.byTerm < term && !memory.holds(committed.entry.position())) {
                broken(
                        "leader completeness",
                        "%s leads term %d without %s, which was committed in term %d"
                                .formatted(
                                        node, term, committed.entry.position(), committed.byTerm),
                        node);
                return;
            }
        }
    }

    private void votes(Memory memory, long term, String candidate) {
        NodeId node = memory.node;
        in(memory, term);
        if (memory.vote != null && !memory.vote.equals(candidate)) {
            broken(
                    "one vote a term",
                    "%s votes for %s and for %s in term %d"
                            .formatted(node, memory.vote, candidate, term),
                    node);
        }
        memory.vote = candidate;
    }

    /// State Machine Safety.
    private void applies(Memory memory, Entry entry, long digest) {
        NodeId node = memory.node;
        memory.appliedNow = entry.index();
        memory.appliedEver = Math.max(memory.appliedEver, entry.index());
        int place = (int) entry.index() - 1;
        if (place > applied.size()) {
            broken(
                    "state machine safety",
                    "%s applies index %d, and nobody has applied index %d"
                            .formatted(node, entry.index(), place),
                    node);
        } else if (place == applied.size()) {
            applied.add(new Applied(entry, digest, memory.term));
            cores.applied(entry);
        } else if (!applied.get(place).entry.equals(entry)) {
            broken(
                    "state machine safety",
                    "%s applies an entry of term %d at index %d, where one of term %d was applied before"
                            .formatted(
                                    node,
                                    entry.term(),
                                    entry.index(),
                                    applied.get(place).entry.term()),
                    node);
        } else {
            sameState(node, entry.position(), digest);
        }
    }

    private void goesOnFrom(Memory memory, Position last, long digest) {
        NodeId node = memory.node;
        if (last.index() < memory.appliedNow) {
            broken(
                    "state machine safety",
                    "%s goes back from index %d to a snapshot up to index %d"
                            .formatted(node, memory.appliedNow, last.index()),
                    node);
        }
        if (last.index() > applied.size()
                || applied.get((int) last.index() - 1).entry.term() != last.term()) {
            broken(
                    "state machine safety",
                    "%s goes on from a snapshot up to %s, which nobody has applied"
                            .formatted(node, last),
                    node);
        } else {
            sameState(node, last, digest);
        }
        memory.appliedNow = last.index();
        memory.appliedEver = Math.max(memory.appliedEver, last.index());
        if (!last.equals(memory.base)) {
            memory.beginBehind(last);
        }
    }

    private void sameState(NodeId node, Position position, long digest) {
        if (applied.get((int) position.index() - 1).digest != digest) {
            broken(
                    "state machine safety",
                    "%s has another state after index %d than who applied it first"
                            .formatted(node, position.index()),
                    node);
        }
    }

    /// A node's life, told on.
    private final class Watched implements Journal {
        private final NodeId node;
        private final Memory memory;
        private CoreInvariants.@Nullable Life life;
        private final Journal journal;

        Watched(NodeId node, Journal journal) {
            this.node = node;
            this.memory = memories.computeIfAbsent(node, Memory::new);
            this.journal = journal;
        }

        @Override
        public void started(Persisted recovered) throws IOException {
            starts(memory, recovered);
            journal.started(recovered);
        }

        @Override
        public void stepped(Raft core, List<Effect> effects) {
            // What follows from one thing that is wrong may look like anything.
            if (!first.isDone()) {
                if (life == null) {
                    life = cores.begins(node, core);
                }
                cores.stepped(life, effects);
            }
            journal.stepped(core, effects);
        }

        @Override
        public void stored(StoreEntries store) {
            stores(memory, store);
            journal.stored(store);
        }

        @Override
        public void applied(Entry entry, long digest) throws IOException {
            applies(memory, entry, digest);
            journal.applied(entry, digest);
        }

        @Override
        public void applied(Entry entry, CommandId id, Command command, Result result, long digest)
                throws IOException {
            applies(memory, entry, digest);
            journal.applied(entry, id, command, result, digest);
        }

        @Override
        public void snapshot(Position last, long digest) throws IOException {
            goesOnFrom(memory, last, digest);
            journal.snapshot(last, digest);
        }

        @Override
        public void configured(Position entry, Membership members, long applied)
                throws IOException {
            journal.configured(entry, members, applied);
        }

        @Override
        public void role(Role role, long term, dev.ordeal.node.raft.@Nullable NodeId leader)
                throws IOException {
            in(memory, term);
            if (role == Role.LEADER) {
                leads(memory, term);
            }
            journal.role(role, term, leader);
        }

        @Override
        public void term(long term) throws IOException {
            in(memory, term);
            journal.term(term);
        }

        @Override
        public void vote(long term, dev.ordeal.node.raft.NodeId vote) throws IOException {
            votes(memory, term, vote.name());
            journal.vote(term, vote);
        }

        @Override
        public void flush() throws IOException {
            journal.flush();
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }
}
