package dev.ordeal.node.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A gRPC channel to one address that never retries a call and that is back soon after the network is.
///
/// gRPC waits up to two minutes before it tries a broken address again, and TCP nearly as long before it repeats what a
/// partition swallowed. Here a refused connection is tried again at the next call, at most every [#RETRY_NANOS]; and a
/// connection over which nothing came back for [#STALL_NANOS], although calls were open, is left for a new one (the calls
/// that are open on it keep it until they end). Safe for many threads; the answers come on network threads.
final class Connection implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final int CONNECT_TIMEOUT_MILLIS = 250;

    private final ManagedChannel channel;

    /// The channel, with the token in each call.
    private final Channel calls;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong retriedNanos = new AtomicLong(System.nanoTime());

    /// When something came back last, or calls were opened after a time without any.
    private final AtomicLong heardNanos = new AtomicLong(System.nanoTime());

    /// How a call ended.
    interface Answer<T> {
        void reply(T reply);

        /// There is no reply.
        ///
        /// @param neverSent nothing of the call reached the network
        void broken(Status status, boolean neverSent);
    }

    Connection(String host, int port, Credentials credentials) {
        channel =
                NettyChannelBuilder.forAddress(
                                host,
                                port,
                                credentials.tls() == null
                                        ? InsecureChannelCredentials.create()
                                        : credentials.tls().channel())
                        .disableRetry()
                        .directExecutor()
                        .proxyDetector(address -> null)
                        .maxInboundMessageSize(Servers.MAX_MESSAGE_BYTES)
                        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .build();
        calls = credentials.token() == null ? channel : showing(credentials.token(), channel);
    }

    private static Channel showing(Token token, Channel channel) {
        Metadata headers = new Metadata();
        headers.put(Token.METADATA, token.credentials());
        return ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /// How many calls have not ended yet.
    int open() {
        return open.get();
    }

    <Q, A> void call(
            MethodDescriptor<Q, A> method, Q request, long timeoutNanos, Answer<A> answer) {
        long now = System.nanoTime();
        if (open.getAndIncrement() == 0) {
            heardNanos.set(now);
        }
        recover(now);
        Sent sent = new Sent();
        CallOptions options =
                CallOptions.DEFAULT
                        .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                        .withStreamTracerFactory(sent);
        ClientCalls.asyncUnaryCall(
                calls.newCall(method, options),
                request,
                new StreamObserver<A>() {
                    private @Nullable A reply;

                    @Override
                    public void onNext(A value) {
                        reply = value;
                    }

                    @Override
                    public void onError(Throwable error) {
                        open.decrementAndGet();
                        Status status =
                                error instanceof StatusRuntimeException known
                                        ? known.getStatus()
                                        : Status.INTERNAL.withDescription(error.toString());
                        if (status.getCode() != Status.Code.DEADLINE_EXCEEDED && !sent.never()) {
                            heardNanos.set(System.nanoTime());
                        }
                        answer.broken(status, sent.never());
                    }

                    @Override
                    public void onCompleted() {
                        open.decrementAndGet();
                        heardNanos.set(System.nanoTime());
                        if (reply == null) {
                            answer.broken(
                                    Status.INTERNAL.withDescription("an empty answer"), false);
                        } else {
                            answer.reply(reply);
                        }
                    }
                });
    }

    private void recover(long now) {
        long heard = heardNanos.get();
        if (now - heard > STALL_NANOS && heardNanos.compareAndSet(heard, now)) {
            channel.enterIdle();
        }
        long retried = retriedNanos.get();
        if (now - retried > RETRY_NANOS
                && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE
                && retriedNanos.compareAndSet(retried, now)) {
            channel.resetConnectBackoff();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /// Notes whether a stream was made for the call on a connection. Before that, nothing of it can have been sent; after,
    /// nobody can say that it was not.
    private static final class Sent extends ClientStreamTracer.Factory {
        private volatile boolean streamCreated;

        boolean never() {
            return !streamCreated;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(
                ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(io.grpc.Attributes transport, Metadata sentHeaders) {
                    streamCreated = true;
                }
            };
        }
    }
}
