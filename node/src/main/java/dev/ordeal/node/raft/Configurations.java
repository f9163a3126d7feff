package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.Configured;
import dev.ordeal.node.raft.Effect.StoreEntries;
import java.util.ArrayList;
import java.util.List;

/// The configurations in a server's log, by the index of their entries, and the one behind which the log begins. The newest
/// is in force from the moment it is in the log, committed or not (thesis §4.1), until its entry is cut off.
final class Configurations {
    /// @param index from which it holds: that of its entry, or, if that is gone from the log, the one behind which the log begins
    private record Placed(long index, Configured configuration) {}

    /// In the order of the log. Few: what is committed and not in force is forgotten with the next snapshot.
    private final List<Placed> all = new ArrayList<>();

    // The last of them: every step asks for it.
    private long index;
    private Configured inForce;

    /// @param members what holds at the beginning of the log
    Configurations(Log log, Membership members) {
        index = log.base().index();
        inForce = new Configured(Position.START, members);
        all.add(new Placed(index, inForce));
        for (var entry : log.entries()) add(entry);
    }

    Configured inForce() {
        return inForce;
    }

    /// Where in the log the one in force stands.
    long index() {
        return index;
    }

    /// What was in force before, if the one in force is not all there is.
    Membership before() {
        return (all.size() < 2 ? inForce : all.get(all.size() - 2).configuration).members();
    }

    /// What entries up to and with `index` come to.
    Membership at(long index) {
        return lastUpTo(index).members();
    }

    private Configured lastUpTo(long index) {
        return all.get(behind(index) - 1).configuration;
    }

    /// The place of the first that stands behind this index.
    private int behind(long index) {
        int place = all.size();
        while (place > 0 && all.get(place - 1).index > index) place--;
        return place;
    }

    /// Takes up what the log takes up.
    ///
    /// @return whether another one is in force now
    boolean store(StoreEntries store, Rules rules) {
        var before = inForce;
        if (index > store.afterIndex()) undo(store, rules);
        for (var entry : store.entries()) add(entry);
        return !inForce.equals(before);
    }

    private void undo(StoreEntries store, Rules rules) {
        all.subList(behind(store.afterIndex()), all.size())
                .removeIf(placed -> rules.isUndone(placed.index, store));
        takeLast();
    }

    private void add(Entry entry) {
        if (entry.kind() == Entry.Kind.CONFIGURATION)
            put(entry.index(), new Configured(entry.position(), Membership.of(entry.payload())));
    }

    private void put(long index, Configured configuration) {
        int place = behind(index);
        var placed = new Placed(index, configuration);
        if (place > 0 && all.get(place - 1).index == index) all.set(place - 1, placed);
        else all.add(place, placed);
        takeLast();
    }

    private void takeLast() {
        var last = all.getLast();
        index = last.index;
        inForce = last.configuration;
    }

    void compact(long index) {
        var configuration = lastUpTo(index);
        all.subList(0, behind(index)).clear();
        put(index, configuration);
    }

    void restart(Snapshot snapshot) {
        all.clear();
        put(snapshot.last().index(), new Configured(Position.START, snapshot.members()));
    }
}
