package dev.ordeal.workloads.run;

import dev.ordeal.checker.history.HistoryLog;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.workloads.plan.Arrival;
import dev.ordeal.workloads.plan.RunPlan;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.run.Progress.Phase;
import dev.ordeal.workloads.workload.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Carries out a plan on a cluster and has everything recorded. One run, one instance; every method is called on the
/// scheduler's thread.
///
/// ```
/// start    the nodes serve, one leads, a change and a read were answered
/// load     operations arrive, faults strike: each is resolved, applied, probed, lifted, probed
/// heal     every fault is lifted; the cluster must answer a change and a read
/// final    every key is read back, through several nodes; the nodes must agree on how far they are
/// end
/// ```
///
/// It does not judge. That the healed cluster does not answer, or that its nodes never agree, is waited for only so long, and
/// the record shows it. What is thrown is a broken environment, or a cluster that never worked.
public final class Runner {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    /// For the first leader and the first answers: cold JVMs on a loaded machine take a few seconds.
    private static final long START_BOUND = 30 * SECOND;

    /// Between two tries of something that did not succeed.
    private static final long PACE = 50 * MILLI;

    private final RunSpec spec;
    private final RunPlan plan;
    private final Cluster cluster;
    private final Scheduler scheduler;
    private final @Nullable ViolationWatch watch;
    private final Recorder recorder;
    private final LeaderWatch leaders;
    private final CompletableFuture<Void> loadOver = new CompletableFuture<>();

    private Phase phase = Phase.START;
    private @Nullable Clients clients;
    private @Nullable Strikes strikes;
    private long loadEndsNanos;
    private long skipped;
    private int demands;

    /// @param originNanos the scheduler's time that is time 0 of the history
    public Runner(
            RunSpec spec, RunPlan plan, Cluster cluster, HistoryLog history, long originNanos) {
        this.spec = spec;
        this.plan = plan;
        this.cluster = cluster;
        this.scheduler = cluster.scheduler();
        this.watch = spec.stopOnViolation() ? new ViolationWatch() : null;
        this.recorder =
                new Recorder(
                        history,
                        scheduler,
                        originNanos,
                        watch,
                        violation -> scheduler.after(0, this::stopEarly));
        this.leaders = new LeaderWatch(cluster, recorder);
    }

    /// Starts the cluster; done when it has answered a change and a read.
    public CompletableFuture<Void> start() {
        // At its own time, not in the middle of the step that broke it.
        var unused =
                cluster.breach()
                        .thenAccept(breach -> scheduler.after(0, () -> recorder.broken(breach)));
        cluster.onPlannedDelivery(recorder::planned);
        return cluster.start()
                .thenCompose(started -> {
                    clients = new Clients(spec, cluster, recorder);
                    leaders.start();
                    return answer(clients);
                });
    }

    /// All that follows [#start], to the end; the cluster is left running.
    public CompletableFuture<Void> run() {
        Clients all = Objects.requireNonNull(clients, "start comes first");
        return load(all)
                .thenCompose(loaded -> demand(all, healingNanos()))
                .thenCompose(healed -> readBack(all))
                .thenCompose(read -> agree(scheduler.nanos() + healingNanos()))
                .thenRun(() -> end(all));
    }

    /// Ends the load at once, if it has begun; the rest follows as always, so that what there is can be judged.
    public void stopEarly() {
        loadOver.complete(null);
    }

    /// The strikes that were made, resolved: from when each struck whom.
    public List<Strike> strikes() {
        Strikes s = strikes;
        return s == null ? List.of() : s.made();
    }

    public Progress progress() {
        Clients c = clients;
        Strikes s = strikes;
        return new Progress(
                phase,
                phase == Phase.LOAD ? Math.max(0, loadEndsNanos - scheduler.nanos()) : 0,
                c == null ? 0 : c.ok(),
                c == null ? 0 : c.failed(),
                c == null ? 0 : c.unknown(),
                skipped,
                s == null ? Optional.empty() : s.inForce(),
                leaders.last(),
                watch == null ? Optional.empty() : watch.first());
    }

    private CompletableFuture<Void> answer(Clients all) {
        return until(START_BOUND, () -> leaders.last().isPresent())
                .thenCompose(led -> demand(all, START_BOUND))
                .thenAccept(answered -> {
                    if (!answered && !cluster.breach().isDone()) {
                        throw new RunException(
                                "the cluster started but never answered both a change and a read: see "
                                        + cluster.nodeDirectory(cluster.nodes().getFirst())
                                                .resolve("node.log"));
                    }
                });
    }

