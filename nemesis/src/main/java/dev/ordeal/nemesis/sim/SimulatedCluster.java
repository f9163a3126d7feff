package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Administrator;
import dev.ordeal.nemesis.cluster.Breach;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.Harm;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// A cluster whose nodes, network and disks are simulated, in the time of its scheduler: from the same seed, under the same calls
/// at the same times, it does the same.
///
/// What goes wrong by itself until it is calmed (late, lost and repeated messages, slow disks, clocks that drift) are its [Conditions]; what is
/// done to it are the wounds, as on any cluster, and all of them.
public final class SimulatedCluster implements Cluster {
    /// What a question to the nodes takes.
    private static final long ASK_NANOS = 1_000_000;

    /// How long a look at the links waits for what it sends, beside what it takes to arrive. Not longer: the next strike waits
    /// for it, and what comes right after another is what many bugs wait for.
    private static final long LOOK_NANOS = 2_000_000;

    /// So often a look sends something over a link that is to be open: some is lost.
    private static final int LOOKS = 20;

    private static final long MILLI = 1_000_000;

    /// A look at the members shows what is, at once.
    private static final Administrator.Patience PATIENCE =
            new Administrator.Patience(1_000 * MILLI, 0);

    /// How much longer the slowest disks take to sync.
    private static final long SLOWEST_SYNC_NANOS = 300 * MILLI;

    /// What a full disk still takes: often less than a frame of the log, so that one is torn.
    private static final long MOST_LEFT_BYTES = 400;

    private final List<NodeId> ids;
    private final Path directory;
    private final Scheduler time;
    private Conditions conditions;
    private final Network network;
    private final RandomGenerator clients;
    private final Map<NodeId, SimulatedNode> nodes = new LinkedHashMap<>();
    private final Administrator administrator;
    private final Invariants invariants;
    private BiConsumer<Delivery, String> onDelivery = (delivery, what) -> {};

    /// Those in force: few, and of so many links that they are quicker compared than hashed.
    private final Set<Wound> wounds = new CopyOnWriteArraySet<>();

    /// What flaps and is down at this moment.
    private final Set<Wound.Impaired> flapped = new CopyOnWriteArraySet<>();

    /// @param ids of the nodes
    /// @param directory where the journals are kept, if they are kept in files
    /// @param seed of everything that is drawn
    /// @param deliveries of single messages
    /// @param bug planted in every process that starts
    /// @param journals opens the journals of processes
    public SimulatedCluster(
            List<NodeId> ids,
            Path directory,
            Scheduler time,
            Conditions conditions,
            long seed,
            Deliveries deliveries,
            Supplier<Planted> bug,
            Journals journals) {
        this.ids = List.copyOf(ids);
        this.directory = directory;
        this.time = time;
        this.conditions = conditions;
        this.invariants = new Invariants(this.ids);
        // One stream of random numbers for each concern: what one draws changes nothing for the
        // others.
        SplittableRandom random = new SplittableRandom(seed);
        this.network =
                new Network(
                        time,
                        conditions,
                        random.split(),
                        random.split(),
                        deliveries,
                        (delivery, what) -> onDelivery.accept(delivery, describe(what)));
        this.clients = random.split();
        SimulatedNode.Surroundings around =
                new SimulatedNode.Surroundings(
                        time,
                        this::conditions,
                        network,
                        this.ids,
                        new Membership(this.ids.stream().map(SimulatedNode::raftId).toList()),
                        this::node,
                        new SharedReading(),
                        bug,
                        invariants.over(journals),
                        invariants,
                        () -> {
                            var unused = reach(Set.of());
                        });
        for (NodeId id : this.ids) {
            nodes.put(id, new SimulatedNode(id, around, random.split()));
        }
        this.administrator = new Administrator(time, random.split(), new Members(), PATIENCE);
    }

    @Override
    public void onPlannedDelivery(BiConsumer<Delivery, String> listener) {
        onDelivery = listener;
    }

    private static String describe(Object what) {
        return switch (what) {
            case Message message ->
                    message.getClass().getSimpleName() + " of term " + message.term();
            case Request request -> "a request that is passed on";
            case Response response -> "the answer to a request that was passed on";
            default -> what.toString();
        };
    }

    private Conditions conditions() {
        return conditions;
    }

    @Override
    public void calm() {
        conditions = conditions.calmed();
        network.under(conditions);
    }

