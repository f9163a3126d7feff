package dev.ordeal.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// What a core could ask of its disk, drawn from a seed; and, for every point of it, what may be on the disk if the node stops
/// there: nothing less than what was promised, nothing but what was asked for.
final class DiskWorkload {
    private static final Membership MEMBERS =
            new Membership(List.of(new NodeId("n1"), new NodeId("n2")));

    private static final int STEPS = 40;

    private final SplittableRandom random;

    /// Where in the work we are: how many changes the directory has seen.
    private final IntSupplier now;

    private final History<Vote> votes;
    private final History<Snapshot> snapshots;
    private final History<LogState> logs;
    private long term = 1;

    private record Vote(long term, @Nullable NodeId node) {}

    /// All of a log, also what a snapshot has taken the place of, but for what a leader's snapshot did.
    private record LogState(Position base, List<Entry> entries) {
        static final LogState EMPTY = new LogState(Position.START, List.of());

        Position last() {
            return entries.isEmpty() ? base : entries.getLast().position();
        }

        LogState cut(long after) {
            return new LogState(base, entries.subList(0, (int) (after - base.index())));
        }

        LogState with(StoreEntries store) {
            List<Entry> all = new ArrayList<>(cut(store.afterIndex()).entries);
            all.addAll(store.entries());
            return new LogState(base, List.copyOf(all));
        }

        /// What recovery makes of it under this snapshot.
        List<Entry> behind(Position snapshot) {
            boolean holds =
                    snapshot.index() >= base.index()
                            && snapshot.index() <= last().index()
                            && cut(snapshot.index()).last().equals(snapshot);
            return holds
                    ? entries.subList((int) (snapshot.index() - base.index()), entries.size())
                    : List.of();
        }
    }

    /// The values that something was asked to take, one after the other, with when it was asked and when it was promised.
    private static final class History<T> {
        private record Value<T>(T value, int asked) {}

        private record Promise(int value, int at) {}

        private final List<Value<T>> values = new ArrayList<>();
        private final List<Promise> promises = new ArrayList<>();

        History(T first) {
            values.add(new Value<>(first, 0));
            promises.add(new Promise(0, 0));
        }

        T latest() {
            return values.getLast().value;
        }

        void asked(T value, int at) {
            values.add(new Value<>(value, at));
        }

        void promised(int at) {
            promises.add(new Promise(values.size() - 1, at));
        }

        boolean isPromised() {
            return promises.getLast().value == values.size() - 1;
        }

        T latestPromised() {
            return values.get(promises.getLast().value).value;
        }

        /// What it may be when everything stops after `at` changes.
        List<T> possible(int at) {
            int least = 0;
            for (Promise promise : promises) {
                least = promise.at <= at ? promise.value : least;
            }
            List<T> possible = new ArrayList<>();
            for (int i = least; i < values.size() && values.get(i).asked <= at; i++) {
                possible.add(values.get(i).value);
            }
            return possible;
        }
    }

    DiskWorkload(long seed, IntSupplier now) {
        this.random = new SplittableRandom(seed);
        this.now = now;
        this.votes = new History<>(new Vote(0, null));
        this.snapshots = new History<>(Snapshot.NONE);
        this.logs = new History<>(LogState.EMPTY);
    }

    /// Does all of it, unless the disk fails.
    void run(Disk disk) throws IOException {
        vote(disk);
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(12)) {
                case 0 -> vote(disk);
                case 1, 2 -> cut(disk);
                case 3, 4, 5 -> append(disk);
                case 6, 7, 8, 9 -> sync(disk);
                case 10 -> snapshot(disk);
                default -> install(disk);
            }
        }
        sync(disk);
    }

    private void vote(Disk disk) throws IOException {
        term++;
        @Nullable NodeId node = random.nextBoolean() ? new NodeId("n" + random.nextInt(5)) : null;
        votes.asked(new Vote(term, node), now.getAsInt());
        disk.saveVote(term, node);
        votes.promised(now.getAsInt());
    }

    private void append(Disk disk) throws IOException {
        store(disk, logs.latest().last().index(), 1 + random.nextInt(3));
    }

    /// Only what no snapshot holds: that is committed.
    private void cut(Disk disk) throws IOException {
        long first = Math.max(snapshots.latest().last().index(), logs.latest().base().index());
        long last = logs.latest().last().index();
        if (last > first) {
            vote(disk);
            store(disk, first + random.nextLong(last - first + 1), random.nextInt(3));
        }
    }

    private void store(Disk disk, long after, int count) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            entries.add(new Entry(after + i, term, Entry.Kind.COMMAND, payload()));
        }
        StoreEntries store = new StoreEntries(after, entries);
        logs.asked(logs.latest().with(store), now.getAsInt());
        disk.store(store);
    }

    /// Some are longer than a sector, and of those some are nothing but zeros.
    private Bytes payload() {
        byte[] payload = new byte[random.nextInt(8) == 0 ? 1_400 : random.nextInt(20)];
        if (random.nextInt(3) > 0) {
            random.nextBytes(payload);
        }
        return Bytes.of(payload);
    }

    private void sync(Disk disk) throws IOException {
        disk.sync();
        if (!logs.isPromised()) {
            logs.promised(now.getAsInt());
        }
    }

    private void snapshot(Disk disk) throws IOException {
        LogState log = logs.latestPromised();
        long first = Math.max(snapshots.latest().last().index(), log.base().index());
        if (!logs.isPromised() || log.last().index() <= first) {
            return;
        }
        long index = first + 1 + random.nextLong(log.last().index() - first);
        snapshot(disk, new Snapshot(log.cut(index).last(), MEMBERS, payload()));
        append(disk);
        disk.compact(snapshots.latest().last());
    }

    private void snapshot(Disk disk, Snapshot snapshot) throws IOException {
        snapshots.asked(snapshot, now.getAsInt());
        disk.writeSnapshot(snapshot);
        snapshots.promised(now.getAsInt());
    }

    /// A leader's, which the log does not hold: it ends behind the log, or at an entry of another term.
    private void install(Disk disk) throws IOException {
        sync(disk);
        vote(disk);
        long first = snapshots.latest().last().index();
        long last = logs.latest().last().index();
        Position end = new Position(first + 1 + random.nextLong(last - first + 5), term);
        Snapshot snapshot = new Snapshot(end, MEMBERS, payload());
        snapshots.asked(snapshot, now.getAsInt());
        logs.asked(new LogState(end, List.of()), now.getAsInt());
        disk.install(snapshot);
        snapshots.promised(now.getAsInt());
        logs.promised(now.getAsInt());
    }

    /// Checks what a disk has recovered that stopped after this many changes.
    void check(Persisted found, int changes) {
        assertThat(votes.possible(changes)).contains(new Vote(found.term(), found.vote()));
        List<Snapshot> possible = snapshots.possible(changes);
        assertThat(possible).contains(found.snapshot());
        assertThat(logs.possible(changes))
                .as("the log behind %s", found.snapshot().last())
                .extracting(log -> log.behind(found.snapshot().last()))
                .contains(found.entries());
    }
}