    private CompletableFuture<Void> load(Clients all) {
        enter(Phase.LOAD);
        long started = scheduler.nanos();
        loadEndsNanos = started + spec.time().toNanos();
        var unused = scheduler.after(spec.time().toNanos(), this::stopEarly);
        arrive(all, started, 0);
        Strikes struck = new Strikes(cluster, recorder, plan.strikes(), loadOver);
        strikes = struck;
        CompletableFuture<Void> healing =
                loadOver.thenRun(() -> {
                    enter(Phase.HEAL);
                    cluster.calm();
                });
        return CompletableFuture.allOf(healing, struck.run());
    }

    /// Open loop: an operation begins at its time whether or not those before it were answered. When every client still waits
    /// it is skipped and counted; a queue would only turn the cluster's silence into a burst.
    private void arrive(Clients all, long startedNanos, int next) {
        List<Arrival> arrivals = plan.arrivals();
        for (int i = next; i < arrivals.size() && !loadOver.isDone(); i++) {
            Arrival arrival = arrivals.get(i);
            long wait = startedNanos + arrival.atNanos() - scheduler.nanos();
            if (wait > 0) {
                int rest = i;
                var unused = scheduler.after(wait, () -> arrive(all, startedNanos, rest));
                return;
            }
            all.free(arrival.slot())
                    .ifPresentOrElse(
                            slot -> all.begin(slot, arrival.action(), outcome -> {}),
                            () -> skipped++);
        }
    }

    /// For each of: answer again after healing, read everything back, agree.
    private long healingNanos() {
        return spec.cluster().healing().toNanos();
    }

    /// Tries changes and reads in turn, each through the next client, until one of each was answered.
    private CompletableFuture<Boolean> demand(Clients all, long boundNanos) {
        Set<Boolean> answered = new HashSet<>();
        return until(
                boundNanos,
                () -> {
                    if (answered.size() == 2) {
                        return true;
                    }
                    if (demands < plan.demands().size()) {
                        Action action = plan.demands().get(demands);
                        all.free(demands++)
                                .ifPresent(slot ->
                                        all.begin(
                                                slot,
                                                action,
                                                outcome -> {
                                                    if (outcome instanceof Outcome.Ok) {
                                                        answered.add(action instanceof Action.Read);
                                                    }
                                                }));
                    }
                    return false;
                });
    }

    private CompletableFuture<Void> readBack(Clients all) {
        return until(spec.timeout().toNanos() + SECOND, all::idle)
                .thenCompose(idle -> {
                    all.giveUp();
                    enter(Phase.FINAL);
                    FinalReads reads = new FinalReads(all, plan.finalReads());
                    return until(healingNanos(), reads::advance);
                })
                .thenRun(all::giveUp);
    }

    /// Waits until every node that is not lost has applied the same, and all that it knows to be committed.
    private CompletableFuture<Void> agree(long untilNanos) {
        return cluster.status()
                .thenCompose(nodes -> {
                    boolean all = nodes.size() == cluster.nodes().size() - cluster.lost().size();
                    boolean done =
                            nodes.values().stream()
                                            .map(node ->
                                                    List.of(
                                                            node.appliedIndex(),
                                                            node.commitIndex(),
                                                            node.digest()))
                                            .distinct()
                                            .count()
                                    == 1;
                    if ((all && done) || scheduler.nanos() >= untilNanos) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return pause().thenCompose(later -> agree(untilNanos));
                });
    }

    private void end(Clients all) {
        leaders.stop();
        enter(Phase.END);
        all.close();
    }

    private void enter(Phase next) {
        phase = next;
        recorder.phase(next);
    }

    /// True as soon as it holds; false if it does not within the bound.
    private CompletableFuture<Boolean> until(long boundNanos, BooleanSupplier holds) {
        return poll(scheduler.nanos() + boundNanos, holds);
    }

    private CompletableFuture<Boolean> poll(long untilNanos, BooleanSupplier holds) {
        if (holds.getAsBoolean()) {
            return CompletableFuture.completedFuture(true);
        }
        if (scheduler.nanos() >= untilNanos) {
            return CompletableFuture.completedFuture(false);
        }
        return pause().thenCompose(later -> poll(untilNanos, holds));
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        var unused = scheduler.after(PACE, () -> over.complete(null));
        return over;
    }
}
