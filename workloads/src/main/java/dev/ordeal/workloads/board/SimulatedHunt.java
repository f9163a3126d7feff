package dev.ordeal.workloads.board;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Verdict;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.sim.Draw;
import dev.ordeal.workloads.sim.Shrinker;
import dev.ordeal.workloads.sim.Simulation;
import dev.ordeal.workloads.sim.Swarm;
import dev.ordeal.workloads.workload.Append;
import dev.ordeal.workloads.workload.Register;
import dev.ordeal.workloads.workload.Sus;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Hunts in simulation: the same swarm of seeds whatever is planted, on all cores. It is not told what to look for. What is found
/// is made small.
///
/// @param shrinking how long that may take; zero: it is not made small
/// @param plans takes the small plan, by the name of the bug, so that it can be replayed
public record SimulatedHunt(Duration shrinking, BiConsumer<String, Scenario> plans)
        implements Hunt {
    private static final int MOST_SHRINKING_RUNS = 5_000;

    /// The workloads of the seeds, in turn.
    private static final List<Workload> WORKLOADS =
            List.of(
                    new Register(),
                    new Append(),
                    new Register(),
                    new Append(),
                    new Register(),
                    new Sus());

    /// The workload of a seed.
    static Workload workload(long seed) {
        return WORKLOADS.get((int) Math.floorMod(seed - 1, (long) WORKLOADS.size()));
    }

    @Override
    public Row hunt(@Nullable Bug bug, boolean planted, Duration budget, @Nullable Row before)
            throws InterruptedException {
        Seen seen = new Seen(System.nanoTime() + budget.toNanos());
        long began = System.nanoTime();
        @Nullable String id = bug == null ? null : bug.id();
        // Where it was found before it most likely is again.
        LongStream first =
                before == null || before.seed() == null
                        ? LongStream.empty()
                        : LongStream.of(before.seed());
        Swarm.run(
                Stream.concat(first.boxed(), LongStream.iterate(1, seed -> seed + 1).boxed())
                        .map(seed -> Draw.of(workload(seed), seed, null, id))
                        .iterator(),
                seen);
        double seconds = (System.nanoTime() - began) / 1e9;
        String name = id == null ? Row.CORRECT : id;
        return small(name, seen.draw, seen.row(name, planted, seconds));
    }

    /// The same with the size of the smallest schedule that still shows it.
    private Row small(String name, @Nullable Draw found, Row row) {
        if (found == null || shrinking.isZero()) {
            return row;
        }
        return Shrinker.shrink(
                        found.scenario(),
                        new Shrinker.Bounds(MOST_SHRINKING_RUNS, shrinking),
                        Runtime.getRuntime().availableProcessors(),
                        progress -> true)
                .map(shrunk -> {
                    plans.accept(name, shrunk.scenario());
                    return row.shrunkTo(shrunk.strikes(), shrunk.operations());
                })
                .orElse(row);
    }

    private static final class Seen implements Swarm.Sink {
        private final long deadlineNanos;
        private long runs;
        private @Nullable Draw draw;
        private List<Finding> violated = List.of();

        Seen(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public boolean take(Draw drawn, Simulation.Outcome outcome) {
            runs++;
            if (outcome.verdict() instanceof Verdict.Violated) {
                draw = drawn;
                violated = outcome.judgement().violated();
                return false;
            }
            return System.nanoTime() < deadlineNanos;
        }

        Row row(String id, boolean planted, double seconds) {
            Draw last = draw;
            return last == null
                    ? Row.notFound(id, planted, runs, seconds)
                    : Row.found(
                            id,
                            planted,
                            violated,
                            last.spec().workload().name(),
                            last.spec().seed(),
                            runs,
                            seconds);
        }
    }
}
