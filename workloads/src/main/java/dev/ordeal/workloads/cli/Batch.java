package dev.ordeal.workloads.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Judges many inputs: small ones in parallel, smallest first, then large ones one by one, so that the largest must fit into
/// the heap and not all. On a terminal a line says how far it is, once it takes longer than a second.
///
/// @param <R> what there is to say of each
final class Batch<R> implements AutoCloseable {
    private static final long FIRST_LINE_MILLIS = 1000;
    private static final long NEXT_LINE_MILLIS = 250;

    private final List<Input> inputs;
    private final Function<Input, R> judge;
    private final Function<Input, R> leftOut;
    private final PrintWriter err;
    private final ExecutorService pool =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private final ConcurrentSkipListSet<String> working = new ConcurrentSkipListSet<>();
    private final AtomicInteger done = new AtomicInteger();
    private boolean said;
    private final long startNanos = System.nanoTime();

    /// @param judge called in several threads; says also what is wrong with an input, instead of throwing
    /// @param leftOut for those that were not begun when [#stop] was called
    /// @param watched whether `err` is a terminal
    Batch(
            List<Input> inputs,
            Function<Input, R> judge,
            Function<Input, R> leftOut,
            PrintWriter err,
            boolean watched) {
        this.inputs = inputs;
        this.judge = judge;
        this.leftOut = leftOut;
        this.err = err;
        if (watched) {
            var unused =
                    clock.scheduleAtFixedRate(
                            () -> say(Terminal.BACK_AND_ERASE + progress()),
                            FIRST_LINE_MILLIS,
                            NEXT_LINE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /// What there is to say of each, in the order of the inputs.
    List<R> judge() {
        Map<Input, Future<R>> futures = new LinkedHashMap<>();
        try {
            for (Input input :
                    inputs.stream().sorted(Comparator.comparingLong(Input::bytes)).toList()) {
                if (input.large()) {
                    futures.values().forEach(Batch::await);
                }
                futures.put(input, pool.submit(() -> judge(input)));
            }
        } catch (RejectedExecutionException stopped) {
            // What was not begun is left out.
        }
        futures.values().forEach(Batch::await);
        List<R> results = new ArrayList<>();
        for (Input input : inputs) {
            Future<R> future = futures.get(input);
            results.add(
                    future == null || future.state() != Future.State.SUCCESS
                            ? leftOut.apply(input)
                            : future.resultNow());
        }
        return results;
    }

    private R judge(Input input) {
        working.add(input.path().toString());
        try {
            return judge.apply(input);
        } finally {
            working.remove(input.path().toString());
            done.incrementAndGet();
        }
    }

    /// Until it is done, or will never be.
    private static void await(Future<?> future) {
        try {
            future.get();
        } catch (CancellationException stopped) {
            // It is left out.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the command line itself", e);
        }
    }

    /// Interrupts what is being judged, and begins no more. Any thread.
    void stop() {
        for (Runnable waiting : pool.shutdownNow()) {
            if (waiting instanceof Future<?> future) {
                future.cancel(false);
            }
        }
    }

    private String progress() {
        String now = working.isEmpty() ? "" : ": " + String.join(", ", working);
        String line =
                "%d of %d judged, %d s%s"
                        .formatted(
                                done.get(),
                                inputs.size(),
                                (System.nanoTime() - startNanos) / 1_000_000_000,
                                now);
        return line.length() < 80 ? line : line.substring(0, 78) + "…";
    }

    private synchronized void say(String text) {
        said = true;
        err.print(text);
        err.flush();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        pool.shutdown();
        if (said) {
            say(Terminal.BACK_AND_ERASE);
        }
    }
}
