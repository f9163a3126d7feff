package dev.ordeal.workloads.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many runs, on all cores, told in the order in which they were asked for, however long each takes: what is told first is the
/// same each time.
public final class Swarm {
    /// So many runs wait for each core, lest one that takes long keep the others idle.
    private static final int AHEAD = 4;

    private Swarm() {}

    /// Takes what came of a run.
    public interface Sink {
        /// Called in the order of the draws, by one thread.
        ///
        /// @return whether to go on
        boolean take(Draw draw, Simulation.Outcome outcome);
    }

    /// Runs what is drawn until the sink has enough, or until there is no more. What then still runs is dropped.
    ///
    /// @throws IllegalStateException with the seed of a run that failed; that is a flaw of ours, not of the service
    public static void run(Iterator<Draw> draws, Sink sink) throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(cores);
        try {
            Deque<Started> ahead = new ArrayDeque<>();
            boolean more = true;
            while (more) {
                while (draws.hasNext() && ahead.size() < AHEAD * cores) {
                    Draw draw = draws.next();
                    ahead.add(new Started(draw, threads.submit(() -> Simulation.run(draw))));
                }
                Started first = ahead.poll();
                more = first != null && sink.take(first.draw, first.outcome());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private record Started(Draw draw, Future<Simulation.Outcome> run) {
        Simulation.Outcome outcome() throws InterruptedException {
            try {
                return run.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "seed " + draw.spec().seed() + ": " + e.getCause(), e.getCause());
            }
        }
    }
}
