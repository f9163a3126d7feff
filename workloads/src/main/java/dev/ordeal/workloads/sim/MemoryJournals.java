package dev.ordeal.workloads.sim;

import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.sim.Journals;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.member.Journal;
import dev.ordeal.node.member.Streams;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Raft;
import dev.ordeal.node.raft.Role;
import dev.ordeal.workloads.sim.Coverage.Happening;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The journals of a simulation as the judge reads them, with no text in between: what [NodeStreams] makes of the lines that
/// [Streams] writes.
final class MemoryJournals implements Journals {
    private final LongSupplier clock;
    private final Map<NodeId, Lives> nodes = new TreeMap<>();
    private final Coverage coverage = new Coverage();
    private final @Nullable Known[] known = new @Nullable Known[1 << 8];

    /// What a node tells when it applies an entry.
    ///
    /// @param whyNot it had no effect, if it had none
    private record Told(
            Position position,
            String kind,
            CommandId id,
            @Nullable Command command,
            @Nullable String whyNot,
            long digest) {

        Applied.Entry entry() {
            return new Applied.Entry(
                    position.index(),
                    position.term(),
                    kind,
                    id.inSession() ? id.toString() : null,
                    command == null ? null : Streams.operation(command),
                    command == null ? null : command.key(),
                    command == null ? null : Streams.value(command),
                    whyNot == null,
                    whyNot,
                    HexFormat.of().toHexDigits(digest));
        }
    }

    /// What was told, and the entry as the judge reads it.
    private record Known(Told told, Applied.Entry entry) {}

    /// What a node has told in all its lives. What it applied is kept in columns until the end: the judge walks the records again
    /// and again, and finds those side by side that were made together.
    private static final class Lives {
        private final List<NodeEvent> events = new ArrayList<>();
        private Applied.Entry[] entries = new Applied.Entry[1 << 8];
        private int[] incarnations = new int[1 << 8];
        private long[] nanos = new long[1 << 8];
        private int applied;

        void applied(int incarnation, long atNanos, Applied.Entry entry) {
            if (applied == entries.length) {
                entries = Arrays.copyOf(entries, 2 * applied);
                incarnations = Arrays.copyOf(incarnations, 2 * applied);
                nanos = Arrays.copyOf(nanos, 2 * applied);
            }
            entries[applied] = entry;
            incarnations[applied] = incarnation;
            nanos[applied] = atNanos;
            applied++;
        }

        NodeStreams stream(String node) {
            List<Applied> records = new ArrayList<>(applied);
            for (int i = 0; i < applied; i++) {
                records.add(new Applied(node, incarnations[i], nanos[i], entries[i]));
            }
            return new NodeStreams(node, records, events, List.of());
        }
    }

    MemoryJournals(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public Journal open(NodeId node, int incarnation) {
        return new Life(incarnation, nodes.computeIfAbsent(node, n -> new Lives()));
    }

    List<NodeStreams> streams() {
        List<NodeStreams> streams = new ArrayList<>();
        nodes.forEach((node, lives) -> streams.add(lives.stream(node.name())));
        return streams;
    }

    /// Nodes that apply the same at an index share the entry of it.
    private Applied.Entry entry(Told told) {
        int slot = (int) told.position.index() & (known.length - 1);
        Known last = known[slot];
        if (last == null || !last.told.equals(told)) {
            last = new Known(told, told.entry());
            known[slot] = last;
        }
        return last.entry;
    }

    /// What happened in the nodes.
    Coverage coverage() {
        return coverage;
    }

    private final class Life implements Journal {
        private final int incarnation;
        private final Lives lives;
        private long lastIndex;

        Life(int incarnation, Lives lives) {
            this.incarnation = incarnation;
            this.lives = lives;
        }

        @Override
        public void stepped(Raft core, List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.RoleChanged(var role, long term, var leader) -> {
                        if (role == Role.CANDIDATE) {
                            coverage.saw(Happening.ELECTION);
                        } else if (role == Role.LEADER) {
                            coverage.saw(Happening.LEADER);
                        }
                    }
                    case Effect.StoreEntries store -> {
                        if (store.afterIndex() < lastIndex) {
                            coverage.saw(Happening.TRUNCATION);
                        }
                        lastIndex = store.lastIndex();
                    }
                    case Effect.Install(var snapshot) -> {
                        coverage.saw(Happening.INSTALLED);
                        lastIndex = snapshot.last().index();
                    }
                    case Effect.MembershipChanged changed -> coverage.saw(Happening.CHANGE);
                    default -> {}
                }
            }
        }

        @Override
        public void applied(Entry entry, long digest) {
            String kind = entry.kind().name().toLowerCase(Locale.ROOT);
            applied(new Told(entry.position(), kind, CommandId.NONE, null, null, digest));
        }

        @Override
        public void applied(
                Entry entry, CommandId id, Command command, Result result, long digest) {
            applied(
                    new Told(
                            entry.position(),
                            "command",
                            id,
                            command,
                            Streams.whyNotApplied(result),
                            digest));
        }

        @Override
        public void snapshot(Position last, long digest) {
            applied(new Told(last, "snapshot", CommandId.NONE, null, null, digest));
        }

        private void applied(Told told) {
            lives.applied(incarnation, clock.getAsLong(), entry(told));
        }

        @Override
        public void started(Persisted recovered) {
            Position last = recovered.last();
            lastIndex = last.index();
            if (incarnation > 1) {
                coverage.saw(Happening.RESTART);
            }
            tell(
                    new NodeEvent.Started(
                            incarnation,
                            clock.getAsLong(),
                            recovered.term(),
                            name(recovered.vote()),
                            last.index(),
                            last.term()));
        }

        @Override
        public void role(Role role, long term, dev.ordeal.node.raft.@Nullable NodeId leader) {
            tell(
                    new NodeEvent.Role(
                            incarnation,
                            clock.getAsLong(),
                            Streams.name(role),
                            term,
                            name(leader)));
        }

        @Override
        public void term(long term) {
            tell(new NodeEvent.Term(incarnation, clock.getAsLong(), term));
        }

        @Override
        public void vote(long term, dev.ordeal.node.raft.NodeId vote) {
            tell(new NodeEvent.Vote(incarnation, clock.getAsLong(), term, vote.name()));
        }

        @Override
        public void configured(Position entry, Membership members, long applied) {
            tell(
                    new NodeEvent.Configuration(
                            incarnation,
                            clock.getAsLong(),
                            entry.index(),
                            entry.term(),
                            applied,
                            members.toString()));
        }

        private void tell(NodeEvent event) {
            lives.events.add(event);
        }

        private static @Nullable String name(dev.ordeal.node.raft.@Nullable NodeId node) {
            return node == null ? null : node.name();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
