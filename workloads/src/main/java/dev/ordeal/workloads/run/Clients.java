package dev.ordeal.workloads.run;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.workload.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// All clients of a run: who is free, what is open, what came of it. They never retry.
final class Clients implements AutoCloseable {
    /// How long a client stays away after a failure. A node that is down refuses at once; without this, its clients would
    /// take every operation there is and fail them all.
    private static final long AFTER_FAILURE_NANOS = 200_000_000L;

    private final Scheduler scheduler;
    private final Recorder recorder;
    private final RunSpec spec;
    private final List<ClientSlot> slots = new ArrayList<>();
    private final Map<NodeId, Endpoint> connections = new TreeMap<>();

    /// In the order in which they began: one a client at most.
    private final List<Call> open = new ArrayList<>();

    /// What answers last showed each key to hold. A key that is missing was not seen, or seen absent.
    private final Map<String, String> seen = new HashMap<>();

    private long ok;
    private long failed;
    private long unknown;

    Clients(RunSpec spec, Cluster cluster, Recorder recorder) {
        this.spec = spec;
        this.scheduler = cluster.scheduler();
        this.recorder = recorder;
        for (NodeId node : cluster.nodes()) {
            connections.put(node, cluster.connect(node));
        }
        for (int slot = 0; slot < spec.clients(); slot++) {
            NodeId node = cluster.nodes().get(slot % cluster.nodes().size());
            slots.add(new ClientSlot(slot, spec.clients(), node));
        }
    }

    long ok() {
        return ok;
    }

    long failed() {
        return failed;
    }

    long unknown() {
        return unknown;
    }

    boolean idle() {
        return open.isEmpty();
    }

    /// The client to use: the preferred one, or if it still waits, the next of its kind ([RunSpec#onlyReads]) that does not, and
    /// has not just failed.
    Optional<ClientSlot> free(int preferred) {
        boolean onlyReads = spec.onlyReads(preferred % slots.size());
        for (int i = 0; i < slots.size(); i++) {
            int other = (preferred + i) % slots.size();
            ClientSlot slot = slots.get(other);
            if (slot.free() && spec.onlyReads(other) == onlyReads) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    /// Begins an operation on a client that is free; `then` gets its outcome on the scheduler's thread.
    void begin(ClientSlot slot, Action action, Consumer<Outcome> then) {
        if (!slot.free()) {
            throw new IllegalStateException("process " + slot.process() + " is not free");
        }
        Request request = request(slot, action);
        Call call = new Call(slot, slot.process(), request, then);
        slot.begin();
        open.add(call);
        recorder.invoke(call.process, request, slot.node().name());
        connection(slot)
                .call(
                        request,
                        spec.timeout(),
                        response ->
                                scheduler.after(
                                        0, () -> end(call, Outcomes.of(request, response))));
    }

    private Endpoint connection(ClientSlot slot) {
        return java.util.Objects.requireNonNull(connections.get(slot.node()));
    }

    private Request request(ClientSlot slot, Action action) {
        return switch (action) {
            case Action.Read(var key) -> new Request.Read(key);
            case Action.Write(var key, var value) ->
                    new Request.Write(slot.session(), slot.nextSequence(), key, value);
            case Action.CompareAndSet(var key, var value) ->
                    new Request.Cas(slot.session(), slot.nextSequence(), key, seen.get(key), value);
            case Action.Declare(var round, var names) ->
                    new Request.Declare(slot.session(), slot.nextSequence(), round, names);
            case Action.Append(var key, var element) ->
                    new Request.Append(slot.session(), slot.nextSequence(), key, element);
        };
    }

    private void end(Call call, Outcome outcome) {
        if (!open.remove(call)) {
            return; // given up on before
        }
        switch (outcome) {
            case Outcome.Ok done -> ok++;
            case Outcome.Mismatch refused -> ok++;
            case Outcome.Failed none -> failed++;
            case Outcome.Unknown maybe -> unknown++;
        }
        remember(call.request, outcome);
        recorder.complete(call.process, call.request, outcome);
        call.slot.end(outcome);
        if (outcome instanceof Outcome.Failed) {
            call.slot.stayAway();
            var unused = scheduler.after(AFTER_FAILURE_NANOS, call.slot::comeBack);
        }
        call.then.accept(outcome);
    }

    private void remember(Request request, Outcome outcome) {
        if (!(outcome instanceof Outcome.Ok(var value, var version))) {
            return;
        }
        switch (request) {
            case Request.Read read -> {
                if (value instanceof String text) {
                    seen.put(read.key(), text);
                }
            }
            case Request.Write write -> seen.put(write.key(), write.value());
            case Request.Cas cas -> seen.put(cas.key(), cas.value());
            case Request.Append append -> {}
            case Request.Declare declare -> {}
            case Request.Delete delete -> seen.remove(delete.key());
            case Request.Increment increment -> seen.put(increment.key(), String.valueOf(value));
        }
    }

    /// Ends every open operation as unknown: nobody waits for its answer any longer.
    void giveUp() {
        for (Call call : List.copyOf(open)) {
            end(call, new Outcome.Unknown("no answer when the run moved on"));
        }
    }

    @Override
    public void close() {
        giveUp();
        connections.values().forEach(Endpoint::close);
    }

    private static final class Call {
        private final ClientSlot slot;
        private final long process;
        private final Request request;
        private final Consumer<Outcome> then;

        Call(ClientSlot slot, long process, Request request, Consumer<Outcome> then) {
            this.slot = slot;
            this.process = process;
            this.request = request;
            this.then = then;
        }
    }
}
