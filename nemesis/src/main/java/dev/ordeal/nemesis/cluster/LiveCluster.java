package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A cluster of real nodes in real time, whatever a [NodeHost] makes them of.
///
/// It keeps the set of wounds in force and, whenever that changes, drives every node and link to what the set as a whole asks
/// for. So wounds may overlap in any order. Changes happen one after the other on a thread of their own; questions to nodes
/// on as many virtual threads as there are questions.
public final class LiveCluster implements Cluster {
    private static final Duration STATUS_WAIT = Duration.ofMillis(300);
    private static final Duration START_WAIT = Duration.ofSeconds(60);
    private static final Duration TELL_WAIT = Duration.ofSeconds(10);

    /// An election takes a second at most; the rest is for a loaded machine.
    private static final Administrator.Patience PATIENCE =
            new Administrator.Patience(
                    Duration.ofSeconds(5).toNanos(), Duration.ofMillis(500).toNanos());

    /// A server that is added has to catch up first; who stopped leading may never answer.
    private static final Duration CHANGE_WAIT = Duration.ofSeconds(5);

    private final ClusterSpec spec;
    private final Scheduler scheduler;
    private final NodeHost host;
    private final SortedSet<NodeId> nodes;
    private final Set<Wound> wounds = new LinkedHashSet<>();
    private final ExecutorService changes =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("cluster").factory());
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

    /// What we made of each node. If its process is in another state, that was not us.
    private final Map<NodeId, Life> driven = new ConcurrentHashMap<>();

    private final Damage damage;
    private final Repeats repeats;
    private final Flapping flapping;

    /// Whose election time-outs we made short, in the process that runs.
    private final Set<NodeId> stormed = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService clockThread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("clocks").daemon().factory());
    private final Clocks clocks;
    private final Administrator administrator;

    /// The administrator's ways to the nodes.
    private final Map<NodeId, ServiceClient> adminClients = new TreeMap<>();

    /// Whether bits may have been flipped, ever. Then too few members might be left that ever come back if others were removed:
    /// which of the two comes first in a run keeps the other out.
    private boolean flips;

    public LiveCluster(ClusterSpec spec, Scheduler scheduler, NodeHost host) {
        this.spec = spec;
        this.scheduler = scheduler;
        this.host = host;
        this.nodes = new TreeSet<>(spec.ids());
        // One stream for each concern.
        SplittableRandom random = new SplittableRandom(spec.seed());
        this.damage =
                new Damage(
                        spec.system(),
                        host,
                        node -> nodeDirectory(node).resolve("data"),
                        random.split());
        this.administrator = new Administrator(scheduler, random.split(), new Members(), PATIENCE);
        this.repeats = new Repeats(scheduler, random.split());
        this.flapping = new Flapping(scheduler, this::change);
        this.clocks =
                new Clocks(
                        clockThread,
                        scheduler::nanos,
                        (node, ahead) -> FakeTime.set(FakeTime.file(nodeDirectory(node)), ahead));
    }

    @Override
    public Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public List<NodeId> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public CompletableFuture<Void> start() {
        List<NodeId> first = nodes();
        return on(
                        changes,
                        () -> {
                            host.prepare();
                            setClocksRight(first);
                            return reach(first, Harm.of(List.of()));
                        })
                .thenCompose(reached -> tryOutClocks(first));
    }

    /// Starts one more node, which waits to be added to the others (that is the system's own business); done when it serves. Of
    /// one that left before, it goes on from what it had. If that fails, the node is one of the cluster all the same, until it
    /// [leaves][#leave(NodeId)].
    public CompletableFuture<Void> join(NodeId node) {
        if (nodes.size() == ClusterSpec.MOST) {
            throw new IllegalArgumentException(
                    "a cluster has at most " + ClusterSpec.MOST + " nodes, and this one has them");
        }
        if (!nodes.add(node)) {
            throw new IllegalArgumentException("there is a node " + node + " already");
        }
        Harm harm = Harm.of(wounds);
        return on(
                changes,
                () -> {
                    host.prepare(node);
                    setClocksRight(List.of(node));
                    return reach(List.of(node), harm);
                });
    }

    /// Ends a node, which is one of this cluster no more; done when its process is dead. What it leaves behind stays.
    public CompletableFuture<Void> leave(NodeId node) {
        if (!nodes.remove(node)) {
            throw new IllegalArgumentException("there is no node " + node + ", only " + nodes);
        }
        return on(
                changes,
                () -> {
                    reach(node, Life.DEAD);
                    return null;
                });
    }

    @Override
    public Endpoint connect(NodeId node) {
        Address address = clientAddress(node);
        return repeats.over(new ServiceClient(address.host(), address.port()));
    }

    /// Where the other nodes reach the node, as members of the cluster are told; the same for as long as the cluster lives.
    public Address peerAddress(NodeId node) {
        return host.peerAddress(node);
    }

    /// Where clients reach the node; the same for as long as the cluster lives.
    public Address clientAddress(NodeId node) {
        return host.clientAddress(node);
    }

    /// Where the node's admin port is; the same for as long as the cluster lives.
    public Address adminAddress(NodeId node) {
        return host.adminAddress(node);
    }

    @Override
    public CompletableFuture<Map<NodeId, NodeStatus>> status() {
        List<NodeId> asked = nodes();
        return on(
                questions,
                () -> {
                    Map<NodeId, Optional<NodeStatus>> answers = ofEach(asked, this::statusOf);
                    Map<NodeId, NodeStatus> status = new TreeMap<>();
                    answers.forEach((node, answer) -> answer.ifPresent(it -> status.put(node, it)));
                    return status;
                });
    }

    private void setClocksRight(List<NodeId> some) {
        if (spec.clocks()) {
            clocks.allRight(some);
        }
    }

    private Optional<NodeStatus> statusOf(NodeId node) {
        try {
            return Optional.of(spec.system().status(adminAddress(node), STATUS_WAIT));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> whyUnsupported(Fault fault) {
        return switch (fault) {
            case Fault.Partition p -> Optional.empty();
            case Fault.Kill k -> Optional.empty();
            case Fault.Pause p -> Optional.empty();
            case Fault.Power p ->
                    onlySimulated("the power of a process cannot fail alone, so use kill");
            case Fault.Network(var trouble) -> whyUnsupported(trouble);
            case Fault.Disk(var failure) ->
                    failure == Fault.Failure.FLIP
                            ? Optional.empty()
                            : onlySimulated(
                                    "the nodes share the disk of this machine, which is neither slowed down nor filled, so use disk:flip");
            case Fault.Clock c ->
                    spec.system().hasClocks()
                            ? host.whyNoClocks().flatMap(LiveCluster::onlySimulated)
                            : onlySimulated(
                                    "the nodes' program cannot be told another time, so use pause");
            case Fault.Membership m -> Optional.empty();
            case Fault.ElectionStorm s -> Optional.empty();
        };
    }

    private Optional<String> whyUnsupported(Fault.Trouble trouble) {
        return switch (trouble) {
            case FLAPPING, DUPLICATE -> Optional.empty();
            case SLOW, SLOW_LINK ->
                    host.canDelay()
                            ? Optional.empty()
                            : onlySimulated(
                                    "the links of containers are only cut, so use network:flapping, or --cluster process");
            case LOSSY, REORDER ->
                    onlySimulated(
                            "a connection between real nodes loses nothing and keeps the order, so use network:flapping");
        };
    }

    private static Optional<String> onlySimulated(String why) {
        return Optional.of(why + ", or simulate the cluster with --cluster sim");
    }

    @Override
    public CompletableFuture<Void> strike(Wound wound) {
        boolean isNew = wounds.add(wound);
        return switch (wound) {
            case Wound.DiskFailed(var failure, int strength, var victims)
                    when isNew && !administrator.hasAskedToRemove() -> {
                flips = true;
                yield change().thenCompose(dead -> flip(victims));
            }
            case Wound.Impaired impaired
                    when isNew && impaired.trouble() == Fault.Trouble.FLAPPING ->
                    flapping.strike(impaired);
            case Wound.Reconfigured reconfigured ->
                    change().thenCompose(done -> administrator.strike(reconfigured));
            case Wound.Mistimed mistimed when isNew -> strikeClocks(mistimed);
            default -> change();
        };
    }

    /// Never more than a minority may be gone for good.
    private CompletableFuture<Void> flip(Set<NodeId> victims) {
        int most = (nodes.size() - 1) / 2;
        return on(
                changes,
                () -> {
                    damage.flip(
                            victims.stream()
                                    .filter(victim -> driven.get(victim) == Life.DEAD)
                                    .toList(),
                            most);
                    return null;
                });
    }

    @Override
    public Set<NodeId> lost() {
        return damage.lost();
    }

    @Override
    public CompletableFuture<Void> heal(Wound wound) {
        wounds.remove(wound);
        flapping.heal(wound);
        CompletableFuture<Void> changed = change();
        return switch (wound) {
            case Wound.Reconfigured reconfigured ->
                    changed.thenCompose(done -> administrator.heal(reconfigured));
            case Wound.Mistimed mistimed ->
                    changed.thenCompose(done -> onClocks(() -> clocks.heal(mistimed)));
            default -> changed;
        };
    }

    private CompletableFuture<Void> strikeClocks(Wound.Mistimed wound) {
        if (!spec.clocks()) {
            throw new IllegalStateException("the nodes run without clocks that could be set");
        }
        return onClocks(() -> clocks.strike(wound));
    }

    private CompletableFuture<Void> onClocks(Runnable work) {
        return on(
                clockThread,
                () -> {
                    work.run();
                    return null;
                });
    }

    /// Before anything goes by them.
    private CompletableFuture<Void> tryOutClocks(List<NodeId> first) {
        return spec.clocks()
                ? onClocks(() ->
                        clocks.tryOut(
                                first, node -> spec.system().clock(adminAddress(node), TELL_WAIT)))
                : CompletableFuture.completedFuture(null);
    }

    /// The nodes, in the eyes of their administrator.
    private final class Members implements Administrator.Administered {
        @Override
        public CompletableFuture<List<NodeStatus>> leaders() {
            return LiveCluster.this.leaders();
        }

        @Override
        public void ask(NodeId node, AdminRequest request, Consumer<Response> onResponse) {
            Address address = clientAddress(node);
            adminClients
                    .computeIfAbsent(
                            node, first -> new ServiceClient(address.host(), address.port()))
                    .administer(
                            request,
                            CHANGE_WAIT,
                            response -> scheduler.after(0, () -> onResponse.accept(response)));
        }

        @Override
        public Addresses addresses(NodeId node) {
            // As the first members are known to each other.
            return new Addresses(peerAddress(node).toString(), "");
        }

        @Override
        public Collection<NodeId> expected() {
            // Whether a node that joined later becomes a member is up to whoever had it join.
            Set<NodeId> lost = lost();
            return spec.ids().stream().filter(node -> !lost.contains(node)).toList();
        }

        @Override
        public boolean mayRemove() {
            return !flips;
        }
    }

    private CompletableFuture<Void> change() {
        List<NodeId> now = nodes();
        Harm harm = Harm.of(wounds);
        LinkTrouble trouble = LinkTrouble.of(wounds);
        repeats.share(trouble.repeated());
        Set<Link> cut = new TreeSet<>(harm.cut());
        cut.addAll(flapping.down());
        return on(
                changes,
                () -> {
                    // Links first: a node that starts must find its links cut already.
                    host.cut(cut);
                    if (host.canDelay()) {
                        host.delay(trouble.lateNanos());
                    }
                    return reach(now, harm);
                });
    }

    @Override
    public CompletableFuture<Probe> probe(Wound wound, boolean expectHurt) {
        if (wound instanceof Wound.Reconfigured reconfigured) {
            return administrator.probe(reconfigured, expectHurt);
        }
        if (wound instanceof Wound.Impaired(var kind, int strength, var links)
                && kind == Fault.Trouble.DUPLICATE) {
            return repeats.look(expectHurt);
        }
        LinkTrouble trouble = LinkTrouble.of(wounds);
        Look look =
                new Look(
                        spec.system(),
                        host,
                        Harm.expected(wounds, wound, expectHurt).withDead(lost()));
        return on(
                questions,
                () ->
                        switch (wound) {
                            case Wound.Cut(var links) -> look.atLinks(links);
                            case Wound.Killed(var nodes) ->
                                    look.atProcesses(
                                            nodes,
                                            expectHurt ? Optional.of(Life.DEAD) : Optional.empty());
                            case Wound.Paused(var nodes) ->
                                    look.atProcesses(
                                            nodes,
                                            expectHurt
                                                    ? Optional.of(Life.PAUSED)
                                                    : Optional.empty());
                            case Wound.Unpowered w -> throw unsupported(w);
                            case Wound.Impaired impaired ->
                                    links(impaired, look, trouble, expectHurt);
                            case Wound.DiskFailed failed -> disks(failed, look, expectHurt);
                            case Wound.Mistimed(var error, int strength, var nodes) ->
                                    look.atClocks(nodes);
                            case Wound.Reconfigured w ->
                                    throw new IllegalStateException("asked above: " + w);
                            case Wound.Stormed(var nodes) -> look.atStorm(nodes);
                        });
    }

    /// Whether the nodes are down, and a bit of one of them at least is not what it was.
    private Probe disks(Wound.DiskFailed wound, Look look, boolean expectHurt)
            throws InterruptedException {
        Optional<String> known = damage.of(wound.nodes());
        Probe lives =
                look.atProcesses(
                        wound.nodes(), expectHurt ? Optional.of(Life.DEAD) : Optional.empty());
        return new Probe(
                lives.asExpected() && (known.isPresent() || !expectHurt),
                lives.evidence() + "; " + known.orElse("no bit of them has changed"));
    }

    private static Probe links(
            Wound.Impaired wound, Look look, LinkTrouble trouble, boolean expectHurt)
            throws InterruptedException {
        if (wound.trouble() == Fault.Trouble.FLAPPING) {
            return expectHurt
                    ? look.atFlapping(wound.links(), LinkTrouble.flapNanos(wound))
                    : look.atLinks(wound.links());
        }
        return look.atDelays(
                wound.links(),
                trouble::roundNanos,
                expectHurt ? Long.MAX_VALUE : LinkTrouble.lateNanos(wound));
    }

    /// Nobody strikes with what [#whyUnsupported] turned down.
    private static IllegalStateException unsupported(Wound wound) {
        return new IllegalStateException("real nodes cannot be hurt like this: " + wound);
    }

    @Override
    public Path nodeDirectory(NodeId node) {
        return spec.directory().resolve(node.name());
    }

    @Override
    public void close() {
        flapping.close();
        clockThread.shutdownNow();
        // A change that is under way must not start a node behind our back.
        changes.shutdownNow();
        questions.shutdownNow();
        adminClients.values().forEach(ServiceClient::close);
        try {
            if (!changes.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new ClusterException(
                        "a change to the cluster did not end within 30 s of being interrupted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            host.close();
        }
    }

    /// Brings these nodes to where `harm` wants them.
    private @Nullable Void reach(List<NodeId> some, Harm harm) throws InterruptedException {
        ofEach(
                some,
                node -> {
                    reach(node, harm.life(node));
                    reachTimeouts(node, harm.stormed().contains(node));
                    return node;
                });
        return null;
    }

    private void reach(NodeId node, Life wanted) {
        Life now = driven.getOrDefault(node, Life.DEAD);
        if (now == wanted || damage.lost().contains(node)) {
            return;
        }
        if (wanted == Life.DEAD) {
            host.kill(node);
            driven.put(node, Life.DEAD);
            return;
        }
        if (now == Life.DEAD) {
            stormed.remove(node);
            host.start(node);
            driven.put(node, Life.RUNNING);
            awaitServing(node);
            if (damage.lost().contains(node)) {
                driven.put(node, Life.DEAD);
                return;
            }
            damage.read(node);
        }
        if (now == Life.PAUSED) {
            host.resume(node);
            driven.put(node, Life.RUNNING);
            awaitServing(node);
        }
        if (wanted == Life.PAUSED) {
            host.pause(node);
            driven.put(node, Life.PAUSED);
        }
    }

    /// Only of a node that runs: whoever comes back is told then.
    private void reachTimeouts(NodeId node, boolean storm) {
        if (driven.get(node) != Life.RUNNING || stormed.contains(node) == storm) {
            return;
        }
        long deadline = System.nanoTime() + TELL_WAIT.toNanos();
        while (true) {
            try {
                spec.system().storm(adminAddress(node), storm, Duration.ofSeconds(1));
                if (storm) {
                    stormed.add(node);
                } else {
                    stormed.remove(node);
                }
                return;
            } catch (IOException e) {
                if (host.life(node) == Life.DEAD || Thread.currentThread().isInterrupted()) {
                    return; // It died before by itself; the look at it will tell.
                }
                if (System.nanoTime() > deadline) {
                    throw new ClusterException(
                            node
                                    + " does not take how to draw its election time-outs: "
                                    + e.getMessage(),
                            e);
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Waits until it serves, or is lost.
    private void awaitServing(NodeId node) {
        long deadline = System.nanoTime() + START_WAIT.toNanos();
        while (true) {
            try {
                if (spec.system().healthy(adminAddress(node), Duration.ofSeconds(1))) {
                    return;
                }
            } catch (IOException e) {
                // Not yet.
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("closed while " + node + " was starting");
            }
            if (host.life(node) == Life.DEAD) {
                String lastWords = host.lastWords(node);
                if (damage.explains(node, lastWords)) {
                    return;
                }
                throw new ClusterException(node + " ended while starting: " + lastWords);
            }
            if (System.nanoTime() > deadline) {
                throw new ClusterException(
                        node
                                + " does not serve "
                                + START_WAIT.toSeconds()
                                + " s after it was started: see "
                                + nodeDirectory(node).resolve("node.log"));
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Asks about each node at the same time; what one question throws comes out when all have ended.
    private static <T> Map<NodeId, T> ofEach(List<NodeId> nodes, Function<NodeId, T> question)
            throws InterruptedException {
        Map<NodeId, T> answers = new TreeMap<>();
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<NodeId, Future<T>> asked = new TreeMap<>();
            for (NodeId node : nodes) {
                asked.put(node, threads.submit(() -> question.apply(node)));
            }
            for (Map.Entry<NodeId, Future<T>> one : asked.entrySet()) {
                try {
                    answers.put(one.getKey(), one.getValue().get());
                } catch (ExecutionException e) {
                    failures.add(unchecked(e.getCause()));
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return answers;
    }

    private static RuntimeException unchecked(@Nullable Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }

    /// Runs blocking work elsewhere and hands its outcome to the scheduler's thread.
    private <T> CompletableFuture<T> on(ExecutorService threads, Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                T result = work.call();
                scheduler.after(0, () -> outcome.complete(result));
            } catch (Throwable thrown) {
                scheduler.after(0, () -> outcome.completeExceptionally(thrown));
            }
        });
        return outcome;
    }
}
