package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.ordeal.node.rpc.Fuzz;
import dev.ordeal.node.rpc.Request.Read;
import dev.ordeal.node.rpc.Request.Write;
import dev.ordeal.node.rpc.Response.Done;
import dev.ordeal.node.rpc.proto.AdminGrpc;
import dev.ordeal.node.rpc.proto.AppendEntriesRequest;
import dev.ordeal.node.rpc.proto.Cas;
import dev.ordeal.node.rpc.proto.ClientGrpc;
import dev.ordeal.node.rpc.proto.InstallSnapshotRequest;
import dev.ordeal.node.rpc.proto.LogEntry;
import dev.ordeal.node.rpc.proto.PeerGrpc;
import dev.ordeal.node.rpc.proto.PingRequest;
import dev.ordeal.node.rpc.proto.Position;
import dev.ordeal.node.rpc.proto.Request;
import dev.ordeal.node.rpc.proto.RequestVoteRequest;
import dev.ordeal.node.rpc.proto.Route;
import dev.ordeal.node.rpc.proto.TransferLeadershipRequest;
import dev.ordeal.node.server.Members.Member;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Malformed requests by the thousand at every port of a real node: afterwards it still answers. The inputs are the same on
/// every run.
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class FuzzIT {
    private static final long SEED = 20261121;
    private static final int CALLS_A_METHOD = 1_000;
    private static final int HTTP_REQUESTS = 2_000;
    private static final int OPEN = 64;

    /// Of one node that is not the one it speaks to: what such a message says must change nothing.
    private static final Route STRANGER = Route.newBuilder().setFrom("n9").setTo("n1").build();

    @TempDir Path directory;

    private static final MethodDescriptor.Marshaller<byte[]> AS_IT_IS =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] bytes) {
                    return new ByteArrayInputStream(bytes);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    @Test
    void aNodeThatWasSentNonsenseOnEveryPortStillAnswers() throws Exception {
        try (Members members = new Members(1, directory)) {
            members.start(members.all());
            Member node = members.leader(members.all());

            grpc(
                    node.clientPort,
                    Stream.of(
                            method(ClientGrpc.getClientRequestMethod()),
                            method(ClientGrpc.getStatusMethod()),
                            method(AdminGrpc.getTransferLeadershipMethod())),
                    List.of(
                            Request.newBuilder()
                                    .setSession("c1")
                                    .setSequence(1)
                                    .setCas(
                                            Cas.newBuilder()
                                                    .setKey("fuzzed")
                                                    .setExpected("a")
                                                    .setValue("b"))
                                    .build(),
                            TransferLeadershipRequest.newBuilder().setTo("n2").build()));
            Position last = Position.newBuilder().setIndex(7).setTerm(3).build();
            grpc(
                    node.peerPort,
                    PeerGrpc.getServiceDescriptor().getMethods().stream().map(FuzzIT::method),
                    List.of(
                            RequestVoteRequest.newBuilder()
                                    .setRoute(STRANGER)
                                    .setTerm(9)
                                    .setLast(last)
                                    .build(),
                            AppendEntriesRequest.newBuilder()
                                    .setRoute(STRANGER)
                                    .setTerm(9)
                                    .setPrevious(last)
                                    .addEntries(LogEntry.newBuilder().setTerm(3))
                                    .build(),
                            InstallSnapshotRequest.newBuilder()
                                    .setRoute(STRANGER)
                                    .setTerm(9)
                                    .setLast(last)
                                    .setDone(true)
                                    .build(),
                            PingRequest.newBuilder().setRoute(STRANGER).setToken("t").build()));
            http(node.adminPort);

            assertThat(members.call(node, new Write("", 0, "k", "v"))).isInstanceOf(Done.class);
            assertThat(members.call(node, new Read("k")))
                    .isInstanceOfSatisfying(
                            Done.class, read -> assertThat(read.value()).isEqualTo("v"));
            assertThat(members.get(node, "/status")).contains("\"incarnation\":1");
            assertThat(Files.readString(node.directory.resolve("node.log")))
                    .as("what a stranger sends is not worth a stack trace")
                    .doesNotContain("\tat ");
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(MethodDescriptor<?, ?> method) {
        return method.toBuilder(AS_IT_IS, AS_IT_IS).build();
    }

    private static void grpc(
            int port,
            Stream<MethodDescriptor<byte[], byte[]>> methods,
            List<? extends MessageLite> valid)
            throws InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            Fuzz fuzz =
                    new Fuzz(
                            new SplittableRandom(SEED),
                            valid.stream().map(MessageLite::toByteArray).toList());
            Semaphore open = new Semaphore(OPEN);
            for (var method : methods.toList()) {
                for (int i = 0; i < CALLS_A_METHOD; i++) {
                    open.acquire();
                    ClientCalls.asyncUnaryCall(
                            channel.newCall(
                                    method,
                                    CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS)),
                            fuzz.next(),
                            new StreamObserver<byte[]>() {
                                @Override
                                public void onNext(byte[] answer) {}

                                @Override
                                public void onError(Throwable refused) {
                                    open.release();
                                }

                                @Override
                                public void onCompleted() {
                                    open.release();
                                }
                            });
                }
            }
            open.acquire(OPEN);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void http(int port) throws IOException {
        List<byte[]> valid =
                Stream.of(
                                "GET /status HTTP/1.1\r\nHost: n1\r\n\r\n",
                                "GET /ping?peer=n1&token=a%20b&timeoutMillis=5 HTTP/1.1\r\nHost: n1\r\n\r\n",
                                "POST /transfer?to=n2 HTTP/1.1\r\nHost: n1\r\nContent-Length: 3\r\n\r\nabc",
                                "POST /unblock HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
                                "GET http://n1/pinged?token=%zz&token HTTP/1.0\r\n\r\n",
                                "GET mailto:n1 HTTP/1.1\r\n\r\n")
                        .map(request -> request.getBytes(StandardCharsets.ISO_8859_1))
                        .toList();
        Fuzz fuzz = new Fuzz(new SplittableRandom(SEED), valid);
        for (int i = 0; i < HTTP_REQUESTS; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    OutputStream out = socket.getOutputStream()) {
                socket.setSoTimeout(20_000);
                out.write(fuzz.next());
                out.flush();
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException hungUp) {
                // Its right.
            }
        }
    }
}
