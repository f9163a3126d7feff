package dev.ordeal.node.raft;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.MembershipChanged;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.TransferEnded;
import dev.ordeal.node.raft.Finding.Promise;
import dev.ordeal.node.raft.TestCluster.Envelope;
import dev.ordeal.node.raft.TestCluster.Link;
import dev.ordeal.node.raft.TestCluster.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One run of a cluster from a seed: first chaos, whose kind and measure the seed draws too, so that some seeds see nothing but
/// crashes and others nothing but late messages; then peace, in which the cluster must come to rest.
final class Simulation {
    private static final int ELECTION_TICKS_MAX = 8;
    private static final int NEVER = 1_000_000;

    /// By how much clocks may differ.
    private static final double[] DRIFTS = {0.05, 0.3, 1};

    private final RandomGenerator random;
    private final TestCluster cluster;
    private final List<Node> nodes;

    /// Of a cluster with leases; in one without, nobody looks at a clock, and ticks come as they like.
    private final @Nullable Clocks clocks;

    private final boolean duplicates;
    private final boolean losses;
    private final boolean reorders;

    /// How often messages arrive and clocks tick, next to a hundred of everything else. Where ticks come often, elections
    /// race; where messages come seldom, they come late.
    private final int deliveries;

    /// Requests to add and to remove servers.
    private final int changes;

    /// Whether they come right after elections, too, and a partition right after them: changes of the membership go wrong where
    /// two leaders begin them that do not know of each other, which takes four servers.
    private final boolean hasty;

    private final int partitions;

    private final int crashes;
    private final int ticks;
    private final int steps;
    private @Nullable Node elected;
    private long hash;
    private long payloads;
    private long readsServed;
    private long readsServedAtOnce;
    private long installed;
    private long transferred;
    private long changed;

    /// With leases if the bug needs them.
    Simulation(long seed, Optional<Supplier<Planted>> bug) {
        this(seed, bug, bug.filter(Simulation::leases).isPresent());
    }

