package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.proto.PeerGrpc;
import dev.ordeal.node.rpc.proto.PingReply;
import dev.ordeal.node.rpc.proto.PingRequest;
import dev.ordeal.node.rpc.proto.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One node's way to one other: messages of the algorithm, pings and forwarded requests, all over one connection.
///
/// Messages arrive in the order in which they were sent, or not at all: there is no retry, and what would be sent while
/// [#MAX_OPEN] messages wait for their answers is thrown away, which the algorithm takes for a loss. Answers are handed
/// over on network threads.
public final class PeerLink implements Peer, AutoCloseable {
    private static final int MAX_OPEN = 128;

    /// Long enough for a disk that is slow to sync; an answer after that would find the leader repeating itself anyway.
    private static final long MESSAGE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Connection connection;
    private final Route route;

    /// @param tls null: plain text
    public PeerLink(NodeId self, NodeId peer, String host, int port, @Nullable Tls tls) {
        this.connection = new Connection(host, port, new Credentials(tls, null));
        this.route = Wire.route(self, peer);
    }

    @Override
    public void send(Message message, Consumer<Message> onAnswer) {
        if (connection.open() >= MAX_OPEN) {
            return;
        }
        switch (message) {
            case Message.RequestPreVote request ->
                    ask(
                            PeerGrpc.getRequestVoteMethod(),
                            Wire.proto(route, request),
                            answer(Wire::message, onAnswer));
            case Message.RequestVote request ->
                    ask(
                            PeerGrpc.getRequestVoteMethod(),
                            Wire.proto(route, request),
                            answer(Wire::message, onAnswer));
            case Message.AppendEntries request ->
                    ask(
                            PeerGrpc.getAppendEntriesMethod(),
                            Wire.proto(route, request),
                            answer(Wire::message, onAnswer));
            case Message.InstallSnapshot request ->
                    ask(
                            PeerGrpc.getInstallSnapshotMethod(),
                            Wire.proto(route, request),
                            answer(Wire::message, onAnswer));
            case Message.TimeoutNow request ->
                    ask(
                            PeerGrpc.getTimeoutNowMethod(),
                            Wire.proto(route, request),
                            answer(Wire::message, onAnswer));
            case Message.Candidacy answer -> throw notARequest(answer);
            case Message.SnapshotReceived answer -> throw notARequest(answer);
            case Message.PreVote answer -> throw notARequest(answer);
            case Message.Vote answer -> throw notARequest(answer);
            case Message.AppendAccepted answer -> throw notARequest(answer);
            case Message.AppendRefused answer -> throw notARequest(answer);
        }
    }

    private <Q, A> void ask(MethodDescriptor<Q, A> method, Q request, Connection.Answer<A> answer) {
        connection.call(method, request, MESSAGE_TIMEOUT_NANOS, answer);
    }

    /// Asks the other node for a sign of life over the connection that the messages take.
    public void ping(String token, Duration timeout, Consumer<Boolean> onAnswer) {
        PingRequest ping = PingRequest.newBuilder().setRoute(route).setToken(token).build();
        connection.call(
                PeerGrpc.getPingMethod(),
                ping,
                timeout.toNanos(),
                new Connection.Answer<PingReply>() {
                    @Override
                    public void reply(PingReply reply) {
                        onAnswer.accept(true);
                    }

                    @Override
                    public void broken(Status status, boolean neverSent) {
                        onAnswer.accept(false);
                    }
                });
    }

    @Override
    public void forward(Request request, long timeoutNanos, Consumer<Response> onResponse) {
        connection.call(
                PeerGrpc.getForwardMethod(),
                Wire.proto(request, false),
                timeoutNanos,
                ServiceClient.answer(onResponse));
    }

    @Override
    public void close() {
        connection.close();
    }

    private static IllegalStateException notARequest(Message message) {
        return new IllegalStateException(
                "an answer travels back with its request, not by itself: " + message);
    }

    private static <A> Connection.Answer<A> answer(
            Function<A, Message> toMessage, Consumer<Message> onAnswer) {
        return new Connection.Answer<>() {
            @Override
            public void reply(A reply) {
                try {
                    onAnswer.accept(toMessage.apply(reply));
                } catch (IllegalArgumentException senseless) {
                    // An answer that makes no sense is as good as none.
                }
            }

            @Override
            public void broken(Status status, boolean neverSent) {}
        };
    }
}
