package dev.ordeal.nemesis.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network.Ipam;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.FakeTime;
import dev.ordeal.nemesis.cluster.FreePorts;
import dev.ordeal.nemesis.cluster.NodeHost;
import dev.ordeal.nemesis.cluster.SystemUnderTest.Seat;
import dev.ordeal.nemesis.cluster.Watchdog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.Network.NetworkImpl;

/// Runs nodes as containers.
///
/// Each is on two networks: `peers`, which has no way out, where it has an address of its own for as long as the cluster lives;
/// and `clients`, through which its client and admin ports are published on 127.0.0.1 and where containers do not see each
/// other (published ports do not work on a network without a way out). Peers are told by address, not by name: a name that was
/// asked for before its node was up would stay unknown for seconds.
///
/// A link is cut at both of its ends by a packet filter. One end suffices; but the filter of a container goes when it is killed,
/// and cannot be changed while it is paused, and then the other end's still holds.
final class DockerHost implements NodeHost {
    private static final Logger LOG = LoggerFactory.getLogger(DockerHost.class);

    private static final int PEER_PORT = 7000;
    private static final int CLIENT_PORT = 8080;
    private static final int ADMIN_PORT = 9090;

    /// Where a node's directory is in its container.
    private static final Path INSIDE = Path.of("/node");

    /// Tells the image's program where it is told how far ahead its clock is.
    private static final String CLOCK_VARIABLE = "ORDEAL_CLOCK";

    /// The networks are 198.18.x.0/24: addresses set aside for trials (RFC 2544), which are nobody's.
    private static final String SUBNETS = "198.18.";

    private static final int SUBNET_ATTEMPTS = 20;
    private static final int PAUSE_ATTEMPTS = 5;
    private static final int FIRST_HOST = 11;
    private static final int FAREWELL_SECONDS = 2;

    private final ClusterSpec spec;
    private final Belongings belongings;
    private final Map<NodeId, Address> clientAddresses = new ConcurrentSkipListMap<>();
    private final Map<NodeId, Address> adminAddresses = new ConcurrentSkipListMap<>();
    private final Map<NodeId, NodeContainer> containers = new ConcurrentHashMap<>();
    private @Nullable DockerClient engine;
    private @Nullable Watchdog watchdog;
    private volatile @Nullable Site site;
    private volatile Set<Link> cut = Set.of();
    private volatile boolean closed;

    /// What exists once everything is prepared.
    ///
    /// @param addresses of every node on the first network
    private record Site(
            DockerClient docker,
            NodeImage image,
            Network peers,
            Network clients,
            Map<NodeId, String> addresses) {}

    DockerHost(ClusterSpec spec) {
        this.spec = spec;
        this.belongings = Belongings.ofThisProcess(spec.directory());
        Iterator<Integer> ports = FreePorts.take(2 * spec.nodes()).iterator();
        spec.ids().forEach(node -> publish(node, ports));
    }

    private void publish(NodeId node, Iterator<Integer> ports) {
        clientAddresses.put(node, new Address("127.0.0.1", ports.next()));
        adminAddresses.put(node, new Address("127.0.0.1", ports.next()));
    }

    @Override
    public void prepare() {
        DockerClient docker = connect();
        engine = docker;
        Belongings.removeOrphans(docker);
        NodeImage image = NodeImage.of(spec.system().imageFolder(), docker);
        watchdog =
                Watchdog.start(
                        Sweep.class,
                        DockerClientFactory.instance()
                                .getTransportConfig()
                                .getDockerHost()
                                .toString(),
                        belongings.run());
        Map<NodeId, String> addresses = new ConcurrentSkipListMap<>();
        Network peers = peers(addresses);
        Network clients =
                network(command ->
                        command.withOptions(
                                Map.of(
                                        "com.docker.network.bridge.enable_icc",
                                        "false",
                                        "com.docker.network.bridge.enable_ip_masquerade",
                                        "false")));
        site = new Site(docker, image, peers, clients, addresses);
        for (NodeId node : spec.ids()) {
            makeDirectory(node);
        }
    }

