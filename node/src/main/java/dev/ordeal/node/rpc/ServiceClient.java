package dev.ordeal.node.rpc;

import dev.ordeal.node.rpc.proto.AddMemberRequest;
import dev.ordeal.node.rpc.proto.AdminGrpc;
import dev.ordeal.node.rpc.proto.ClientGrpc;
import dev.ordeal.node.rpc.proto.RemoveMemberRequest;
import dev.ordeal.node.rpc.proto.Reply;
import dev.ordeal.node.rpc.proto.StatusReply;
import dev.ordeal.node.rpc.proto.StatusRequest;
import dev.ordeal.node.rpc.proto.TransferLeadershipRequest;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/// A client's way to one node of the service. It never repeats a request: whoever wants a retry makes it, and knows of it.
///
/// Calls do not block; their responses come on network threads, exactly one a call, and no later than the time-out (but for
/// the scheduling of this machine). Safe for many threads.
public final class ServiceClient implements Endpoint {
    private final Connection connection;

    /// Connects at the first call, in plain text.
    public ServiceClient(String host, int port) {
        this(host, port, Credentials.NONE);
    }

    /// Connects at the first call.
    public ServiceClient(String host, int port, Credentials credentials) {
        this.connection = new Connection(host, port, credentials);
    }

    @Override
    public void call(Request request, Duration timeout, Consumer<Response> onResponse) {
        call(request, timeout, true, onResponse);
    }

    /// Asks the node.
    ///
    /// @param mayForward false: it refuses, and names the leader if it can, when it does not lead itself
    public void call(
            Request request, Duration timeout, boolean mayForward, Consumer<Response> onResponse) {
        connection.call(
                ClientGrpc.getClientRequestMethod(),
                Wire.proto(request, mayForward),
                timeout.toNanos(),
                answer(onResponse));
    }

    /// Asks the node, as whoever runs the cluster; only the leader does not refuse.
    public void administer(AdminRequest request, Duration timeout, Consumer<Response> onResponse) {
        switch (request) {
            case AdminRequest.TransferLeadership(String to) ->
                    connection.call(
                            AdminGrpc.getTransferLeadershipMethod(),
                            TransferLeadershipRequest.newBuilder().setTo(to).build(),
                            timeout.toNanos(),
                            answer(onResponse));
            case AdminRequest.AddMember(String member, var at) ->
                    connection.call(
                            AdminGrpc.getAddMemberMethod(),
                            AddMemberRequest.newBuilder()
                                    .setName(member)
                                    .setPeerAddress(at.peer())
                                    .setClientAddress(at.client())
                                    .build(),
                            timeout.toNanos(),
                            answer(onResponse));
            case AdminRequest.RemoveMember(String member) ->
                    connection.call(
                            AdminGrpc.getRemoveMemberMethod(),
                            RemoveMemberRequest.newBuilder().setName(member).build(),
                            timeout.toNanos(),
                            answer(onResponse));
        }
    }

    /// Asks the node where it stands. Fails with an [java.io.IOException] that says why there is no answer.
    public CompletableFuture<Standing> standing(Duration timeout) {
        CompletableFuture<Standing> standing = new CompletableFuture<>();
        connection.call(
                ClientGrpc.getStatusMethod(),
                StatusRequest.getDefaultInstance(),
                timeout.toNanos(),
                new Connection.Answer<StatusReply>() {
                    @Override
                    public void reply(StatusReply reply) {
                        standing.complete(Wire.standing(reply));
                    }

                    @Override
                    public void broken(Status status, boolean neverSent) {
                        standing.completeExceptionally(
                                new IOException(status.getCode() + ": " + reason(status)));
                    }
                });
        return standing;
    }

    @Override
    public void close() {
        connection.close();
    }

    static Connection.Answer<Reply> answer(Consumer<Response> onResponse) {
        return new Connection.Answer<>() {
            @Override
            public void reply(Reply reply) {
                onResponse.accept(Wire.response(reply));
            }

            @Override
            public void broken(Status status, boolean neverSent) {
                onResponse.accept(
                        new Response.Broken(status.getCode().name(), reason(status), neverSent));
            }
        };
    }

    /// Why there was no answer: what the network said where it said something, for gRPC only says `io exception`.
    private static String reason(Status status) {
        Throwable root = status.getCause();
        boolean tls = false;
        while (root != null && root.getCause() != null) {
            tls |= root instanceof SSLException;
            root = root.getCause();
        }
        if (tls || root instanceof SSLException) {
            return "TLS: " + root.getMessage();
        }
        return root instanceof IOException && root.getMessage() != null
                ? root.getMessage()
                : Objects.requireNonNullElse(status.getDescription(), "");
    }
}
