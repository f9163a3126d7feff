package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.proto.AddMemberRequest;
import dev.ordeal.node.rpc.proto.AdminGrpc;
import dev.ordeal.node.rpc.proto.AppendEntriesReply;
import dev.ordeal.node.rpc.proto.AppendEntriesRequest;
import dev.ordeal.node.rpc.proto.ClientGrpc;
import dev.ordeal.node.rpc.proto.InstallSnapshotReply;
import dev.ordeal.node.rpc.proto.InstallSnapshotRequest;
import dev.ordeal.node.rpc.proto.PeerGrpc;
import dev.ordeal.node.rpc.proto.PingReply;
import dev.ordeal.node.rpc.proto.PingRequest;
import dev.ordeal.node.rpc.proto.RemoveMemberRequest;
import dev.ordeal.node.rpc.proto.Reply;
import dev.ordeal.node.rpc.proto.RequestVoteReply;
import dev.ordeal.node.rpc.proto.RequestVoteRequest;
import dev.ordeal.node.rpc.proto.Route;
import dev.ordeal.node.rpc.proto.StatusReply;
import dev.ordeal.node.rpc.proto.StatusRequest;
import dev.ordeal.node.rpc.proto.TimeoutNowReply;
import dev.ordeal.node.rpc.proto.TimeoutNowRequest;
import dev.ordeal.node.rpc.proto.TransferLeadershipRequest;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The two gRPC servers of a node: one for the other members, one for clients. What makes no sense is answered with a
/// status and goes no further.
public final class Servers implements AutoCloseable {
    /// A larger answer is refused unread by whoever asked.
    static final int MAX_MESSAGE_BYTES = 8 << 20;

    /// What another member may send: more than a node does, and not so much that two million empty entries, which is what
    /// fits, would fill a small heap.
    private static final int MAX_PEER_MESSAGE_BYTES = 4 << 20;

    /// A request of a client is refused unread above this, so that an entry with others fits into a message.
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    /// The headers of a call. A larger block is answered with an error, unread beyond this.
    private static final int MAX_METADATA_BYTES = 8 << 10;

    private static final int MAX_CALLS_PER_CONNECTION = 4_096;
    private static final long HANDSHAKE_TIMEOUT_SECONDS = 10;

    /// When a client named no time-out.
    private static final long DEFAULT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Server peers;
    private final Server clients;

    /// Binds both ports and begins to serve.
    public Servers(
            NodeId self,
            InetSocketAddress peerAddress,
            InetSocketAddress clientAddress,
            Credentials credentials,
            Inbox inbox)
            throws IOException {
        @Nullable Tls tls = credentials.tls();
        ServerCredentials plain = InsecureServerCredentials.create();
        peers =
                start(
                        peerAddress,
                        tls == null ? plain : tls.forMembers(),
                        null,
                        MAX_PEER_MESSAGE_BYTES,
                        new PeerService(self, inbox));
        try {
            clients =
                    start(
                            clientAddress,
                            tls == null ? plain : tls.forClients(),
                            credentials.token(),
                            MAX_REQUEST_BYTES,
                            new ClientService(inbox),
                            new AdminService(inbox));
        } catch (IOException | RuntimeException e) {
            peers.shutdownNow();
            throw e;
        }
    }

    public int peerPort() {
        return peers.getPort();
    }

    public int clientPort() {
        return clients.getPort();
    }

    @Override
    public void close() {
        clients.shutdownNow();
        peers.shutdownNow();
    }

