package dev.ordeal.nemesis.process;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.Detached;
import dev.ordeal.nemesis.cluster.FakeTime;
import dev.ordeal.nemesis.cluster.FreePorts;
import dev.ordeal.nemesis.cluster.NodeHost;
import dev.ordeal.nemesis.cluster.SystemUnderTest.Seat;
import dev.ordeal.nemesis.cluster.Watchdog;
import java.io.File;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs nodes as child processes.
final class ProcessHost implements NodeHost {
    private static final long FAREWELL_MILLIS = 2_000;

    private final ClusterSpec spec;
    private final Path ledgers;
    private final Map<NodeId, Address> peerAddresses = new ConcurrentSkipListMap<>();
    private final Map<NodeId, Address> clientAddresses = new ConcurrentSkipListMap<>();
    private final Map<NodeId, Address> adminAddresses = new ConcurrentSkipListMap<>();

    /// Where the first node of a link finds the second, as its file of routes says.
    private final Map<Link, Address> doors = new TreeMap<>();

    private final Map<NodeId, Process> processes = new ConcurrentHashMap<>();
    private @Nullable LinkProxy links;
    private @Nullable Ledger ledger;
    private @Nullable Watchdog watchdog;
    private boolean closed;

    /// @param ledgers the folder for the [Ledger]
    ProcessHost(ClusterSpec spec, Path ledgers) {
        this.spec = spec;
        this.ledgers = ledgers;
        Iterator<Integer> ports = FreePorts.take(3 * spec.nodes()).iterator();
        spec.ids().forEach(node -> place(node, ports));
    }

    private void place(NodeId node, Iterator<Integer> ports) {
        peerAddresses.put(node, new Address("127.0.0.1", ports.next()));
        clientAddresses.put(node, new Address("127.0.0.1", ports.next()));
        adminAddresses.put(node, new Address("127.0.0.1", ports.next()));
    }

    @Override
    public void prepare() {
        if (File.separatorChar != '/') {
            throw new ClusterException(
                    "processes can be stopped and continued on Linux and macOS only: use --cluster docker here");
        }
        Ledger.sweepAll(ledgers);
        Ledger opened = Ledger.open(ledgers);
        ledger = opened;
        watchdog = Watchdog.start(Sweep.class, opened.file().toString());
        try {
            LinkProxy proxy = LinkProxy.open();
            links = proxy;
            openDoors(proxy);
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot prepare the nodes in " + spec.directory() + ": " + e, e);
        }
    }

    @Override
    public void prepare(NodeId added) {
        if (peerAddresses.containsKey(added)) {
            return;
        }
        LinkProxy proxy = links;
        if (proxy == null) {
            throw new IllegalStateException(added + " comes before the cluster is prepared");
        }
        Set<Integer> taken = new HashSet<>();
        Stream.of(peerAddresses, clientAddresses, adminAddresses)
                .forEach(addresses ->
                        addresses.values().forEach(address -> taken.add(address.port())));
        place(added, FreePorts.take(3, taken).iterator());
        try {
            openDoors(proxy);
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot prepare " + added + " in " + spec.directory() + ": " + e, e);
        }
    }

    /// Gives every link its door, and tells every node the doors to the others.
    private void openDoors(LinkProxy proxy) throws IOException {
        for (NodeId from : peerAddresses.keySet()) {
            Files.createDirectories(directory(from).resolve("data"));
            StringBuilder ways = new StringBuilder();
            for (NodeId to : peerAddresses.keySet()) {
                if (!from.equals(to)) {
                    Link link = new Link(from, to);
                    if (!doors.containsKey(link)) {
                        doors.put(link, proxy.listen(link, address(peerAddresses, to)));
                    }
                    ways.append(to).append('=').append(doors.get(link)).append('\n');
                }
            }
            Path written = Files.writeString(directory(from).resolve("routes.new"), ways);
            Files.move(written, routes(from), ATOMIC_MOVE);
        }
    }

    private Path routes(NodeId node) {
        return directory(node).resolve("routes");
    }

    private Path directory(NodeId node) {
        return spec.directory().resolve(node.name());
    }

    private Path log(NodeId node) {
        return directory(node).resolve("node.log");
    }

    private static Address address(Map<NodeId, Address> addresses, NodeId node) {
        Address address = addresses.get(node);
        if (address == null) {
            throw new IllegalArgumentException(
                    "there is no node " + node + ", only " + addresses.keySet());
        }
        return address;
    }

