package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.StoreEntries;
import java.util.ArrayList;
import java.util.List;

/// The configurations in a server's log, by the index of their entries, and the one behind which the log begins. The newest
/// is in force from the moment it is in the log, committed or not (thesis §4.1), until its entry is cut off.
final class Configurations {
    private record Configured(long index, Membership members) {}

    /// In the order of the log. Few: what is committed and not in force is forgotten with the next snapshot.
    private final List<Configured> all = new ArrayList<>();

    // The last of them: every step asks for it.
    private long index;
    private Membership inForce;

    /// @param members what holds at the beginning of the log
    Configurations(Log log, Membership members) {
        index = log.base().index();
        inForce = members;
        all.add(new Configured(index, inForce));
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
        return all.size() < 2 ? inForce : all.get(all.size() - 2).members;
    }

    /// What entries up to and with `index` come to.
    Membership at(long index) {
        return all.get(behind(index) - 1).members;
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
                .removeIf(configured -> rules.isUndone(configured.index, store));
        takeLast();
    }

    private void add(Entry entry) {
        if (entry.kind() == Entry.Kind.CONFIGURATION)
            put(entry.index(), Membership.of(entry.payload()));
    }

    private void put(long index, Membership members) {
        int place = behind(index);
        var configured = new Configured(index, members);
        if (place > 0 && all.get(place - 1).index == index) all.set(place - 1, configured);
        else all.add(place, configured);
        takeLast();
    }

    private void takeLast() {
        var last = all.getLast();
        index = last.index;
        inForce = last.members;
    }

    void compact(long index) {
        var members = at(index);
        all.subList(0, behind(index)).clear();
        put(index, members);
    }

    void restart(Snapshot snapshot) {
        all.clear();
        put(snapshot.last().index(), snapshot.members());
    }
}
