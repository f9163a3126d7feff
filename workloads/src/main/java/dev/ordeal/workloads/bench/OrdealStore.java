package dev.ordeal.workloads.bench;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.FreePorts;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.cluster.SystemUnderTest.Seat;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Our own Raft service.
public final class OrdealStore implements Store {
    /// As one would run it, which is not how a test starts five of them: with the compiler that optimizes.
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-XX:-UsePerfData");

    private static final String NO_SESSION = "";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final NodeProcesses processes;
    private final List<ServiceClient> clients;

    private OrdealStore(NodeProcesses processes, List<ServiceClient> clients) {
        this.processes = processes;
        this.clients = clients;
    }

    /// Starts the nodes.
    ///
    /// @param directory gets a folder for each
    public static OrdealStore start(int nodes, Path directory) throws IOException {
        NodeProcesses processes = new NodeProcesses(directory);
        OrdealRaft system = OrdealRaft.correct().withJvm(JVM);
        Iterator<Integer> ports = FreePorts.take(3 * nodes).iterator();
        Map<NodeId, Address> peers = new TreeMap<>();
        IntStream.rangeClosed(1, nodes).forEach(i -> peers.put(new NodeId("n" + i), local(ports)));
        List<ServiceClient> clients = new ArrayList<>();
        for (Map.Entry<NodeId, Address> peer : peers.entrySet()) {
            NodeId id = peer.getKey();
            Path folder = processes.folder(id.name());
            Address client = local(ports);
            Path data = folder.resolve("data");
            Seat seat =
                    new Seat(id, peers, null, peer.getValue(), client, local(ports), data, folder);
            List<String> command = new ArrayList<>(system.program());
            command.addAll(system.arguments(seat));
            processes.start(id.name(), command);
            clients.add(new ServiceClient(client.host(), client.port()));
        }
        return new OrdealStore(processes, clients);
    }

    private static Address local(Iterator<Integer> ports) {
        return new Address("127.0.0.1", ports.next());
    }

    @Override
    public String name() {
        return "ours";
    }

    @Override
    public List<Way> ways() {
        return clients.stream().<Way>map(OrdealWay::new).toList();
    }

    @Override
    public void close() {
        clients.forEach(ServiceClient::close);
        processes.close();
    }

    private record OrdealWay(ServiceClient client) implements Way {
        /// Without a session: etcd has none.
        @Override
        public void write(String key, String value, Consumer<Boolean> onEnd) {
            call(new Request.Write(NO_SESSION, 0, key, value), onEnd);
        }

        @Override
        public void read(String key, Consumer<Boolean> onEnd) {
            client.call(
                    new Request.Read(key),
                    TIMEOUT,
                    response ->
                            onEnd.accept(
                                    response instanceof Response.Done done
                                            && done.value() != null));
        }

        private void call(Request request, Consumer<Boolean> onEnd) {
            client.call(
                    request, TIMEOUT, response -> onEnd.accept(response instanceof Response.Done));
        }
    }
}