    @Override
    public void start(NodeId node) {
        Map<NodeId, Address> peers = new TreeMap<>();
        if (spec.ids().contains(node)) {
            spec.ids().forEach(first -> peers.put(first, address(peerAddresses, first)));
        }
        List<String> command = new ArrayList<>(spec.system().program());
        command.addAll(
                spec.system()
                        .arguments(
                                new Seat(
                                        node,
                                        peers,
                                        routes(node),
                                        address(peerAddresses, node),
                                        address(clientAddresses, node),
                                        address(adminAddresses, node),
                                        directory(node).resolve("data"),
                                        directory(node))));
        // Not while closing: what is started after the last look would stay.
        synchronized (this) {
            if (closed || ledger == null) {
                throw new IllegalStateException(
                        node + " cannot be started: the cluster is not open");
            }
            try {
                Process process =
                        new ProcessBuilder(Detached.command(clocked(node, command)))
                                .directory(directory(node).toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(
                                        ProcessBuilder.Redirect.appendTo(log(node).toFile()))
                                .start();
                ledger.add(process.toHandle());
                processes.put(node, process);
                process.getOutputStream().close();
            } catch (IOException e) {
                throw new ClusterException(node + " cannot be started: " + e.getMessage(), e);
            }
        }
    }

    private List<String> clocked(NodeId node, List<String> command) {
        return FakeTime.library()
                .filter(library -> spec.clocks())
                .map(library -> FakeTime.command(library, FakeTime.file(directory(node)), command))
                .orElse(command);
    }

    private Process running(NodeId node) {
        Process process = processes.get(node);
        if (process == null) {
            throw new IllegalStateException(node + " was never started");
        }
        return process;
    }

    @Override
    public void kill(NodeId node) {
        Process process = running(node);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forget(process);
    }

    private void forget(Process process) {
        FakeTime.forget(process.pid());
        if (ledger != null) {
            ledger.remove(process.toHandle());
        }
    }

    @Override
    public void pause(NodeId node) {
        signal(node, "STOP", Life.PAUSED);
    }

    @Override
    public void resume(NodeId node) {
        signal(node, "CONT", Life.RUNNING);
    }

    private void signal(NodeId node, String signal, Life expected) {
        Process process = running(node);
        if (!process.isAlive()) {
            return; // It died before by itself; the look at it will tell.
        }
        // In every shell, while a program of that name may be missing.
        run("sh", "-c", "kill -" + signal + " " + process.pid());
        // The signal is sent, but every thread of the process has yet to take it.
        while (process.isAlive()
                && life(node) != expected
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public void overwrite(NodeId node, String file, byte[] bytes) {
        try {
            Files.write(directory(node).resolve("data").resolve(file), bytes);
        } catch (IOException e) {
            throw new ClusterException("the data of " + node + " cannot be changed: " + e, e);
        }
    }

    @Override
    public void cut(Set<Link> cut) {
        if (links != null) {
            links.cut(cut);
        }
    }

    @Override
    public boolean canDelay() {
        return true;
    }

    @Override
    public void delay(Map<Link, Long> nanos) {
        if (links != null) {
            links.delay(nanos);
        }
    }

    @Override
    public Optional<String> whyNoClocks() {
        return FakeTime.library().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "a process is told another time by libfaketime, which is not here (apt-get install libfaketime), so use"
                                + " --cluster docker");
    }

    @Override
    public Life life(NodeId node) {
        Process process = processes.get(node);
        if (process == null || !process.isAlive()) {
            return Life.DEAD;
        }
        return state(process.pid()) == 'T' ? Life.PAUSED : Life.RUNNING;
    }

    private static char state(long pid) {
        try {
            // pid (name) state …, and a name may hold anything but the last parenthesis.
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            String answer = run("ps", "-o", "state=", "-p", Long.toString(pid)).strip();
            return answer.isEmpty() ? '?' : answer.charAt(0);
        }
    }

    /// What the command printed.
    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot run " + command[0] + " (" + e.getMessage() + "): install it", e);
        }
    }

    @Override
    public String process(NodeId node) {
        Process process = processes.get(node);
        return process == null ? "no process" : "process " + process.pid();
    }

    @Override
    public String lastWords(NodeId node) {
        Process process = running(node);
        String exit = process.isAlive() ? "still running" : "exit code " + process.exitValue();
        try (Stream<String> lines = Files.lines(log(node))) {
            return exit
                    + ", "
                    + lines.filter(line -> !line.isBlank())
                            .reduce((earlier, later) -> later)
                            .orElse("nothing written")
                    + " ("
                    + log(node)
                    + ")";
        } catch (IOException e) {
            return exit + ", " + log(node) + " cannot be read";
        }
    }

    @Override
    public Address peerAddress(NodeId node) {
        return address(peerAddresses, node);
    }

    @Override
    public Address clientAddress(NodeId node) {
        return address(clientAddresses, node);
    }

    @Override
    public Address adminAddress(NodeId node) {
        return address(adminAddresses, node);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (NodeId node : processes.keySet()) {
            if (life(node) == Life.RUNNING) {
                running(node).destroy();
            }
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                    process.waitFor();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            FakeTime.forget(process.pid());
        }
        if (links != null) {
            links.close();
        }
        if (ledger != null) {
            ledger.close();
        }
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
