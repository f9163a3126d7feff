package dev.ordeal.workloads.bench;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.ByteString;
import dev.ordeal.nemesis.cluster.FreePorts;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// etcd with its defaults, which sync. Its clients are jetcd's stubs on a channel with the settings of our own service's client, so
/// that what is compared are the stores.
public final class EtcdStore implements Store {
    private static final long TIMEOUT_SECONDS = 10;

    private final NodeProcesses processes;
    private final List<ManagedChannel> channels;

    private EtcdStore(NodeProcesses processes, List<ManagedChannel> channels) {
        this.processes = processes;
        this.channels = channels;
    }

    /// The program, if it is installed where programs are looked for.
    public static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts the nodes.
    ///
    /// @param directory gets a folder for each
    public static EtcdStore start(Path program, int nodes, Path directory) throws IOException {
        NodeProcesses processes = new NodeProcesses(directory);
        List<Integer> ports = FreePorts.take(2 * nodes);
        String cluster =
                IntStream.range(0, nodes)
                        .mapToObj(i -> "n" + (i + 1) + "=" + url(ports.get(i)))
                        .collect(joining(","));
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            String name = "n" + (i + 1);
            String peers = url(ports.get(i));
            String clients = url(ports.get(nodes + i));
            List<String> command = new ArrayList<>(List.of(program.toString(), "--name", name));
            command.addAll(
                    List.of("--data-dir", processes.folder(name).resolve("data").toString()));
            command.addAll(List.of("--listen-peer-urls", peers));
            command.addAll(List.of("--initial-advertise-peer-urls", peers));
            command.addAll(List.of("--listen-client-urls", clients));
            command.addAll(List.of("--advertise-client-urls", clients));
            command.addAll(List.of("--initial-cluster", cluster));
            command.addAll(List.of("--logger", "zap", "--log-level", "error"));
            processes.start(name, command);
            channels.add(
                    NettyChannelBuilder.forAddress("127.0.0.1", ports.get(nodes + i))
                            .usePlaintext()
                            .disableRetry()
                            .directExecutor()
                            .proxyDetector(address -> null)
                            .build());
        }
        return new EtcdStore(processes, channels);
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public List<Way> ways() {
        return channels.stream().<Way>map(EtcdWay::new).toList();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        processes.close();
    }

    private record EtcdWay(ManagedChannel channel) implements Way {
        @Override
        public void write(String key, String value, Consumer<Boolean> onEnd) {
            PutRequest put =
                    PutRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(key))
                            .setValue(ByteString.copyFromUtf8(value))
                            .build();
            call(KVGrpc.getPutMethod(), put, PutResponse::hasHeader, onEnd);
        }

        /// Linearizable, since it is not said to be serializable.
        @Override
        public void read(String key, Consumer<Boolean> onEnd) {
            RangeRequest range =
                    RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
            Predicate<RangeResponse> found = response -> response.getKvsCount() == 1;
            call(KVGrpc.getRangeMethod(), range, found, onEnd);
        }

        private <Q, A> void call(
                MethodDescriptor<Q, A> method,
                Q request,
                Predicate<A> succeeded,
                Consumer<Boolean> onEnd) {
            CallOptions options =
                    CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            ClientCalls.asyncUnaryCall(
                    channel.newCall(method, options),
                    request,
                    new StreamObserver<A>() {
                        private @Nullable A answer;

                        @Override
                        public void onNext(A value) {
                            answer = value;
                        }

                        @Override
                        public void onError(Throwable error) {
                            onEnd.accept(false);
                        }

                        @Override
                        public void onCompleted() {
                            onEnd.accept(answer != null && succeeded.test(answer));
                        }
                    });
        }
    }
}