    /// @param leases whether leaders read under leases, by clocks that drift apart as far as they allow for, while processes are
    ///     paused, too
    Simulation(long seed, Optional<Supplier<Planted>> bug, boolean leases) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        changes = random.nextInt(3) == 0 ? 5 + random.nextInt(100) : 0;
        hasty = changes > 0 && random.nextBoolean();
        int size = hasty ? 4 : 1 + random.nextInt(5);
        var ids = new ArrayList<NodeId>();
        for (int i = 1; i <= size; i++) ids.add(new NodeId("n" + i));
        // With the smallest, each entry travels in a message of its own.
        int messageBytes = 1 + random.nextInt(3) * 80;
        int snapshotEntries = random.nextBoolean() ? 1 + random.nextInt(8) : NEVER;
        var own = RandomGeneratorFactory.of("L64X128MixRandom").create(~seed);
        var settings =
                leases
                        ? new Settings(8, 12, 2, messageBytes, 3, snapshotEntries)
                                .withLeases(DRIFTS[own.nextInt(DRIFTS.length)])
                        : new Settings(4, ELECTION_TICKS_MAX, 1, messageBytes, 3, snapshotEntries);
        var members = new Membership(ids);
        int spare = changes == 0 ? 0 : (hasty ? 0 : 1) + random.nextInt(2);
        for (int i = 1; i <= spare; i++) ids.add(new NodeId("n" + (size + i)));
        cluster = new TestCluster(members, ids, settings, bug, random, this::onEffect);
        nodes = cluster.nodes();
        clocks = leases ? new Clocks(cluster, settings, own) : null;
        crashes = random.nextBoolean() ? 0 : 5 + random.nextInt(40);
        partitions = hasty ? 5 + random.nextInt(60) : random.nextBoolean() ? 5 : 0;
        duplicates = random.nextBoolean();
        losses = random.nextInt(3) == 0;
        reorders = random.nextBoolean();
        deliveries = 100 + random.nextInt(400);
        // Of time there is less, so that much happens before a lease is over.
        ticks = (50 + random.nextInt(350)) / (leases ? 4 : 1);
        steps = (500 + random.nextInt(1_500)) * (leases ? 4 : 1);
    }

    /// Whether the bug turns them on.
    static boolean leases(Supplier<Planted> bug) {
        return bug.get().settings(Settings.defaults()).leases();
    }

    private void onEffect(NodeId node, Effect effect) {
        hash = 31 * (31 * hash + node.hashCode()) + effect.hashCode();
        if (effect instanceof ReadReady) readsServed++;
        if (effect instanceof Install) installed++;
        if (hasty && effect instanceof RoleChanged changed && changed.role() == Role.LEADER)
            elected = cluster.node(node);
        if (effect instanceof MembershipChanged) changed++;
        if (effect instanceof TransferEnded ended && ended.done()) transferred++;
    }

    void run() {
        nodes.forEach(Node::start);
        for (int i = 0; i < steps; i++) chaos();
        peace();
    }

    /// What the run found broken, if it did.
    Optional<Finding> finding() {
        try {
            run();
            return Optional.empty();
        } catch (Finding finding) {
            return Optional.of(finding);
        }
    }

    String trace() {
        return Long.toHexString(hash)
                + " "
                + committed()
                + " "
                + acknowledged()
                + " "
                + readsServed;
    }

    long committed() {
        return cluster.witness().appliedSomewhere();
    }

    long acknowledged() {
        return cluster.witness().acknowledged().size();
    }

    long readsServed() {
        return readsServed;
    }

    /// Without anybody else being asked, in a cluster of several.
    long readsServedAtOnce() {
        return readsServedAtOnce;
    }

    long installed() {
        return installed;
    }

    long transferred() {
        return transferred;
    }

    long changed() {
        return changed;
    }

    private Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /// A leader as often as not, since there it hurts most.
    private Node victim() {
        var any = anyNode();
        if (random.nextBoolean()) return any;
        return leader().orElse(any);
    }

    /// Anyone who leads: there may be several, of whom all but one do not know yet.
    private Optional<Node> leader() {
        var leading = nodes.stream().filter(Simulation::leads).toList();
        return leading.isEmpty()
                ? Optional.empty()
                : Optional.of(leading.get(random.nextInt(leading.size())));
    }

    private static boolean leads(Node node) {
        return node.raft().map(Raft::role).equals(Optional.of(Role.LEADER));
    }

    /// One thing happens.
    private void chaos() {
        if (elected != null) changeAndCut(elected);
        int what = random.nextInt(deliveries + ticks + crashes + changes + partitions + 95);
        if ((what -= deliveries) < 0) deliverOne();
        else if ((what -= ticks) < 0) pass();
        else if ((what -= crashes) < 0) crashOrStart(victim());
        else if ((what -= changes) < 0) change();
        else if ((what -= partitions) < 0) cutOrHeal();
        else if (random.nextInt(3) == 0) anyNode().finishSnapshot();
        else if (what < 3) victim().transfer(anyNode().id());
        else if (what < 50) propose(anyNode());
        else read(anyNode(), 1 + random.nextInt(2));
    }

    private void pass() {
        if (clocks == null) {
            anyNode().tick();
            return;
        }
        clocks.pass();
        int what = random.nextInt(100);
        if (what < 3) clocks.pauseOrResume(victim());
        else if (what < 6) leader().ifPresent(this::transferAndCut);
    }

    /// What a leader does not hear of it goes on believing.
    private void transferAndCut(Node leader) {
        leader.transfer(anyNode().id());
        cluster.cut.clear();
        if (random.nextBoolean()) cutOff(leader);
    }

    private boolean isPaused(Node node) {
        return clocks != null && clocks.isPaused(node);
    }

    private void read(Node node, int count) {
        if (isPaused(node)) return;
        long before = readsServed;
        node.read(count);
        if (nodes.size() > 1) readsServedAtOnce += readsServed - before;
    }

    private void change() {
        leader().ifPresent(hasty ? this::changeAndCut : this::changeAt);
    }

    private void changeAndCut(Node leader) {
        elected = null;
        // The deeper a change lies in a log that is cut off, the longer nothing takes its place.
        if (random.nextBoolean()) propose(leader);
        changeAt(leader);
        cluster.cut.clear();
        switch (random.nextInt(4)) {
            case 0 -> cutOff(leader);
            case 1 -> cutInTwo();
            case 2 -> halve();
            default -> {} // whole again
        }
    }

    private void changeAt(Node leader) {
        var server = anyNode().id();
        leader.change(
                random.nextBoolean()
                        ? new Change.Add(server, Addresses.UNKNOWN)
                        : new Change.Remove(server));
    }

    private void deliverOne() {
        // What is sent to a paused process waits for it.
        var inFlight = cluster.inFlight;
        int[] arriving =
                IntStream.range(0, inFlight.size())
                        .filter(i -> !isPaused(cluster.node(inFlight.get(i).to())))
                        .toArray();
        if (arriving.length == 0) return;
        int which = arriving[reorders ? random.nextInt(arriving.length) : 0];
        var envelope = inFlight.get(which);
        boolean again = duplicates && random.nextInt(10) == 0;
        if (!again) inFlight.remove(which);
        if (losses && random.nextInt(10) == 0) return;
        if (random.nextInt(2_000) < crashes) crashWhileReceiving(envelope);
        else cluster.deliver(envelope);
    }

    private void crashWhileReceiving(Envelope envelope) {
        cluster.node(envelope.to())
                .step(new Event.Receive(envelope.from(), envelope.message()), random.nextInt(5));
    }

    private void propose(Node node) {
        if (isPaused(node)) return;
        var some = new ArrayList<Bytes>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) some.add(payload());
        node.propose(some);
    }

    private Bytes payload() {
        payloads++;
        return Bytes.of((byte) (payloads >> 16), (byte) (payloads >> 8), (byte) payloads);
    }

    private void crashOrStart(Node node) {
        if (!node.isUp()) node.start();
        else {
            node.crash();
            // What it had sent and was still on its way may go down with it.
            if (random.nextBoolean())
                cluster.inFlight.removeIf(envelope -> envelope.from().equals(node.id()));
        }
    }

    private void cutOrHeal() {
        cluster.cut.clear();
        switch (random.nextInt(4)) {
            case 0 -> cutOff(victim());
            case 1 -> cutInTwo();
            case 2 -> cluster.cut.add(new Link(anyNode().id(), anyNode().id()));
            default -> {} // whole again
        }
    }

    private void cutOff(Node one) {
        for (var other : nodes) cutBothWays(one, other);
    }

    private void cutInTwo() {
        int side = random.nextInt(1 << nodes.size());
        for (int i = 0; i < nodes.size(); i++)
            for (int j = 0; j < i; j++)
                if ((side >> i & 1) != (side >> j & 1)) cutBothWays(nodes.get(i), nodes.get(j));
    }

    /// Of the servers that the cluster began with, half see the other half no more.
    private void halve() {
        var founders = new ArrayList<>(nodes.subList(0, 4));
        Collections.shuffle(founders, random);
        for (var one : founders.subList(0, 2))
            for (var other : nodes)
                if (other != founders.get(0) && other != founders.get(1)) cutBothWays(one, other);
    }

    private void cutBothWays(Node one, Node other) {
        cluster.cut.add(new Link(one.id(), other.id()));
        cluster.cut.add(new Link(other.id(), one.id()));
    }

    /// No more faults: within a hundred of the longest election time-outs one leader answers a write and a read, and all
    /// members have applied the same.
    private void peace() {
        cluster.cut.clear();
        if (clocks != null) clocks.resumeAll();
        nodes.forEach(Node::start);
        for (int tick = 0; tick < 100 * ELECTION_TICKS_MAX; tick++) {
            while (!cluster.inFlight.isEmpty()) cluster.deliver(cluster.inFlight.removeFirst());
            if (isAtRest()) {
                checkThatNothingIsMissing();
                return;
            }
            tickAll();
            nodes.forEach(Node::finishSnapshot);
        }
        throw new Finding(Promise.PROGRESS, "the cluster does not come to rest");
    }

    private void tickAll() {
        if (clocks == null) nodes.forEach(Node::tick);
        else clocks.passATick();
    }

    private boolean isAtRest() {
        var leading = nodes.stream().filter(Simulation::leads).toList();
        if (leading.size() != 1) return false;
        var leader = leading.getFirst();
        long acknowledgedBefore = acknowledged();
        long readsBefore = readsServed;
        propose(leader);
        leader.read(1);
        for (int i = 0; i < 4; i++) {
            while (!cluster.inFlight.isEmpty()) cluster.deliver(cluster.inFlight.removeFirst());
            tickAll();
        }
        return acknowledged() > acknowledgedBefore
                && readsServed > readsBefore
                && members(leader).stream().allMatch(node -> node.applied() == leader.applied())
                && leader.applied() == cluster.witness().appliedSomewhere();
    }

    /// Those that the leader takes for members, learners included.
    private List<Node> members(Node leader) {
        var members = leader.raft().orElseThrow().members();
        return nodes.stream().filter(node -> members.contains(node.id())).toList();
    }

    private void checkThatNothingIsMissing() {
        if (cluster.witness().known() > committed())
            throw new Finding(
                    Promise.ACKNOWLEDGED_STAYS,
                    "clients know of %d, the cluster ends at %d"
                            .formatted(cluster.witness().known(), committed()));
    }
}