    private SimulatedNode node(NodeId id) {
        return Objects.requireNonNull(nodes.get(id), () -> "there is no " + id);
    }

    @Override
    public Scheduler scheduler() {
        return time;
    }

    @Override
    public List<NodeId> nodes() {
        return ids;
    }

    @Override
    public CompletableFuture<Void> start() {
        return reach(Set.of());
    }

    @Override
    public Endpoint connect(NodeId node) {
        return new ClientWay(node(node));
    }

    /// A client's way to a node, which no fault cuts.
    private final class ClientWay implements Endpoint {
        private final SimulatedNode node;

        ClientWay(SimulatedNode node) {
            this.node = node;
        }

        @Override
        public void call(Request request, Duration timeout, Consumer<Response> onResponse) {
            Call call =
                    new Call(
                            time,
                            timeout.toNanos(),
                            response -> {
                                onResponse.accept(response);
                                if (response instanceof Response.Done) {
                                    repeat(request, timeout);
                                }
                            });
            travel(() -> arrive(request, call));
        }

        /// A copy of what was done may still come: from a network that repeats, or a client that did not wait for the answer. Its
        /// session knows it. It comes when the outcome is certain, so that its own answer tells nobody anything. Not of the command
        /// that opens a session: behind the session's end it would open another (docs/decisions.md).
        private void repeat(Request request, Duration timeout) {
            if (!(request instanceof Request.Read)
                    && request.sequence() > 1
                    && clients.nextDouble() < conditions.duplication()) {
                travel(() -> arrive(request, new Call(time, timeout.toNanos(), ignored -> {})));
            }
        }

        private void arrive(Request request, Call call) {
            long known = invariants.known();
            node.request(
                    request,
                    true,
                    call.leftNanos(),
                    response -> {
                        invariants.answers(
                                node.id(), request instanceof Request.Read, known, response);
                        travel(() -> call.answer(response));
                    });
        }

        private void travel(Runnable arrival) {
            var unused = time.after(Conditions.around(conditions.latencyNanos(), clients), arrival);
        }

        @Override
        public void close() {}
    }

    @Override
    public CompletableFuture<Map<NodeId, NodeStatus>> status() {
        return in(ASK_NANOS, this::statusNow);
    }

    private Map<NodeId, NodeStatus> statusNow() {
        Map<NodeId, NodeStatus> status = new LinkedHashMap<>();
        nodes.forEach((id, node) -> node.status().ifPresent(it -> status.put(id, it)));
        return status;
    }

    /// Without the statuses of those that do not lead: this is asked again and again, and they are dear.
    @Override
    public CompletableFuture<List<NodeStatus>> leaders() {
        return in(ASK_NANOS, this::leadersNow);
    }

    private List<NodeStatus> leadersNow() {
        List<NodeStatus> leaders = new ArrayList<>();
        for (SimulatedNode node : nodes.values()) {
            if (node.leads()) {
                node.status().ifPresent(leaders::add);
            }
        }
        return leaders;
    }

    /// The nodes, in the eyes of their administrator. To look at them takes no time.
    private final class Members implements Administrator.Administered {
        @Override
        public CompletableFuture<List<NodeStatus>> leaders() {
            return CompletableFuture.completedFuture(leadersNow());
        }

        @Override
        public void ask(NodeId node, AdminRequest request, Consumer<Response> onResponse) {
            node(node).administer(request, onResponse);
        }

        @Override
        public Addresses addresses(NodeId node) {
            // Its name is all that the simulated network asks for.
            return new Addresses(node.name() + ":1", "");
        }

        @Override
        public Collection<NodeId> expected() {
            List<NodeId> expected = new ArrayList<>(ids);
            expected.removeAll(lost());
            return expected;
        }

        @Override
        public boolean mayRemove() {
            return nodes.values().stream().noneMatch(SimulatedNode::atRisk);
        }
    }

