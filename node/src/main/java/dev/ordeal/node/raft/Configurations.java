package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.StoreEntries;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The configurations in a server's log, by the index of their entries, and the one behind which the log begins. The newest
/// is in force from the moment it is in the log, committed or not (thesis §4.1), until its entry is cut off.
final class Configurations {
    private final NavigableMap<Long, Membership> byIndex = new TreeMap<>();

    // The last of them: every step asks for it.
    private long index;
    private Membership inForce;

    /// @param members what holds at the beginning of the log
    Configurations(Log log, Membership members) {
        index = log.base().index();
        inForce = members;
        byIndex.put(index, inForce);
        for (var entry : log.entries()) add(entry);
    }

    Membership inForce() {
        return inForce;
    }

    /// Where in the log the one in force stands.
    long index() {
        return index;
    }

    /// What was in force before, if the one in force is not all there is.
    Membership before() {
        var before = byIndex.lowerEntry(index);
        return before == null ? inForce : before.getValue();
    }

    /// What entries up to and with `index` come to.
    Membership at(long index) {
        return byIndex.floorEntry(index).getValue();
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
        byIndex.tailMap(store.afterIndex(), false)
                .keySet()
                .removeIf(index -> rules.isUndone(index, store));
        takeLast();
    }

    private void add(Entry entry) {
        if (entry.kind() == Entry.Kind.CONFIGURATION)
            put(entry.index(), Membership.of(entry.payload()));
    }

    private void put(long index, Membership members) {
        byIndex.put(index, members);
        takeLast();
    }

    private void takeLast() {
        var last = byIndex.lastEntry();
        index = last.getKey();
        inForce = last.getValue();
    }

    void compact(long index) {
        var members = at(index);
        byIndex.headMap(index, true).clear();
        put(index, members);
    }

    void restart(Snapshot snapshot) {
        byIndex.clear();
        put(snapshot.last().index(), snapshot.members());
    }
}
