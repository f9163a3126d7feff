package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.node.rpc.Response;
import java.util.function.Consumer;

/// A request that somebody waits for, and no longer than so long. The first answer counts.
final class Call {
    private final Scheduler time;
    private final long deadlineNanos;
    private final Consumer<Response> onResponse;
    private final Cancellable timeout;
    private boolean over;

    Call(Scheduler time, long timeoutNanos, Consumer<Response> onResponse) {
        this.time = time;
        this.deadlineNanos = time.nanos() + timeoutNanos;
        this.onResponse = onResponse;
        this.timeout =
                time.after(
                        timeoutNanos,
                        () ->
                                answer(
                                        new Response.Broken(
                                                "DEADLINE_EXCEEDED", "no answer in time", false)));
    }

    long leftNanos() {
        return Math.max(0, deadlineNanos - time.nanos());
    }

    void answer(Response response) {
        if (!over) {
            over = true;
            timeout.cancel();
            onResponse.accept(response);
        }
    }
}