    @Override
    public void prepare(NodeId added) {
        Map<NodeId, String> addresses = site().addresses;
        if (addresses.containsKey(added)) {
            return;
        }
        Set<Integer> taken = new HashSet<>();
        clientAddresses.values().forEach(address -> taken.add(address.port()));
        adminAddresses.values().forEach(address -> taken.add(address.port()));
        publish(added, FreePorts.take(2, taken).iterator());
        makeDirectory(added);
        String neighbour = addresses.values().iterator().next();
        addresses.put(
                added,
                neighbour.substring(0, neighbour.lastIndexOf('.') + 1)
                        + (FIRST_HOST + addresses.size()));
        filterBothEnds(cut);
    }

    private static DockerClient connect() {
        if (Files.exists(Path.of("/.dockerenv"))
                && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null) {
            // Testcontainers would ask a helper container where the host is, which it must first
            // download.
            throw new ClusterException(
                    "this machine is a container itself: set TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 in the environment if the Docker"
                            + " engine runs in it too");
        }
        try {
            return DockerClientFactory.instance().client();
        } catch (RuntimeException e) {
            throw new ClusterException(
                    oneLine(e).contains("valid Docker environment")
                            ? "no Docker engine answers: start one (dockerd, Docker Desktop), or use --cluster process"
                            : "Testcontainers cannot use the Docker engine ("
                                    + oneLine(root(e))
                                    + "): where no registry can be reached, set TESTCONTAINERS_RYUK_DISABLED=true in"
                                    + " the environment",
                    e);
        }
    }

    private static String oneLine(Throwable e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    }

    /// The network on which nodes find each other, with an address for each of them.
    private Network peers(Map<NodeId, String> addresses) {
        for (int attempt = 1; ; attempt++) {
            String subnet = SUBNETS + ThreadLocalRandom.current().nextInt(256) + ".";
            try {
                Network peers =
                        network(command ->
                                command.withInternal(true)
                                        .withIpam(
                                                new Ipam()
                                                        .withConfig(
                                                                new Ipam.Config()
                                                                        .withSubnet(
                                                                                subnet + "0/24"))));
                int host = FIRST_HOST;
                for (NodeId node : spec.ids()) {
                    addresses.put(node, subnet + host++);
                }
                return peers;
            } catch (DockerException e) {
                if (!oneLine(e).contains("overlap") || attempt == SUBNET_ATTEMPTS) {
                    throw new ClusterException(
                            "the Docker engine makes no network ("
                                    + oneLine(e)
                                    + "): remove unused ones with docker network prune",
                            e);
                }
            }
        }
    }

    private Network network(Consumer<CreateNetworkCmd> settings) {
        NetworkImpl network =
                Network.builder()
                        .driver("bridge")
                        .createNetworkCmdModifier(command -> {
                            command.withLabels(belongings.labels());
                            settings.accept(command);
                        })
                        .build();
        String made = seenThrough(network::getId);
        LOG.debug("made network {}", made);
        return network;
    }

