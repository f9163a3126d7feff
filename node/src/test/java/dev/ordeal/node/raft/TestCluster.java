package dev.ordeal.node.raft;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.bug.Waiting;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.KeyValueMachine;
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
import dev.ordeal.node.raft.Message.Vote;
import dev.ordeal.node.rpc.Wire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Nodes, their disks and the messages between them, all in memory, with nothing that moves by itself: whoever drives it says
/// who ticks, what arrives, what is lost and who crashes. Each node's driver syncs its disk as late as the contract of
/// [Effect] allows, so that a crash loses as much as it can.
final class TestCluster {
    record Envelope(NodeId from, NodeId to, Message message) {}

    record Link(NodeId from, NodeId to) {}

    private final SortedMap<NodeId, Node> nodes = new TreeMap<>();
    private final Settings settings;
    private final Membership members;
    private final boolean correct;
    private final Witness witness;
    private final BiConsumer<NodeId, Effect> onEffect;
    private long requests;

    /// So many sessions are remembered, which is few: some are forgotten in every run.
    private static final int SESSIONS = 4;

    /// What a clock shows that goes as it should. Only leases go by clocks; whoever drives the cluster moves them.
    long nanos;

    /// Messages under way, in the order in which they were sent.
    final List<Envelope> inFlight = new ArrayList<>();

    /// A message sent over one of these is lost.
    final Set<Link> cut = new HashSet<>();

    /// @param members the cluster begins with
    /// @param all servers there are; those that are no members wait to be added
    TestCluster(
            Membership members,
            List<NodeId> all,
            Settings settings,
            Optional<Supplier<Planted>> bug,
            RandomGenerator random,
            BiConsumer<NodeId, Effect> onEffect) {
        this.members = members;
        this.settings = settings;
        this.onEffect = onEffect;
        correct = bug.isEmpty();
        witness = new Witness(correct);
        for (var id : all) nodes.put(id, new Node(id, bug.orElse(() -> Planted.NOTHING), random));
    }