    private static Server start(
            InetSocketAddress address,
            ServerCredentials credentials,
            @Nullable Token token,
            int maxBytes,
            BindableService... services)
            throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(address, credentials)
                        .directExecutor()
                        .handshakeTimeout(HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxInboundMessageSize(maxBytes)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION);
        if (token != null) {
            builder.intercept(new TokenCheck(token));
        }
        for (BindableService service : services) {
            builder.addService(service);
        }
        Server server = builder.build();
        try {
            return server.start();
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot listen on "
                            + address
                            + " ("
                            + cause.getMessage()
                            + "): choose another port",
                    e);
        }
    }

    /// Without a handler, answering a call whose caller has stopped waiting throws.
    private static void keepQuietWhenCancelled(StreamObserver<?> observer) {
        ((ServerCallStreamObserver<?>) observer).setOnCancelHandler(() -> {});
    }

    private static Status senseless(IllegalArgumentException e) {
        return Status.INVALID_ARGUMENT.withDescription(e.getMessage());
    }

    /// Turns away every call that does not show the token, before anything looks at it.
    private record TokenCheck(Token token) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (token.isIn(headers.get(Token.METADATA))) {
                return next.startCall(call, headers);
            }
            call.close(
                    Status.UNAUTHENTICATED.withDescription(
                            "this node serves who shows its token (--token-file)"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class ClientService extends ClientGrpc.ClientImplBase {
        private final Inbox inbox;

        ClientService(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void clientRequest(
                dev.ordeal.node.rpc.proto.Request proto, StreamObserver<Reply> observer) {
            handle(inbox, proto, !proto.getOnlyHere(), observer);
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusReply> observer) {
            keepQuietWhenCancelled(observer);
            observer.onNext(Wire.proto(inbox.standing()));
            observer.onCompleted();
        }

        static void handle(
                Inbox inbox,
                dev.ordeal.node.rpc.proto.Request proto,
                boolean mayForward,
                StreamObserver<Reply> observer) {
            keepQuietWhenCancelled(observer);
            Request request;
            try {
                request = Wire.request(proto);
            } catch (IllegalArgumentException e) {
                observer.onNext(
                        Wire.reply(new Response.Refused(String.valueOf(e.getMessage()), null)));
                observer.onCompleted();
                return;
            }
            @Nullable Deadline deadline = Context.current().getDeadline();
            long timeoutNanos =
                    deadline == null
                            ? DEFAULT_TIMEOUT_NANOS
                            : deadline.timeRemaining(TimeUnit.NANOSECONDS);
            inbox.request(request, mayForward, timeoutNanos, response -> reply(response, observer));
        }
    }

    private static void reply(Response response, StreamObserver<Reply> observer) {
        try {
            observer.onNext(Wire.reply(response));
            observer.onCompleted();
        } catch (StatusRuntimeException broken) {
            observer.onError(broken);
        }
    }

    private static final class AdminService extends AdminGrpc.AdminImplBase {
        private final Inbox inbox;

        AdminService(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void transferLeadership(
                TransferLeadershipRequest request, StreamObserver<Reply> observer) {
            administer(() -> new AdminRequest.TransferLeadership(request.getTo()), observer);
        }

        @Override
        public void addMember(AddMemberRequest request, StreamObserver<Reply> observer) {
            administer(
                    () ->
                            new AdminRequest.AddMember(
                                    request.getName(),
                                    new Addresses(
                                            request.getPeerAddress(), request.getClientAddress())),
                    observer);
        }

        @Override
        public void removeMember(RemoveMemberRequest request, StreamObserver<Reply> observer) {
            administer(() -> new AdminRequest.RemoveMember(request.getName()), observer);
        }

        private void administer(Supplier<AdminRequest> request, StreamObserver<Reply> observer) {
            keepQuietWhenCancelled(observer);
            try {
                inbox.administer(request.get(), response -> reply(response, observer));
            } catch (IllegalArgumentException e) {
                reply(new Response.Refused(String.valueOf(e.getMessage()), null), observer);
            }
        }
    }

    private static final class PeerService extends PeerGrpc.PeerImplBase {
        private final NodeId self;
        private final Inbox inbox;

        PeerService(NodeId self, Inbox inbox) {
            this.self = self;
            this.inbox = inbox;
        }

        @Override
        public void requestVote(
                RequestVoteRequest request, StreamObserver<RequestVoteReply> observer) {
            receive(request.getRoute(), request, Wire::message, Wire::voteReply, observer);
        }

        @Override
        public void appendEntries(
                AppendEntriesRequest request, StreamObserver<AppendEntriesReply> observer) {
            receive(request.getRoute(), request, Wire::message, Wire::appendReply, observer);
        }

        @Override
        public void installSnapshot(
                InstallSnapshotRequest request, StreamObserver<InstallSnapshotReply> observer) {
            receive(request.getRoute(), request, Wire::message, Wire::snapshotReply, observer);
        }

        @Override
        public void timeoutNow(
                TimeoutNowRequest request, StreamObserver<TimeoutNowReply> observer) {
            receive(request.getRoute(), request, Wire::message, Wire::candidacyReply, observer);
        }

        @Override
        public void ping(PingRequest request, StreamObserver<PingReply> observer) {
            try {
                inbox.pinged(sender(request.getRoute()), request.getToken());
                observer.onNext(PingReply.getDefaultInstance());
                observer.onCompleted();
            } catch (StatusRuntimeException e) {
                observer.onError(e);
            } catch (IllegalArgumentException e) {
                observer.onError(senseless(e).asRuntimeException());
            }
        }

        @Override
        public void forward(
                dev.ordeal.node.rpc.proto.Request request, StreamObserver<Reply> observer) {
            ClientService.handle(inbox, request, false, observer);
        }

        private <Q, A> void receive(
                Route route,
                Q request,
                Function<Q, Message> toMessage,
                Function<Message, A> toReply,
                StreamObserver<A> observer) {
            keepQuietWhenCancelled(observer);
            try {
                NodeId from = sender(route);
                inbox.message(
                        from,
                        toMessage.apply(request),
                        answer -> {
                            observer.onNext(toReply.apply(answer));
                            observer.onCompleted();
                        });
            } catch (StatusRuntimeException e) {
                observer.onError(e);
            } catch (IllegalArgumentException e) {
                observer.onError(senseless(e).asRuntimeException());
            }
        }

        private NodeId sender(Route route) {
            if (!route.getTo().equals(self.name())) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("this is " + self + ", not '" + route.getTo() + "'")
                        .asRuntimeException();
            }
            // Whoever it is: its configuration, or ours, may be the older one (thesis §4.1).
            return new NodeId(route.getFrom());
        }
    }
}
