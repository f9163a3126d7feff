package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Finding.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Sees everything that all nodes do, and holds it against the properties of Figure 3 and what clients were told.
final class Witness {
    /// Whether it looks into the nodes as well (their logs and disks), or sees only what a judge of real runs sees.
    private final boolean looksInside;

    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final Map<List<Object>, NodeId> votes = new HashMap<>();
    private final Map<Position, Entry> entries = new HashMap<>();
    private final Map<Position, Position> predecessors = new HashMap<>();
    private final List<Entry> applied = new ArrayList<>();

    /// Of the state machine, after each index, where it was first applied.
    private final List<Long> digests = new ArrayList<>();

    /// In which term each index was first applied, and so committed.
    private final List<Long> committedIn = new ArrayList<>();

    private final Map<Long, Bytes> acknowledged = new TreeMap<>();
    private long known;

    Witness(boolean looksInside) {
        this.looksInside = looksInside;
    }

    /// The newest index of which any client knows by now.
    long known() {
        return known;
    }

    int appliedSomewhere() {
        return applied.size();
    }

    Collection<Bytes> acknowledged() {
        return acknowledged.values();
    }

    void leads(NodeId node, long term, Log log) {
        var other = leaders.putIfAbsent(term, node);
        if (other != null && !other.equals(node))
            throw new Finding(
                    Promise.ELECTION_SAFETY,
                    "%s and %s both lead term %d".formatted(other, node, term));
        if (!looksInside) return;
        for (int i = 0; i < applied.size(); i++) {
            boolean inSnapshot = applied.get(i).index() <= log.base().index();
            if (committedIn.get(i) < term && !inSnapshot && !log.holds(applied.get(i).position()))
                throw new Finding(
                        Promise.LEADER_COMPLETENESS,
                        "%s leads term %d without %s, committed in term %d"
                                .formatted(node, term, applied.get(i), committedIn.get(i)));
        }
    }

    void votes(NodeId node, long term, NodeId candidate) {
        var other = votes.putIfAbsent(List.of(node, term), candidate);
        if (other != null && !other.equals(candidate))
            throw new Finding(
                    Promise.ELECTION_SAFETY,
                    "%s voted for %s and for %s in term %d"
                            .formatted(node, other, candidate, term));
    }

    void stores(NodeId node, Position previous, List<Entry> stored) {
        if (!looksInside) return;
        for (var entry : stored) {
            var same = entries.putIfAbsent(entry.position(), entry);
            var before = predecessors.putIfAbsent(entry.position(), previous);
            if ((same != null && !same.equals(entry))
                    || (before != null && !before.equals(previous)))
                throw new Finding(
                        Promise.LOG_MATCHING,
                        "%s stores %s after %s, others %s after %s"
                                .formatted(node, entry, previous, same, before));
            previous = entry.position();
        }
    }

    /// @param digest of the node's state machine after the entry
    /// @param disks of the voters of the configuration in force on the node
    void applies(NodeId node, long term, Entry entry, long digest, Collection<Disk> disks) {
        int i = (int) entry.index() - 1;
        if (i < applied.size()) {
            if (applied.get(i).equals(entry)) checkState(node, entry.position(), digest);
            else
                throw new Finding(
                        Promise.STATE_MACHINE_SAFETY,
                        "%s applies %s, but %s was applied before"
                                .formatted(node, entry, applied.get(i)));
            return;
        }
        applied.add(entry);
        digests.add(digest);
        committedIn.add(term);
        checkAcknowledged(entry);
        if (!looksInside) return;
        long keep = disks.stream().filter(disk -> disk.keeps(entry.position())).count();
        if (keep <= disks.size() / 2)
            throw new Finding(
                    Promise.DURABLE_MAJORITY,
                    "%s applies %s, which %d of %d disks keep"
                            .formatted(node, entry, keep, disks.size()));
    }

    /// A node goes on from a snapshot: what it holds must be what applying the log made of others' states.
    ///
    /// @param appliedBefore by the node in this life
    void goesOnFrom(NodeId node, Position last, long digest, long appliedBefore) {
        if (last.index() <= appliedBefore)
            throw new Finding(
                    Promise.STATE_MACHINE_SAFETY,
                    "%s goes back from %d to a snapshot up to %s"
                            .formatted(node, appliedBefore, last));
        if (last.index() > applied.size()
                || applied.get((int) last.index() - 1).term() != last.term())
            throw new Finding(
                    Promise.STATE_MACHINE_SAFETY,
                    "%s goes on from a snapshot up to %s, which nobody applied"
                            .formatted(node, last));
        checkState(node, last, digest);
    }

    private void checkState(NodeId node, Position position, long digest) {
        if (digests.get((int) position.index() - 1) != digest)
            throw new Finding(
                    Promise.STATE_MACHINE_SAFETY,
                    "%s has another state after %s than who applied it first"
                            .formatted(node, position));
    }

    /// A client hears that its command is done.
    void acknowledges(long index, Bytes payload) {
        acknowledged.put(index, payload);
        known = Math.max(known, index);
        if (index <= applied.size()) checkAcknowledged(applied.get((int) index - 1));
    }

    private void checkAcknowledged(Entry entry) {
        var promised = acknowledged.get(entry.index());
        if (promised != null && !promised.equals(entry.payload()))
            throw new Finding(
                    Promise.ACKNOWLEDGED_STAYS,
                    "a client was told of %s at %d, where %s is applied"
                            .formatted(promised, entry.index(), entry));
    }

    /// A read that began when `knownBefore` was known is served from what `index` entries made.
    void reads(NodeId node, long knownBefore, long index) {
        if (index < knownBefore)
            throw new Finding(
                    Promise.LINEARIZABLE_READS,
                    "%s serves a read at %d that began when %d was known"
                            .formatted(node, index, knownBefore));
        known = Math.max(known, index);
    }
}
