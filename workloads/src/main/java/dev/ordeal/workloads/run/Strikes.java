package dev.ordeal.workloads.run;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the planned strikes: resolve whom it hits, apply, look, wait, lift, look. Those that take something away come one after
/// the other, and so do those in the background ([Fault#isBackground]) beside them. A strike whose time has come while the
/// one before is still being lifted follows it, but not at once: see [#due].
final class Strikes {
    private static final Logger LOG = LoggerFactory.getLogger(Strikes.class);
    private static final long MILLI = 1_000_000L;

    /// How long a strike at the leader waits for one: without it, it would hit nobody.
    private static final long LEADER_BOUND = 1_000 * MILLI;

    private static final long LEADER_INTERVAL = 50 * MILLI;

    /// How long a strike that is late leaves the nodes in peace, at most: long enough for an election and a few operations.
    private static final long REST_NANOS = 500 * MILLI;

    private final Cluster cluster;
    private final Scheduler scheduler;
    private final Recorder recorder;
    private final List<Strike> planned;
    private final long startedNanos;
    private final CompletableFuture<Void> over;
    private final List<Strike> made = new ArrayList<>();
    private final Map<Integer, String> inForce = new TreeMap<>();

    /// @param over completes when no new strike may begin and the one in force must be lifted
    Strikes(
            Cluster cluster,
            Recorder recorder,
            List<Strike> planned,
            CompletableFuture<Void> over) {
        this.cluster = cluster;
        this.scheduler = cluster.scheduler();
        this.recorder = recorder;
        this.planned = planned;
        this.startedNanos = scheduler.nanos();
        this.over = over;
    }

    Optional<String> inForce() {
        return inForce.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(" + ", inForce.values()));
    }

    /// The strikes that were made so far, resolved: a plan of these makes the same ones at the same times.
    List<Strike> made() {
        return List.copyOf(made);
    }

    /// Done when the last strike has been lifted, by plan or because it is over.
    CompletableFuture<Void> run() {
        List<Strike> foreground = new ArrayList<>();
        List<Strike> background = new ArrayList<>();
        for (Strike strike : planned) {
            (strike.fault().isBackground() ? background : foreground).add(strike);
        }
        return CompletableFuture.allOf(
                oneByOne(foreground.iterator(), null), oneByOne(background.iterator(), null));
    }

    /// @param before the last one, if there was one
    private CompletableFuture<Void> oneByOne(Iterator<Strike> strikes, @Nullable Lifted before) {
        if (over.isDone() || !strikes.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        Strike strike = strikes.next();
        return waitUntil(due(strike, before))
                .thenCompose(
                        due -> over.isDone() ? CompletableFuture.completedFuture(0L) : make(strike))
                .thenCompose(took -> oneByOne(strikes, new Lifted(strike, took)));
    }

    /// A strike, and how long it took to lift it: a process has to start again.
    private record Lifted(Strike strike, long tookNanos) {}

    /// When it was planned for, unless that was over before the one before was lifted. Then the nodes still get the time between the
    /// two that was planned, or most of it: much of what a fault does shows when it is over, and nodes that never come to
    /// work together have nothing to lose.
    private long due(Strike strike, @Nullable Lifted before) {
        long planned = startedNanos + strike.atNanos();
        if (before == null) {
            return planned;
        }
        long apart = strike.atNanos() - before.strike.atNanos() - before.strike.durationNanos();
        return before.tookNanos <= apart
                ? planned
                : Math.max(planned, scheduler.nanos() + Math.min(apart, REST_NANOS));
    }

    /// Done when it has been lifted, with how many nanoseconds that took.
    private CompletableFuture<Long> make(Strike strike) {
        Wound settled = strike.wound();
        if (settled != null) {
            return inflict(strike, settled);
        }
        return leader(strike, scheduler.nanos() + LEADER_BOUND)
                .thenCompose(leader -> {
                    Optional<Wound> wound =
                            Wound.resolve(
                                    strike.fault(),
                                    cluster.nodes(),
                                    leader,
                                    new SplittableRandom(strike.choice()));
                    if (wound.isEmpty()) {
                        recorder.skipped(
                                strike,
                                leader.isEmpty()
                                        ? "no node says that it leads"
                                        : "too few nodes for it");
                        return CompletableFuture.completedFuture(0L);
                    }
                    return inflict(strike, wound.get());
                });
    }

    private CompletableFuture<Long> inflict(Strike strike, Wound wound) {
        made.add(strike.resolved(scheduler.nanos() - startedNanos, wound));
        long liftAt = scheduler.nanos() + strike.durationNanos();
        inForce.put(strike.id(), strike.fault().toString());
        return cluster.strike(wound)
                .thenCompose(done -> {
                    recorder.struck(strike, wound);
                    return cluster.probe(wound, true);
                })
                .thenCompose(probe -> {
                    recorder.probed(strike, probe);
                    return waitUntil(liftAt);
                })
                .exceptionally(failure -> {
                    LOG.warn("{} failed", strike, failure);
                    recorder.skipped(strike, "it failed: " + failure.getMessage());
                    return null;
                })
                .thenCompose(done -> lift(wound))
                .thenCompose(took -> {
                    inForce.remove(strike.id());
                    List<NodeId> back = new ArrayList<>(wound.nodes());
                    back.removeAll(cluster.lost());
                    recorder.lifted(strike, back);
                    return cluster.probe(wound, false)
                            .thenApply(probe -> {
                                recorder.healed(strike, probe);
                                return took;
                            });
                });
    }

    private CompletableFuture<Long> lift(Wound wound) {
        long began = scheduler.nanos();
        return cluster.heal(wound).thenApply(lifted -> scheduler.nanos() - began);
    }

    /// Who leads at this moment: the newest of those who say so. Tries again for as long as a strike at the leader may wait.
    private CompletableFuture<Optional<NodeId>> leader(Strike strike, long untilNanos) {
        return cluster.leaders()
                .thenCompose(leaders -> {
                    Optional<NodeId> leader =
                            NodeStatus.newestLeader(leaders).map(NodeStatus::node);
                    boolean again =
                            leader.isEmpty()
                                    && strike.fault().aimsAtTheLeader()
                                    && scheduler.nanos() < untilNanos
                                    && !over.isDone();
                    return again
                            ? waitUntil(scheduler.nanos() + LEADER_INTERVAL)
                                    .thenCompose(later -> leader(strike, untilNanos))
                            : CompletableFuture.completedFuture(leader);
                });
    }

    /// Done at that time, or when it is over.
    private CompletableFuture<Void> waitUntil(long nanos) {
        CompletableFuture<Void> due = new CompletableFuture<>();
        var timer = scheduler.after(nanos - scheduler.nanos(), () -> due.complete(null));
        return due.runAfterEither(over, timer::cancel);
    }
}