    @Override
    public Optional<String> whyUnsupported(Fault fault) {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Void> strike(Wound wound) {
        boolean isNew = wounds.add(wound);
        CompletableFuture<Void> reached =
                reach(wound instanceof Wound.Unpowered(var powerless) ? powerless : Set.of());
        return switch (wound) {
            case Wound.DiskFailed(var failure, int strength, var victims)
                    when failure == Fault.Failure.FLIP ->
                    isNew ? reached.thenRun(() -> flip(victims)) : reached;
            case Wound.Mistimed mistimed when mistimed.error() == Fault.ClockError.JUMP -> {
                leap(mistimed);
                yield reached;
            }
            case Wound.Impaired impaired when impaired.trouble() == Fault.Trouble.FLAPPING -> {
                flap(impaired);
                yield reached;
            }
            case Wound.Reconfigured reconfigured ->
                    reached.thenCompose(struck -> administrator.strike(reconfigured));
            default -> reached;
        };
    }

    @Override
    public CompletableFuture<Void> heal(Wound wound) {
        wounds.remove(wound);
        CompletableFuture<Void> reached = reach(Set.of());
        return wound instanceof Wound.Reconfigured reconfigured
                ? reached.thenCompose(healed -> administrator.heal(reconfigured))
                : reached;
    }

    @Override
    public Set<NodeId> lost() {
        Set<NodeId> lost = new TreeSet<>();
        for (SimulatedNode node : nodes.values()) {
            if (node.whyLost().isPresent()) {
                lost.add(node.id());
            }
        }
        return lost;
    }

    /// Only as many as may be gone for good, and only where nobody is removed: whichever comes first in a run, the other does not.
    private void flip(Set<NodeId> victims) {
        for (NodeId victim : victims) {
            long atRisk = nodes.values().stream().filter(SimulatedNode::atRisk).count();
            boolean mayBeLost =
                    node(victim).atRisk()
                            || (atRisk < (ids.size() - 1) / 2 && !administrator.hasAskedToRemove());
            if (mayBeLost && node(victim).life() == Life.DEAD) {
                node(victim).flip();
            }
        }
    }

    private void leap(Wound.Mistimed wound) {
        if (wounds.contains(wound)) {
            wound.nodes().forEach(victim -> node(victim).leap(wound.leapNanos()));
            var unused = time.after(Wound.Mistimed.BETWEEN_LEAPS_NANOS, () -> leap(wound));
        }
    }

    private void flap(Wound.Impaired wound) {
        boolean down = wounds.contains(wound) && !flapped.contains(wound);
        if (down) {
            flapped.add(wound);
        } else {
            flapped.remove(wound);
        }
        cut(Harm.of(wounds));
        if (wounds.contains(wound)) {
            var unused =
                    time.after(
                            wound.strength() * Wound.Impaired.LONGEST_FLAP_NANOS / 100,
                            () -> flap(wound));
        }
    }

    private void cut(Harm harm) {
        flapped.removeIf(wound -> !wounds.contains(wound));
        if (flapped.isEmpty()) {
            network.cut(harm.cut());
            return;
        }
        Set<Link> cut = new TreeSet<>(harm.cut());
        flapped.forEach(wound -> cut.addAll(wound.links()));
        network.cut(cut);
    }

    /// Brings everything to where the wounds in force want it.
    ///
    /// @param powerless whose machines lose their power at this moment
    private CompletableFuture<Void> reach(Set<NodeId> powerless) {
        Harm harm = Harm.of(wounds);
        cut(harm);
        network.trouble(impaired());
        List<CompletableFuture<Void>> underWay = new ArrayList<>();
        for (SimulatedNode node : nodes.values()) {
            reachMachine(node);
            CompletableFuture<Void> reached =
                    reach(node, harm.life(node.id()), powerless.contains(node.id()));
            if (!reached.isDone()) {
                underWay.add(reached);
            }
        }
        return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
    }

    private List<Wound.Impaired> impaired() {
        List<Wound.Impaired> impaired = new ArrayList<>();
        for (Wound wound : wounds) {
            if (wound instanceof Wound.Impaired trouble) {
                impaired.add(trouble);
            }
        }
        return impaired;
    }

    private void reachMachine(SimulatedNode node) {
        long slowSync = 0;
        long left = Long.MAX_VALUE;
        double rate = 1;
        boolean storm = false;
        for (Wound wound : wounds) {
            if (!wound.nodes().contains(node.id())) {
                continue;
            }
            switch (wound) {
                case Wound.DiskFailed(var failure, int strength, var victims) -> {
                    if (failure == Fault.Failure.SLOW) {
                        slowSync = Math.max(slowSync, strength * SLOWEST_SYNC_NANOS / 100);
                    } else if (failure == Fault.Failure.FULL) {
                        left = strength * MOST_LEFT_BYTES / 100;
                    }
                }
                case Wound.Mistimed mistimed -> rate = mistimed.rate();
                case Wound.Stormed stormed -> storm = true;
                default -> {}
            }
        }
        node.slowSync(slowSync);
        node.rate(rate);
        node.storm(storm);
        if (left == Long.MAX_VALUE) {
            node.makeRoom();
        } else if (!node.full()) {
            node.fill(left);
        }
    }

    private CompletableFuture<Void> reach(SimulatedNode node, Life wanted, boolean powerless) {
        if (node.life() == wanted && !powerless) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        switch (wanted) {
            case DEAD -> node.kill(powerless, () -> reached.complete(null));
            case PAUSED -> {
                node.pause();
                reached.complete(null);
            }
            case RUNNING -> {
                if (node.life() == Life.PAUSED) {
                    node.resume();
                    reached.complete(null);
                } else {
                    return CompletableFuture.runAsync(() -> start(node), in(node.startNanos()));
                }
            }
        }
        return reached;
    }

    /// Unless something has struck meanwhile.
    private void start(SimulatedNode node) {
        Life wanted = Harm.of(wounds).life(node.id());
        if (wanted != Life.DEAD) {
            node.start();
        }
        if (wanted == Life.PAUSED) {
            node.pause();
        }
    }

    @Override
    public CompletableFuture<Probe> probe(Wound wound, boolean expectHurt) {
        Harm harm = Harm.expected(wounds, wound, expectHurt);
        return switch (wound) {
            case Wound.Cut(var links) -> lookAtLinks(links, harm);
            case Wound.Killed(var victims) -> lookAtLives(victims, harm);
            case Wound.Paused(var victims) -> lookAtLives(victims, harm);
            case Wound.Unpowered(var victims) -> lookAtLives(victims, harm);
            case Wound.Impaired impaired -> lookAtTrouble(impaired, expectHurt);
            case Wound.DiskFailed failed -> lookAtDisks(failed, expectHurt, harm);
            case Wound.Mistimed mistimed -> lookAtClocks(mistimed, expectHurt);
            case Wound.Reconfigured reconfigured ->
                    CompletableFuture.runAsync(() -> {}, in(ASK_NANOS))
                            .thenCompose(asked -> administrator.probe(reconfigured, expectHurt));
            case Wound.Stormed(var victims) ->
                    in(
                            ASK_NANOS,
                            () -> {
                                List<NodeId> storming =
                                        victims.stream()
                                                .filter(victim -> node(victim).storms())
                                                .toList();
                                return new Probe(
                                        storming.isEmpty() != expectHurt,
                                        "the shortest time-out is drawn by " + storming);
                            });
        };
    }

    private CompletableFuture<Probe> lookAtLives(Set<NodeId> victims, Harm harm) {
        return in(
                ASK_NANOS,
                () -> {
                    Map<NodeId, Life> lives = new TreeMap<>();
                    boolean asExpected = true;
                    for (NodeId victim : victims) {
                        Life life = node(victim).life();
                        lives.put(victim, life);
                        asExpected &= life == harm.life(victim);
                    }
                    return new Probe(asExpected, "the processes are " + lives);
                });
    }

    /// By effect: what would be sent over a link would arrive, or would not.
    private CompletableFuture<Probe> lookAtLinks(Set<Link> links, Harm harm) {
        long wait = lookNanos();
        Set<Link> arrived = new LinkedHashSet<>();
        for (Link link : links) {
            for (long took : network.line(link).look(LOOKS)) {
                if (took <= wait) {
                    arrived.add(link);
                    break;
                }
            }
        }
        return in(
                wait,
                () -> {
                    boolean asExpected = true;
                    for (Link link : links) {
                        asExpected &= arrived.contains(link) != harm.cut().contains(link);
                    }
                    return new Probe(
                            asExpected,
                            "of what was sent over "
                                    + links.size()
                                    + " links it arrived over "
                                    + arrived.size());
                });
    }

    private long lookNanos() {
        return LOOK_NANOS + 10 * conditions.latencyNanos();
    }

    /// By effect: what would come of what is sent over each link.
    private CompletableFuture<Probe> lookAtTrouble(Wound.Impaired wound, boolean expectHurt) {
        if (wound.trouble() == Fault.Trouble.FLAPPING) {
            return in(
                    ASK_NANOS,
                    () ->
                            new Probe(
                                    wounds.contains(wound) == expectHurt,
                                    flapped.contains(wound)
                                            ? "the links are down at this moment"
                                            : "the links are up at this moment"));
        }
        int sent = LOOKS * wound.links().size();
        Conditions asked = conditions;
        long wait = lookNanos();
        int came = 0;
        long sum = 0;
        for (Link link : wound.links()) {
            for (long took : network.line(link).look(LOOKS)) {
                if (took <= wait) {
                    came++;
                    sum += took;
                }
            }
        }
        int arrived = came;
        double late = arrived == 0 ? LOOK_NANOS : (double) sum / arrived;
        return in(
                wait,
                () -> {
                    boolean hurts =
                            switch (wound.trouble()) {
                                case SLOW, SLOW_LINK, REORDER ->
                                        // What was sent together arrives one behind the other,
                                        // if links keep the order.
                                        arrived < sent / 2 || late > 4 * asked.latencyNanos();
                                case LOSSY -> arrived < sent;
                                case DUPLICATE -> arrived > sent;
                                case FLAPPING -> false;
                            };
                    return new Probe(
                            expectHurt ? hurts : !wounds.contains(wound),
                            "of %d messages over %d links %d arrived, after %.1f ms on average"
                                    .formatted(sent, wound.links().size(), arrived, late / MILLI));
                });
    }

    private CompletableFuture<Probe> lookAtDisks(
            Wound.DiskFailed wound, boolean expectHurt, Harm harm) {
        return in(
                ASK_NANOS,
                () -> {
                    boolean all = true;
                    List<String> seen = new ArrayList<>();
                    for (NodeId victim : wound.nodes()) {
                        SimulatedNode node = node(victim);
                        switch (wound.failure()) {
                            case SLOW -> {
                                all &= node.slowSync() > 0 == expectHurt;
                                seen.add(
                                        "a sync of %s takes %d ms longer"
                                                .formatted(victim, node.slowSync() / MILLI));
                            }
                            case FULL -> {
                                all &= node.full() == expectHurt;
                                seen.add(
                                        "the disk of %s %s, its process is %s"
                                                .formatted(
                                                        victim,
                                                        node.full() ? "is full" : "has room",
                                                        node.life()));
                            }
                            case FLIP -> {
                                all &=
                                        node.life() == harm.life(victim)
                                                || (!expectHurt && node.whyLost().isPresent());
                                seen.add(
                                        node.whyLost()
                                                .map(why -> victim + " stays down: " + why)
                                                .orElse(
                                                        victim
                                                                + " is "
                                                                + node.life()
                                                                + (node.atRisk()
                                                                        ? ", a bit on its disk changed"
                                                                        : "")));
                            }
                        }
                    }
                    return new Probe(all, String.join("; ", seen));
                });
    }

    /// By effect: how long a while takes on them. One that leaps may not do so within that while.
    private CompletableFuture<Probe> lookAtClocks(Wound.Mistimed wound, boolean expectHurt) {
        long began = time.nanos();
        Map<NodeId, Long> before = new TreeMap<>();
        wound.nodes().forEach(victim -> before.put(victim, node(victim).clock().nanos()));
        return in(
                expectHurt && wound.error() == Fault.ClockError.JUMP
                        ? Wound.Mistimed.BETWEEN_LEAPS_NANOS
                        : 10 * MILLI,
                () -> {
                    boolean all = true;
                    List<String> seen = new ArrayList<>();
                    double elapsed = time.nanos() - began;
                    for (NodeId victim : wound.nodes()) {
                        double rate =
                                (node(victim).clock().nanos()
                                                - Objects.requireNonNull(before.get(victim)))
                                        / elapsed;
                        boolean right = Math.abs(rate - 1) <= conditions.drift() + 1e-3;
                        all &= right != expectHurt;
                        seen.add(
                                "the clock of %s went %.2f times as fast as time"
                                        .formatted(victim, rate));
                    }
                    return new Probe(all, String.join("; ", seen));
                });
    }

    @Override
    public CompletableFuture<Breach> breach() {
        return invariants.first();
    }

    @Override
    public Path nodeDirectory(NodeId node) {
        return directory.resolve(node.name());
    }

    @Override
    public void close() {
        nodes.values().forEach(SimulatedNode::close);
    }

    private <T> CompletableFuture<T> in(long nanos, Supplier<T> outcome) {
        return CompletableFuture.supplyAsync(outcome, in(nanos));
    }

    private Executor in(long nanos) {
        return task -> {
            var unused = time.after(nanos, task);
        };
    }
}
