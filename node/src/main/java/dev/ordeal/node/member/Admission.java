package dev.ordeal.node.member;

import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many requests may be open on a node, and how large they may be together. A leader that cannot reach a majority keeps
/// what it took for as long as it lasts, so this also bounds what piles up in its log. Safe for many threads.
final class Admission {
    private static final int MAX_REQUESTS = 4_096;
    private static final long MAX_BYTES = 64 << 20;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /// Takes the request in, or returns null when there is no room. The room is given back when the call is settled.
    @Nullable ClientCall admit(
            Request request,
            boolean mayForward,
            long deadlineNanos,
            Consumer<Response> answer,
            Metrics metrics,
            LongSupplier clock) {
        long size = size(request);
        boolean fits = requests.incrementAndGet() <= MAX_REQUESTS;
        fits &= bytes.addAndGet(size) <= MAX_BYTES;
        if (!fits) {
            leave(size);
            return null;
        }
        return new ClientCall(
                request, mayForward, deadlineNanos, answer, () -> leave(size), metrics, clock);
    }

    private void leave(long size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }

    private static long size(Request request) {
        return 2L
                * switch (request) {
                    case Request.Read(var key) -> key.length();
                    case Request.Write write -> write.key().length() + write.value().length();
                    case Request.Cas cas ->
                            cas.key().length()
                                    + cas.value().length()
                                    + (cas.expected() == null ? 0 : cas.expected().length());
                    case Request.Append append -> append.key().length() + append.element().length();
                    case Request.Declare declare ->
                            declare.key().length()
                                    + declare.names().stream().mapToInt(String::length).sum();
                    case Request.Delete delete -> delete.key().length();
                    case Request.Increment increment -> increment.key().length();
                };
    }
}
