package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.Harm;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// A cluster whose nodes, network and disks are simulated, in the time of its scheduler: from the same seed, under the same calls
/// at the same times, it does the same.
///
/// What goes wrong by itself (late, lost and repeated messages, slow disks, clocks that drift) are its [Conditions]; what is
/// done to it are the wounds, as on any cluster.
public final class SimulatedCluster implements Cluster {
    /// What a question to the nodes takes.
    private static final long ASK_NANOS = 1_000_000;

    /// How long a look at the links waits for what it sent.
    private static final long LOOK_NANOS = 100_000_000;

    /// So often a look sends something over a link that is to be open: some is lost.
    private static final int LOOKS = 20;

    private final List<NodeId> ids;
    private final Path directory;
    private final Scheduler time;
    private final Conditions conditions;
    private final Network network;
    private final RandomGenerator clients;
    private final Map<NodeId, SimulatedNode> nodes = new TreeMap<>();
    private final Set<Wound> wounds = new LinkedHashSet<>();

    /// @param ids of the nodes
    /// @param directory where the journals are kept, if they are kept in files
    /// @param seed of everything that is drawn
    /// @param bug planted in every process that starts
    /// @param journals opens the journals of processes
    public SimulatedCluster(
            List<NodeId> ids,
            Path directory,
            Scheduler time,
            Conditions conditions,
            long seed,
            Supplier<Planted> bug,
            Journals journals) {
        this.ids = List.copyOf(ids);
        this.directory = directory;
        this.time = time;
        this.conditions = conditions;
        // One stream of random numbers for each concern: what one draws changes nothing for the
        // others.
        SplittableRandom random = new SplittableRandom(seed);
        this.network = new Network(time, conditions, random.split());
        this.clients = random.split();
        SimulatedNode.Surroundings around =
                new SimulatedNode.Surroundings(
                        time, conditions, network, this.ids, this::node, bug, journals);
        for (NodeId id : this.ids) {
            nodes.put(id, new SimulatedNode(id, around, random.split()));
        }
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
        return reach(Harm.of(List.of()));
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
            Call call = new Call(time, timeout.toNanos(), onResponse);
            travel(() ->
                    node.request(
                            request,
                            true,
                            call.leftNanos(),
                            response -> travel(() -> call.answer(response))));
        }

        private void travel(Runnable arrival) {
            var unused = time.after(Conditions.around(conditions.latencyNanos(), clients), arrival);
        }

        @Override
        public void close() {}
    }

    @Override
    public CompletableFuture<Map<NodeId, NodeStatus>> status() {
        return in(ASK_NANOS)
                .thenApply(asked -> {
                    Map<NodeId, NodeStatus> status = new TreeMap<>();
                    nodes.forEach((id, node) -> node.status().ifPresent(it -> status.put(id, it)));
                    return status;
                });
    }

    @Override
    public Optional<String> whyUnsupported(Fault fault) {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Void> strike(Wound wound) {
        wounds.add(wound);
        return reach(Harm.of(wounds));
    }

    @Override
    public CompletableFuture<Void> heal(Wound wound) {
        wounds.remove(wound);
        return reach(Harm.of(wounds));
    }

    private CompletableFuture<Void> reach(Harm harm) {
        network.cut(harm.cut());
        List<CompletableFuture<Void>> reached = new ArrayList<>();
        for (SimulatedNode node : nodes.values()) {
            reached.add(reach(node, harm.life(node.id())));
        }
        return CompletableFuture.allOf(reached.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> reach(SimulatedNode node, Life wanted) {
        if (node.life() == wanted) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        switch (wanted) {
            case DEAD -> node.kill(() -> reached.complete(null));
            case PAUSED -> {
                node.pause();
                reached.complete(null);
            }
            case RUNNING -> {
                if (node.life() == Life.PAUSED) {
                    node.resume();
                    reached.complete(null);
                } else {
                    return in(node.startNanos()).thenRun(node::start);
                }
            }
        }
        return reached;
    }

    @Override
    public CompletableFuture<Probe> probe(Wound wound, boolean expectHurt) {
        Harm harm = Harm.expected(wounds, wound, expectHurt);
        return switch (wound) {
            case Wound.Cut(var links) -> lookAtLinks(links, harm);
            case Wound.Killed(var victims) -> lookAtLives(victims, harm);
            case Wound.Paused(var victims) -> lookAtLives(victims, harm);
        };
    }

    private CompletableFuture<Probe> lookAtLives(Set<NodeId> victims, Harm harm) {
        return in(ASK_NANOS)
                .thenApply(asked -> {
                    Map<NodeId, Life> lives = new TreeMap<>();
                    victims.forEach(victim -> lives.put(victim, node(victim).life()));
                    boolean asExpected =
                            victims.stream()
                                    .allMatch(victim -> lives.get(victim) == harm.life(victim));
                    return new Probe(asExpected, "the processes are " + lives);
                });
    }

    /// By effect: what was sent over a link arrives, or does not.
    private CompletableFuture<Probe> lookAtLinks(Set<Link> links, Harm harm) {
        Set<Link> arrived = new LinkedHashSet<>();
        for (Link link : links) {
            for (int i = 0; i < LOOKS; i++) {
                network.send(link, () -> arrived.add(link));
            }
        }
        return in(LOOK_NANOS + 10 * conditions.latencyNanos())
                .thenApply(looked -> {
                    boolean asExpected =
                            links.stream()
                                    .allMatch(link ->
                                            arrived.contains(link) != harm.cut().contains(link));
                    return new Probe(
                            asExpected,
                            "of what was sent over "
                                    + links.size()
                                    + " links it arrived over "
                                    + arrived.size());
                });
    }

    @Override
    public Path nodeDirectory(NodeId node) {
        return directory.resolve(node.name());
    }

    @Override
    public void close() {
        nodes.values().forEach(SimulatedNode::close);
    }

    private CompletableFuture<Void> in(long nanos) {
        CompletableFuture<Void> then = new CompletableFuture<>();
        var unused = time.after(nanos, () -> then.complete(null));
        return then;
    }
}
