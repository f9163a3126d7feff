package dev.ordeal.workloads.run;

import dev.ordeal.checker.history.HistoryLog;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.online.Violation;
import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Breach;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.rpc.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the history down as it happens: what clients did and saw, what was done to the cluster, who led it.
final class Recorder {
    private final HistoryLog history;
    private final Scheduler scheduler;
    private final long originNanos;
    private final @Nullable ViolationWatch watch;
    private final Consumer<Violation> atViolation;
    private long lastNanos = Long.MIN_VALUE;

    /// @param watch looks on as things happen; null: nobody does
    /// @param atViolation gets the first violation that the watch sees, after it was recorded
    Recorder(
            HistoryLog history,
            Scheduler scheduler,
            long originNanos,
            @Nullable ViolationWatch watch,
            Consumer<Violation> atViolation) {
        this.history = history;
        this.scheduler = scheduler;
        this.originNanos = originNanos;
        this.watch = watch;
        this.atViolation = atViolation;
    }

    /// No two events at one time: all happen on one thread, one after the other, and whoever reads the record is to see
    /// the order in which they did.
    private long now() {
        lastNanos = Math.max(lastNanos + 1, scheduler.nanos() - originNanos);
        return lastNanos;
    }

    void invoke(long process, Request request, String node) {
        String f = nameOf(request);
        long now = now();
        boolean changes = !(request instanceof Request.Read);
        history.invoke(
                now,
                process,
                f,
                request.key(),
                argument(request),
                node,
                changes ? request.session() : null,
                changes ? request.sequence() : 0);
        if (watch != null) {
            watch.invoke(now, process, f, request, node);
        }
    }

    void complete(long process, Request request, Outcome outcome) {
        String f = nameOf(request);
        long now = now();
        String key = request.key();
        switch (outcome) {
            case Outcome.Ok(var value, long version) ->
                    history.ok(now, process, f, key, result(request, value), version);
            case Outcome.Mismatch(long version) -> history.mismatch(now, process, f, key, version);
            case Outcome.Failed(var reason) -> history.fail(now, process, f, key, reason);
            case Outcome.Unknown(var reason) -> history.info(now, process, f, key, reason);
        }
        if (watch != null) {
            watch.complete(now, process, request, outcome).ifPresent(this::violation);
        }
    }

    private void violation(Violation violation) {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("operation", violation.operation());
        value.put("sentence", violation.sentence());
        history.nemesis(now(), "violation", value);
        atViolation.accept(violation);
    }

    private static Result argument(Request request) {
        return switch (request) {
            case Request.Read ignored -> new Result.Unknown();
            case Request.Write write -> new Result.Value(write.value());
            case Request.Cas cas -> {
                List<@Nullable Object> pair = new ArrayList<>();
                pair.add(cas.expected());
                pair.add(cas.value());
                yield new Result.Value(pair);
            }
            case Request.Append append -> new Result.Value(append.element());
            case Request.Declare declare -> new Result.Value(declare.names());
            case Request.Delete ignored -> new Result.Unknown();
            case Request.Increment increment -> new Result.Value(Long.toString(increment.by()));
        };
    }

    private static Result result(Request request, @Nullable Object value) {
        return switch (request) {
            case Request.Read ignored -> new Result.Value(value);
            case Request.Increment ignored -> new Result.Value(value);
            case Request.Write ignored -> new Result.Unknown();
            case Request.Cas ignored -> new Result.Unknown();
            case Request.Append ignored -> new Result.Unknown();
            case Request.Declare ignored -> new Result.Unknown();
            case Request.Delete ignored -> new Result.Unknown();
        };
    }

    /// How the history calls an operation.
    private static String nameOf(Request request) {
        return switch (request) {
            case Request.Read ignored -> "read";
            case Request.Write ignored -> "write";
            case Request.Cas ignored -> "cas";
            case Request.Append ignored -> "append";
            case Request.Declare ignored -> "declare";
            case Request.Delete ignored -> "delete";
            case Request.Increment ignored -> "increment";
        };
    }

    /// A rule was seen broken inside the nodes.
    void broken(Breach breach) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("rule", breach.rule());
        value.put("sentence", breach.sentence());
        value.put("nodes", names(breach.nodes()));
        history.nemesis(now(), "invariant", value);
    }

    /// A message was sent whose delivery is planned by itself.
    ///
    /// @param what the message is
    void planned(Delivery delivery, String what) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("message", what);
        value.put("sentence", delivery.toString());
        value.put("nodes", names(List.of(delivery.link().from(), delivery.link().to())));
        history.nemesis(now(), "message", value);
    }

    void phase(Progress.Phase phase) {
        history.nemesis(now(), "phase", Map.of("phase", phase.toString()));
    }

    void leader(NodeId leader, long term) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("leader", leader.name());
        value.put("term", term);
        history.nemesis(now(), "leader", value);
    }

    /// The wound is in force.
    void struck(Strike strike, Wound wound) {
        Map<String, Object> value = stage(strike, "strike");
        if (wound instanceof Wound.Cut(var links)) {
            value.put("cut", ends(links));
        }
        if (wound instanceof Wound.Impaired impaired) {
            value.put("links", ends(impaired.links()));
        }
        value.put("nodes", names(wound.nodes()));
        nemesis(strike, value);
    }

    private static List<List<String>> ends(Collection<Link> links) {
        List<List<String>> ends = new ArrayList<>(links.size());
        for (Link link : links) {
            ends.add(List.of(link.from().name(), link.to().name()));
        }
        return ends;
    }

    /// A look at the wound: does it hurt?
    void probed(Strike strike, Probe probe) {
        nemesis(strike, looked(strike, "probe", "effective", probe));
    }

    /// @param back the nodes that it had hit and that are back
    void lifted(Strike strike, Collection<NodeId> back) {
        Map<String, Object> value = stage(strike, "heal");
        value.put("nodes", names(back));
        nemesis(strike, value);
    }

    private static List<String> names(Collection<NodeId> nodes) {
        List<String> names = new ArrayList<>(nodes.size());
        for (NodeId node : nodes) {
            names.add(node.name());
        }
        return names;
    }

    /// A look after it was lifted: does it hurt no more?
    void healed(Strike strike, Probe probe) {
        nemesis(strike, looked(strike, "healed", "healed", probe));
    }

    void skipped(Strike strike, String why) {
        Map<String, Object> value = stage(strike, "skipped");
        value.put("evidence", why);
        nemesis(strike, value);
    }

    private static Map<String, Object> looked(
            Strike strike, String stage, String question, Probe probe) {
        Map<String, Object> value = stage(strike, stage);
        value.put(question, probe.asExpected());
        value.put("evidence", probe.evidence());
        return value;
    }

    private static Map<String, Object> stage(Strike strike, String stage) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("strike", strike.id());
        value.put("phase", stage);
        value.put("fault", strike.fault().toString());
        return value;
    }

    private void nemesis(Strike strike, Map<String, Object> value) {
        history.nemesis(now(), strike.fault().kind(), value);
    }
}