    Node node(NodeId id) {
        var node = nodes.get(id);
        if (node == null) throw new IllegalArgumentException("there is no " + id);
        return node;
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    Witness witness() {
        return witness;
    }

    void deliver(Envelope envelope) {
        node(envelope.to()).step(new Receive(envelope.from(), envelope.message()));
    }

    /// One node with its driver.
    final class Node {
        private final NodeId id;
        private final Supplier<Planted> bug;
        private final RandomGenerator random;
        private Disk disk = new Disk(Persisted.NOTHING);

        /// How many times as fast as it should this node's clock goes.
        double speed = 1;

        private @Nullable Life life;

        private Node(NodeId id, Supplier<Planted> bug, RandomGenerator random) {
            this.id = id;
            this.bug = bug;
            this.random = random;
        }

        NodeId id() {
            return id;
        }

        Optional<Raft> raft() {
            return Optional.ofNullable(life).map(living -> living.raft);
        }

        /// What its clock shows.
        long nanos() {
            return (long) (nanos * speed);
        }

        boolean isUp() {
            return life != null;
        }

        Persisted durable() {
            return disk.durable();
        }

        long applied() {
            return life == null ? 0 : life.applied;
        }

        /// Whether a snapshot is being written.
        boolean isWritingSnapshot() {
            return life != null && life.writing != null;
        }

        /// The snapshot that is being written gets durable.
        void finishSnapshot() {
            var living = life;
            if (living == null || living.writing == null) return;
            var written = living.writing;
            living.writing = null;
            disk.write(written);
            step(new SnapshotTaken(written));
        }

        /// Gives a node that is down another disk.
        void replaceDisk(Persisted persisted) {
            disk = new Disk(persisted);
            witness.stores(id, persisted.snapshot().last(), persisted.entries());
        }

        void start() {
            if (life != null) return;
            disk.recover();
            life = new Life(disk.durable());
        }

        void crash() {
            life = null;
            disk.loseWhatIsNotSynced();
        }

        void tick() {
            step(new Tick());
        }

        /// The numbers under which the commands were proposed.
        List<Long> propose(List<Bytes> payloads) {
            var proposals =
                    payloads.stream().map(payload -> new Proposal(++requests, payload)).toList();
            var living = life;
            if (living != null)
                for (var proposal : proposals)
                    living.proposed.put(proposal.requestId(), proposal.payload());
            step(new Propose(proposals));
            return proposals.stream().map(Proposal::requestId).toList();
        }

        List<Long> read(int count) {
            var ids = new ArrayList<Long>();
            for (int i = 0; i < count; i++) ids.add(++requests);
            var living = life;
            if (living != null) for (var id : ids) living.reading.put(id, witness.known());
            step(new Read(ids));
            return ids;
        }

        void transfer(NodeId target) {
            step(new TransferLeadership(++requests, target));
        }

        void change(Change change) {
            step(new ChangeMembership(++requests, change));
        }

        void step(Event event) {
            step(event, Integer.MAX_VALUE);
        }

        /// Lets the event happen, and crashes after that many of its effects.
        void step(Event event, int effectsUntilCrash) {
            var living = life;
            if (living == null) return;
            List<Effect> effects;
            try {
                effects = living.raft.step(event, living.leaseClock.getAsLong());
            } catch (IllegalStateException | IllegalArgumentException e) {
                // With a bug planted the machine may find itself in a state that cannot be; a
                // process would die of it.
                if (correct) throw e;
                crash();
                return;
            }
            if (event instanceof Tick) living.ticks++;
            if (correct) living.order.check(event, effects);
            int done = 0;
            for (var effect : living.planted.effects(event, effects)) {
                if (done++ == effectsUntilCrash) {
                    if (effect instanceof Install install) disk.write(install, true);
                    break;
                }
                onEffect.accept(id, effect);
                living.carryOut(effect);
            }
            if (done > effectsUntilCrash) crash();
        }

        /// What is lost in a crash.
        private final class Life {
            final Planted planted = bug.get();

            long ticks;

            /// The clock on the wall shows what the process has lived through: it stands while that is paused.
            final LongSupplier leaseClock =
                    planted.clock(Node.this::nanos, () -> ticks * settings.tickNanos());

            final Raft raft;
            final EffectOrder order;
            final Map<Long, Bytes> proposed = new HashMap<>();
            final Map<Long, Long> reading = new HashMap<>();
            final Map<Position, Waiting<String>> waiting = new HashMap<>();
            final KeyValueMachine machine = new KeyValueMachine(SESSIONS);
            @Nullable Snapshot writing;
            Membership configured;
            long applied;

            Life(Persisted persisted) {
                var recovered = planted.recovered(persisted);
                var last = recovered.snapshot().last();
                if (last.index() > 0) {
                    machine.replace(Wire.state(recovered.snapshot().state()));
                    applied = last.index();
                    witness.goesOnFrom(id, last, machine.digest(), 0);
                }
                var bootstrap = members.contains(id) ? members : Membership.NONE;
                raft =
                        new Raft(
                                id,
                                bootstrap,
                                planted.settings(settings),
                                planted.rules(),
                                random,
                                recovered);
                configured = raft.members();
                order = new EffectOrder(id, configured, recovered);
            }

            void carryOut(Effect effect) {
                switch (effect) {
                    case SaveVote save -> disk.write(save);
                    case StoreEntries store -> {
                        disk.write(store);
                        var previous = disk.positionAt(store.afterIndex());
                        witness.stores(id, previous, store.entries());
                    }
                    case CompactLog compact -> disk.write(compact);
                    case Install install -> {
                        disk.write(install, false);
                        install(install.snapshot());
                    }
                    case Configured(var entry, var now) -> configured = now;
                    case MembershipChanged changed -> {}
                    case MembershipRefused refused -> {}
                    case MembershipUnknown unknown -> {}
                    case TakeSnapshot(var last, var included) -> {
                        disk.syncIfDirty();
                        var state = planted.captured(machine.state());
                        writing = new Snapshot(last, included, Wire.snapshot(state));
                    }
                    case Send(var to, var message) -> {
                        disk.syncIfDirty();
                        if (message instanceof Vote vote && vote.granted())
                            witness.votes(id, vote.term(), to);
                        if (!cut.contains(new Link(id, to)))
                            inFlight.add(new Envelope(id, to, message));
                    }
                    case Apply(var entry) -> {
                        disk.syncIfDirty();
                        apply(entry);
                    }
                    case Accepted accepted -> accept(accepted);
                    case TransferEnded ended -> {}
                    case Refused refused -> {
                        proposed.remove(refused.requestId());
                        reading.remove(refused.requestId());
                    }
                    case ReadReady ready -> {
                        disk.syncIfDirty();
                        serve(ready);
                    }
                    case RoleChanged role -> {
                        disk.syncIfDirty();
                        if (role.role() == Role.LEADER) witness.leads(id, role.term(), raft.log());
                    }
                }
            }

            private void install(Snapshot snapshot) {
                machine.replace(planted.installed(machine.state(), Wire.state(snapshot.state())));
                witness.goesOnFrom(id, snapshot.last(), machine.digest(), applied);
                applied = snapshot.last().index();
            }

            /// What a command does: it adds itself to one of three lists, is written to one of three texts, or deletes one,
            /// in a session of its own.
            private void execute(long index, Bytes payload) {
                String name = payload.toString();
                int which = Math.floorMod(payload.hashCode(), 3);
                var command =
                        switch (Math.floorMod(payload.hashCode() / 3, 5)) {
                            case 0, 1 -> new Command.Append("list " + which, name);
                            case 2, 3 -> new Command.Write("text " + which, name);
                            default -> new Command.Delete("text " + which);
                        };
                machine.apply(index, new CommandId(name, 1), command);
            }

            private void apply(Entry entry) {
                if (entry.kind() == Entry.Kind.COMMAND) execute(entry.index(), entry.payload());
                witness.applies(
                        id,
                        raft.term(),
                        entry,
                        machine.digest(),
                        configured.voters().stream().map(voter -> node(voter).disk).toList());
                applied = entry.index();
                var client = waiting.remove(entry.position());
                if (client != null) client.applied(entry.index(), "done");
            }

            private void accept(Accepted accepted) {
                var payload = proposed.remove(accepted.requestId());
                if (payload == null)
                    throw new IllegalStateException(
                            "nobody proposed what is accepted: " + accepted);
                var client = planted.waiting(new Client(payload), Optional.of("done"));
                waiting.put(new Position(accepted.index(), accepted.term()), client);
                client.accepted(accepted.index());
            }

            private void serve(ReadReady ready) {
                var knownBefore = reading.remove(ready.requestId());
                if (knownBefore == null)
                    throw new IllegalStateException("nobody asked for what is read: " + ready);
                if (correct && applied < ready.index())
                    throw new IllegalStateException(
                            "%s has applied %d and is to read at %d"
                                    .formatted(id, applied, ready.index()));
                witness.reads(id, knownBefore, applied);
            }
        }
    }

    private final class Client implements Waiting<String> {
        private final Bytes payload;

        Client(Bytes payload) {
            this.payload = payload;
        }

        @Override
        public void accepted(long index) {}

        @Override
        public void applied(long index, String result) {
            witness.acknowledges(index, payload);
        }
    }
}
