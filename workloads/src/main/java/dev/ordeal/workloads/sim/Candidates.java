package dev.ordeal.workloads.sim;

import dev.ordeal.workloads.plan.Scenario;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/// Runs scenarios to see which of them still break a promise, several at the same time, and counts them.
///
/// The first in their order that fails is the answer, and those behind it do not count, whether or not they were run meanwhile: so
/// neither depends on the number of threads.
final class Candidates implements AutoCloseable {
    private final Violation violation;
    private final int mostRuns;
    private final long deadlineNanos;
    private final int threads;
    private final ExecutorService pool;

    /// What was tried and does not fail: what is looked for in rounds is asked again.
    private final Set<Scenario> harmless = new HashSet<>();

    private BooleanSupplier goOn = () -> true;
    private int runs = 1;
    private boolean over;

    /// @param outcome of its run, judged by the check in question alone
    record Failing(int place, Simulation.Outcome outcome) {}

    /// @param violation that they are to have in common with the first run, which counts too
    Candidates(Violation violation, Shrinker.Bounds bounds, int threads) {
        this.violation = violation;
        this.mostRuns = bounds.runs();
        this.deadlineNanos = System.nanoTime() + bounds.time().toNanos();
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    /// @param goOn asked between runs
    void watch(BooleanSupplier goOn) {
        this.goOn = goOn;
    }

    int runs() {
        return runs;
    }

    /// Whether it was stopped, or a bound was reached: then nothing fails any more.
    boolean over() {
        return over;
    }

    /// The first that fails.
    Optional<Failing> firstFailing(List<Scenario> scenarios) {
        List<Integer> open = new ArrayList<>();
        for (int place = 0; place < scenarios.size(); place++) {
            if (!harmless.contains(scenarios.get(place))) {
                open.add(place);
            }
        }
        for (int from = 0; from < open.size(); from += threads) {
            over |= !goOn.getAsBoolean() || System.nanoTime() - deadlineNanos > 0;
            if (over) {
                return Optional.empty();
            }
            List<Integer> places = open.subList(from, Math.min(open.size(), from + threads));
            List<Optional<Simulation.Outcome>> outcomes =
                    run(places.stream().map(scenarios::get).toList());
            for (int i = 0; i < places.size(); i++) {
                if (runs >= mostRuns) {
                    over = true;
                    return Optional.empty();
                }
                runs++;
                if (outcomes.get(i).isPresent()) {
                    return Optional.of(new Failing(places.get(i), outcomes.get(i).get()));
                }
                harmless.add(scenarios.get(places.get(i)));
            }
        }
        return Optional.empty();
    }

    /// What came of each that fails.
    private List<Optional<Simulation.Outcome>> run(List<Scenario> scenarios) {
        if (threads == 1) {
            return scenarios.stream().map(this::run).toList();
        }
        List<Future<Optional<Simulation.Outcome>>> running =
                scenarios.stream().map(scenario -> pool.submit(() -> run(scenario))).toList();
        List<Optional<Simulation.Outcome>> outcomes = new ArrayList<>();
        for (Future<Optional<Simulation.Outcome>> one : running) {
            try {
                outcomes.add(one.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts who shrinks", e);
            }
        }
        return outcomes;
    }

    private Optional<Simulation.Outcome> run(Scenario scenario) {
        List<String> checks =
                scenario.spec().checks().stream().filter(violation.check()::equals).toList();
        try {
            return Optional.of(Simulation.run(scenario, checks))
                    .filter(outcome -> violation.isIn(outcome.judgement()));
        } catch (RuntimeException e) {
            // It ends in another way, for example because a cluster so small never answers: that is
            // not what is looked for.
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