    /// Asks the engine to make something, and does not leave before it has. The engine may still carry out a request that its
    /// asker gave up when interrupted; what it made then would come after everything of the run was removed.
    private static <T> T seenThrough(Supplier<T> request) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the cluster is being closed");
        }
        try {
            return CompletableFuture.supplyAsync(request, Thread::startVirtualThread).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void makeDirectory(NodeId node) {
        try {
            Files.createDirectories(directory(node).resolve("data"));
            // Made here, it belongs to whoever runs this, though the container's root opens it.
            Files.createFile(directory(node).resolve("node.log"));
        } catch (IOException e) {
            throw new ClusterException("cannot make " + directory(node) + " anew: " + e, e);
        }
    }

    private Path directory(NodeId node) {
        return spec.directory().resolve(node.name());
    }

    private Site site() {
        Site here = site;
        if (here == null || closed) {
            throw new IllegalStateException("the cluster is not open");
        }
        return here;
    }

    @Override
    public void start(NodeId node) {
        Site here = site();
        NodeContainer existing = containers.get(node);
        try {
            if (existing == null) {
                NodeContainer container = container(here, node);
                containers.put(node, container);
                seenThrough(() -> {
                    container.start();
                    return container;
                });
            } else {
                seenThrough(here.docker.startContainerCmd(existing.getContainerId())::exec);
            }
        } catch (NotModifiedException e) {
            LOG.warn("{} runs already", node);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ClusterException(
                    node
                            + " cannot be started: "
                            + oneLine(root(e))
                            + " (is one of its ports in use? then run again)",
                    e);
        }
        filter(node);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private NodeContainer container(Site here, NodeId node) {
        Map<NodeId, Address> peers = new TreeMap<>();
        if (spec.ids().contains(node)) {
            spec.ids().forEach(first -> peers.put(first, peerAddress(first)));
        }
        List<String> arguments = new ArrayList<>();
        // The image's program writes to the node's log, as the container's own would be gone with
        // it.
        arguments.addAll(List.of("exec \"$@\" >> " + INSIDE.resolve("node.log") + " 2>&1", "sh"));
        arguments.addAll(here.image.entryPoint());
        arguments.addAll(
                spec.system()
                        .arguments(
                                new Seat(
                                        node,
                                        peers,
                                        null,
                                        new Address("0.0.0.0", PEER_PORT),
                                        new Address("0.0.0.0", CLIENT_PORT),
                                        new Address("0.0.0.0", ADMIN_PORT),
                                        INSIDE.resolve("data"),
                                        INSIDE)));
        NodeContainer container =
                new NodeContainer(
                        here.image.name(),
                        here.peers.getId(),
                        new ContainerNetwork()
                                .withIpamConfig(
                                        new ContainerNetwork.Ipam()
                                                .withIpv4Address(here.addresses.get(node))));
        container
                .withNetwork(here.clients)
                .withCreateContainerCmdModifier(command -> {
                    HostConfig host =
                            Optional.ofNullable(command.getHostConfig()).orElseGet(HostConfig::new);
                    command.withHostConfig(
                                    host.withPortBindings(
                                                    published(clientAddress(node), CLIENT_PORT),
                                                    published(adminAddress(node), ADMIN_PORT))
                                            .withBinds(
                                                    new Bind(
                                                            directory(node).toString(),
                                                            new Volume(INSIDE.toString())))
                                            .withCapAdd(Capability.NET_ADMIN))
                            .withExposedPorts(
                                    ExposedPort.tcp(CLIENT_PORT), ExposedPort.tcp(ADMIN_PORT))
                            .withEntrypoint("sh", "-c")
                            .withCmd(arguments);
                });
        if (spec.clocks()) {
            container.withEnv(CLOCK_VARIABLE, FakeTime.file(INSIDE).toString());
        }
        belongings.labels().forEach(container::withLabel);
        return container;
    }

    private static PortBinding published(Address address, int port) {
        return new PortBinding(
                Ports.Binding.bindIpAndPort(address.host(), address.port()), ExposedPort.tcp(port));
    }

    @Override
    public void kill(NodeId node) {
        try {
            site().docker.killContainerCmd(id(node)).withSignal("KILL").exec();
        } catch (ConflictException e) {
            return; // It ended before by itself; the look at it will tell.
        }
        await(node, Life.DEAD);
    }

    @Override
    public void pause(NodeId node) {
        for (int attempt = 1; ; attempt++) {
            try {
                site().docker.pauseContainerCmd(id(node)).exec();
                await(node, Life.PAUSED);
                return;
            } catch (ConflictException e) {
                return; // It is not running; the look at it will tell.
            } catch (InternalServerErrorException e) {
                // With the first version of control groups freezing is "a game of chances"
                // (opencontainers/runc#2791): the container runs on.
                if (!oneLine(e).contains("unable to freeze") || attempt == PAUSE_ATTEMPTS) {
                    throw new ClusterException(node + " cannot be paused: " + oneLine(e), e);
                }
            }
        }
    }

    @Override
    public void resume(NodeId node) {
        try {
            site().docker.unpauseContainerCmd(id(node)).exec();
        } catch (ConflictException e) {
            return; // It is not paused; the look at it will tell.
        }
        await(node, Life.RUNNING);
        // What changed in the meantime could not be told to it.
        filter(node);
    }

    private void await(NodeId node, Life life) {
        while (life(node) != life && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(2_000_000);
        }
    }

    /// Through the engine: what the container wrote may belong to somebody else than who runs this.
    @Override
    public void overwrite(NodeId node, String file, byte[] bytes) {
        try {
            Path folder = Files.createTempDirectory("ordeal");
            Path copy = Files.write(folder.resolve(file), bytes);
            try {
                site().docker
                        .copyArchiveToContainerCmd(id(node))
                        .withHostResource(copy.toString())
                        .withRemotePath(INSIDE.resolve("data").toString())
                        .exec();
            } finally {
                Files.delete(copy);
                Files.delete(folder);
            }
        } catch (IOException | DockerException e) {
            throw new ClusterException(
                    "the data of " + node + " cannot be changed: " + oneLine(e), e);
        }
    }

    @Override
    public void cut(Set<Link> links) {
        Set<Link> before = cut;
        cut = Set.copyOf(links);
        Set<Link> changed = new HashSet<>(before);
        changed.addAll(cut);
        changed.removeIf(link -> before.contains(link) == cut.contains(link));
        filterBothEnds(changed);
    }

    private void filterBothEnds(Set<Link> links) {
        containers.keySet().parallelStream()
                .filter(node ->
                        links.stream()
                                .anyMatch(
                                        link -> link.from().equals(node) || link.to().equals(node)))
                .forEach(this::filter);
    }

    /// Makes the node drop the packets of the links that are cut, and no others; nothing if it is not running, since then it can
    /// be told only later.
    private void filter(NodeId node) {
        if (life(node) != Life.RUNNING) {
            return;
        }
        List<String> rules =
                new ArrayList<>(List.of("*filter", ":ORDEAL-IN - [0:0]", ":ORDEAL-OUT - [0:0]"));
        for (Link link : cut) {
            if (!site().addresses.keySet().containsAll(List.of(link.from(), link.to()))) {
                continue; // One of them is not there yet, and is told when it is.
            }
            if (link.to().equals(node)) {
                rules.add("-A ORDEAL-IN -s " + site().addresses.get(link.from()) + " -j DROP");
            }
            if (link.from().equals(node)) {
                rules.add("-A ORDEAL-OUT -d " + site().addresses.get(link.to()) + " -j DROP");
            }
        }
        rules.add("COMMIT");
        // All rules change at once. Chains of our own leave alone what the node itself blocks on
        // request.
        String script =
                "iptables-restore -w --noflush <<'END' || exit 1\n"
                        + String.join("\n", rules)
                        + "\nEND\n"
                        + "iptables -w -C INPUT -j ORDEAL-IN 2>/dev/null || iptables -w -I INPUT -j ORDEAL-IN || exit 1\n"
                        + "iptables -w -C OUTPUT -j ORDEAL-OUT 2>/dev/null || iptables -w -I OUTPUT -j ORDEAL-OUT";
        String said = execute(node, script);
        if (!said.isEmpty() && life(node) == Life.RUNNING) {
            throw new ClusterException(
                    "the links of " + node + " cannot be cut or opened: " + said);
        }
    }

    /// That takes a kernel with netem, which many have only as a module (docs/decisions.md).
    @Override
    public boolean canDelay() {
        return false;
    }

    /// The image has libfaketime.
    @Override
    public Optional<String> whyNoClocks() {
        return Optional.empty();
    }

    @Override
    public void delay(Map<Link, Long> nanos) {
        throw new UnsupportedOperationException("containers' links are only cut");
    }

    /// What the script wrote if it failed, else nothing.
    private String execute(NodeId node, String script) {
        DockerClient docker = site().docker;
        StringBuilder output = new StringBuilder();
        try {
            String exec =
                    docker.execCreateCmd(id(node))
                            .withUser("root")
                            .withCmd("sh", "-c", script)
                            .withAttachStdout(true)
                            .withAttachStderr(true)
                            .exec()
                            .getId();
            docker.execStartCmd(exec)
                    .exec(
                            new ResultCallback.Adapter<Frame>() {
                                @Override
                                public void onNext(Frame frame) {
                                    output.append(
                                            new String(frame.getPayload(), StandardCharsets.UTF_8));
                                }
                            })
                    .awaitCompletion(10, TimeUnit.SECONDS);
            Long code = docker.inspectExecCmd(exec).exec().getExitCodeLong();
            return code != null && code == 0
                    ? ""
                    : "code " + code + " " + output.toString().strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (DockerException e) {
            return oneLine(e);
        }
    }

    private String id(NodeId node) {
        NodeContainer container = containers.get(node);
        if (container == null) {
            throw new IllegalStateException(node + " was never started");
        }
        return container.getContainerId();
    }

    @Override
    public Life life(NodeId node) {
        NodeContainer container = containers.get(node);
        if (container == null || engine == null || container.getContainerId() == null) {
            return Life.DEAD;
        }
        try {
            ContainerState state =
                    engine.inspectContainerCmd(container.getContainerId()).exec().getState();
            return Boolean.TRUE.equals(state.getPaused())
                    ? Life.PAUSED
                    : Boolean.TRUE.equals(state.getRunning()) ? Life.RUNNING : Life.DEAD;
        } catch (NotFoundException e) {
            return Life.DEAD;
        }
    }

    @Override
    public String process(NodeId node) {
        return containers.containsKey(node)
                ? "container " + id(node).substring(0, 12)
                : "no container";
    }

    @Override
    public String lastWords(NodeId node) {
        Path log = directory(node).resolve("node.log");
        Long exit = site().docker.inspectContainerCmd(id(node)).exec().getState().getExitCodeLong();
        try (Stream<String> lines = Files.lines(log)) {
            return "exit code "
                    + exit
                    + ", "
                    + lines.filter(line -> !line.isBlank())
                            .reduce((earlier, later) -> later)
                            .orElse("nothing written")
                    + " ("
                    + log
                    + ")";
        } catch (IOException e) {
            return "exit code " + exit + ", " + log + " cannot be read";
        }
    }

    @Override
    public Address peerAddress(NodeId node) {
        String address = site().addresses.get(node);
        if (address == null) {
            throw new IllegalArgumentException("there is no node " + node);
        }
        return new Address(address, PEER_PORT);
    }

    @Override
    public Address clientAddress(NodeId node) {
        return Optional.ofNullable(clientAddresses.get(node)).orElseThrow();
    }

    @Override
    public Address adminAddress(NodeId node) {
        return Optional.ofNullable(adminAddresses.get(node)).orElseThrow();
    }

    @Override
    public void close() {
        if (engine != null) {
            DockerClient docker = engine;
            containers.keySet().parallelStream()
                    .filter(node -> life(node) == Life.RUNNING)
                    .forEach(node -> {
                        try {
                            docker.stopContainerCmd(id(node)).withTimeout(FAREWELL_SECONDS).exec();
                        } catch (NotModifiedException | NotFoundException e) {
                            LOG.debug("{} ended by itself", node);
                        }
                    });
            closed = true;
            Belongings.remove(docker, belongings.run());
        }
        closed = true;
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
