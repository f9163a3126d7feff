package dev.ordeal.node.member;

import dev.ordeal.node.bug.Waiting;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A client's request on its way through this node. It is answered once; it takes up room ([Admission]) until it is
/// settled, which may be later than its client's patience. Safe for many threads.
public final class ClientCall implements Waiting<Result> {
    private final Request request;
    private final boolean mayForward;
    private final long deadlineNanos;
    private final Consumer<Response> onAnswer;
    private final Runnable onSettled;
    private final Metrics metrics;
    private final LongSupplier clock;
    private final long startNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean settled = new AtomicBoolean();

    ClientCall(
            Request request,
            boolean mayForward,
            long deadlineNanos,
            Consumer<Response> onAnswer,
            Runnable onSettled,
            Metrics metrics,
            LongSupplier clock) {
        this.request = request;
        this.mayForward = mayForward;
        this.deadlineNanos = deadlineNanos;
        this.onAnswer = onAnswer;
        this.onSettled = onSettled;
        this.metrics = metrics;
        this.clock = clock;
        this.startNanos = clock.getAsLong();
    }

    Request request() {
        return request;
    }

    boolean mayForward() {
        return mayForward;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void accepted(long index) {}

    @Override
    public void applied(long index, Result result) {
        respond(
                switch (result) {
                    case Result.Repeated(var first, long at) -> response(first, at);
                    case Result.Forgotten(long latest) ->
                            new Response.Broken(
                                    "ABORTED",
                                    "applied before or never: session "
                                            + request.session()
                                            + " is already at "
                                            + latest,
                                    false);
                    case Result.Answer answer -> response(answer, index);
                });
    }

    /// The last word on it.
    void answer(Response response) {
        respond(response);
        settled();
    }

    /// It was never proposed.
    public void refuse(String reason, @Nullable NodeId leader) {
        metrics.refused();
        answer(new Response.Refused(reason, leader == null ? null : leader.name()));
    }

    /// It was proposed, and this node cannot say what became of it.
    void lost(String why) {
        answer(new Response.Broken("ABORTED", "outcome unknown: " + why, false));
    }

    /// Nothing more will come of it on this node.
    void settled() {
        if (settled.compareAndSet(false, true)) {
            onSettled.run();
        }
    }

    private void respond(Response response) {
        if (answered.compareAndSet(false, true)) {
            metrics.answered(clock.getAsLong() - startNanos);
            onAnswer.accept(response);
        }
    }

    private static Response response(Result.Answer answer, long index) {
        return switch (answer) {
            case Result.Done() -> new Response.Done(null, null, index);
            case Result.Counted(long sum) -> new Response.Done(Long.toString(sum), null, index);
            case Result.Mismatch(var current) ->
                    new Response.Mismatch(
                            switch (current) {
                                case null -> null;
                                case Value.Text(String text) -> text;
                                case Value.Elements(var elements) -> elements.toString();
                                case Value.Declared(var names) -> names.toString();
                            },
                            index);
            case Result.Rejected(String reason) -> new Response.Refused(reason, null);
        };
    }
}
