package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides whether a history is linearizable: splits it by key, lets the engines decide each part, cheapest first, and
/// explains what is violated.
///
/// The answer does not depend on the engine. Parts are decided in parallel, small ones first; a bound that is hit leaves
/// only the parts open that it hit. Any thread; interrupting it leaves open what is not decided.
public final class Linearizability {
    /// Let the parts decide which engine they need.
    public static final String AUTO = "auto";

    static final List<Engine> ENGINES =
            List.of(
                    new DistinctRegister(),
                    new RegisterRules(),
                    new DistinctQueue(),
                    new DistinctStack(),
                    new DistinctPriorityQueue(),
                    new TwoStates(),
                    new UniqueIdsRule(),
                    new GrowOnly(),
                    new CounterBounds(),
                    new Search(Search.Switches.ALL, true));
    private static final List<Engine> EXPLAINERS =
            Stream.concat(
                            ENGINES.subList(0, ENGINES.size() - 1).stream(),
                            Stream.of(new Search(Search.Switches.ALL, false)))
                    .toList();
    private static final Engine PORCUPINE = new Porcupine();

    /// Below this many operations threads cost more than they save.
    private static final int WORTH_THREADS = 20_000;

    private Linearizability() {}

    /// What was found out about the operations of one key.
    ///
    /// @param key null where the history has none
    /// @param engine which one decided
    /// @param why this engine
    /// @param nanos how long it took
    public record PartResult(
            @Nullable Object key,
            int operations,
            Decision decision,
            String engine,
            String why,
            long nanos) {
        private PartResult askedFor() {
            return decision instanceof Decision.Open
                    ? this
                    : new PartResult(key, operations, decision, engine, "asked for", nanos);
        }
    }

    /// The names that `check` accepts, besides [#AUTO].
    public static Set<String> engines() {
        Set<String> names = new LinkedHashSet<>();
        ENGINES.forEach(engine -> names.add(engine.name()));
        names.add(PORCUPINE.name());
        return names;
    }

    /// Decides a history with the engines that fit best. Parts come in the order of their first operations.
    public static List<PartResult> check(History history, Model<?> model, Bounds bounds) {
        return check(history, model, AUTO, bounds);
    }

    /// Decides a history with one engine, or [#AUTO].
    ///
    /// @throws IllegalArgumentException when there is no such engine, or the model does not know an operation
    public static List<PartResult> check(
            History history, Model<?> model, String engine, Bounds bounds) {
        List<Engine> chosen =
                engine.equals(AUTO)
                        ? ENGINES.stream().filter(candidate -> candidate.knows(model)).toList()
                        : IntStream.range(0, ENGINES.size() + 1)
                                .mapToObj(i -> i < ENGINES.size() ? ENGINES.get(i) : PORCUPINE)
                                .filter(candidate -> candidate.name().equals(engine))
                                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no engine \""
                            + engine
                            + "\": choose one of auto, "
                            + String.join(", ", engines()));
        }
        List<PartResult> results =
                check(history, model, chosen, bounds.start(), bounds::startExplaining);
        return engine.equals(AUTO) ? results : results.stream().map(PartResult::askedFor).toList();
    }

    /// Decides a history with the engines that fit best, after one that is tried before them.
    public static List<PartResult> check(
            History history, Model<?> model, Engine first, Bounds bounds) {
        List<Engine> engines = new ArrayList<>(ENGINES);
        engines.removeIf(engine -> !engine.knows(model));
        engines.addFirst(first);
        return check(history, model, engines, bounds.start(), bounds::startExplaining);
    }

    static List<PartResult> check(
            History history,
            Model<?> model,
            List<Engine> engines,
            Budget deciding,
            Supplier<Budget> explaining) {
        Part[] parts;
        try {
            parts = Part.split(history, model, deciding.part());
        } catch (Exhausted e) {
            return List.of(open(null, history.size(), e.why()));
        }
        List<PartResult> results = decided(parts, history.size(), model, engines, deciding);
        Budget budget = explaining.get();
        for (int i = 0; i < parts.length; i++) {
            results.set(i, explained(parts[i], model, results.get(i), budget.part()));
        }
        return Collections.unmodifiableList(results);
    }

    /// How far an order of a violated part can go, where the engine that decided did not say: the longest prefix of the
    /// history that has one, and why nothing can come next. Costs about as much as deciding, and the verdict does not need
    /// it, so that it is asked for apart. Says nothing when the budget is used up.
    ///
    /// @param result of [#check] for this history and model
    public static Decision.Progress furthest(
            History history, Model<?> model, PartResult result, Budget budget) {
        if (!(result.decision
                instanceof Decision.NotLinearizable(String sentence, int[] core, var known))) {
            throw new IllegalArgumentException("only what is violated has a longest prefix");
        }
        if (known.order().length > 0 || !known.stuck().isEmpty()) {
            return known;
        }
        try {
            Part whole =
                    Arrays.stream(Part.split(history, model, budget.part()))
                            .filter(part -> Objects.equals(part.key(), result.key))
                            .findFirst()
                            .orElseThrow();
            return Furthest.of(
                    whole,
                    model,
                    Arrays.stream(core).map(whole::place).toArray(),
                    part -> decide(part, model, ENGINES, budget.part()).decision,
                    budget.part());
        } catch (Exhausted e) {
            return Decision.Progress.NONE;
        }
    }

    /// In the order of the parts; decided small ones first.
    static List<PartResult> decided(
            Part[] parts, int operations, Model<?> model, List<Engine> engines, Budget budget) {
        Integer[] bySize = IntStream.range(0, parts.length).boxed().toArray(Integer[]::new);
        Arrays.sort(bySize, Comparator.comparingInt(i -> parts[i].size()));
        PartResult[] results = new PartResult[parts.length];
        if (operations < WORTH_THREADS || parts.length == 1) {
            for (int i : bySize) {
                results[i] = decide(parts[i], model, engines, budget.part());
            }
            return Arrays.asList(results);
        }
        List<Future<PartResult>> futures = new ArrayList<>();
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (int i : bySize) {
                futures.add(pool.submit(() -> decide(parts[i], model, engines, budget.part())));
            }
            pool.shutdown();
            await(pool);
        }
        for (int k = 0; k < bySize.length; k++) {
            Part part = parts[bySize[k]];
            Future<PartResult> future = futures.get(k);
            results[bySize[k]] =
                    switch (future.state()) {
                        case SUCCESS -> future.resultNow();
                        case FAILED -> throw failure(future.exceptionNow());
                        case RUNNING, CANCELLED ->
                                open(part.key(), part.size(), "it was interrupted");
                    };
        }
        return Arrays.asList(results);
    }

    /// An interrupt is passed on, so that what is being decided stops, and what was decided is kept.
    private static void await(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
                pool.shutdownNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException failure(Throwable cause) {
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private static PartResult decide(
            Part part, Model<?> model, List<Engine> engines, Budget budget) {
        long start = System.nanoTime();
        List<String> unfit = new ArrayList<>();
        for (Engine engine : engines) {
            Decision decision = decide(part, model, engine, budget);
            if (decision instanceof Decision.Unfit(String why)) {
                unfit.add(why);
                continue;
            }
            // The first that was asked says best what is special about this part.
            String why = unfit.isEmpty() ? engine.why() : unfit.getFirst();
            return new PartResult(
                    part.key(),
                    part.size(),
                    decision,
                    engine.name(),
                    why,
                    System.nanoTime() - start);
        }
        return open(part.key(), part.size(), String.join("; ", unfit));
    }

    private static Decision decide(Part part, Model<?> model, Engine engine, Budget budget) {
        try {
            return engine.decide(part, model, budget);
        } catch (Exhausted e) {
            return new Decision.Open(e.why(), Decision.Progress.NONE);
        } catch (OutOfMemoryError e) {
            // The bound was set too high for this heap; what the engine held is free again here.
            return new Decision.Open(
                    "the heap is full: allow less memory or give the JVM more",
                    Decision.Progress.NONE);
        } finally {
            budget.release();
        }
    }

    private static PartResult open(@Nullable Object key, int operations, String why) {
        return new PartResult(
                key, operations, new Decision.Open(why, Decision.Progress.NONE), "none", why, 0);
    }

    /// Makes the proof of a violation small, and gives it a sentence if it has none. Never changes the colour.
    private static PartResult explained(
            Part part, Model<?> model, PartResult result, Budget budget) {
        if (!(result.decision
                instanceof Decision.NotLinearizable(String sentence, int[] proof, var progress))) {
            return result;
        }
        int[] places =
                (proof.length == 0
                                ? IntStream.range(0, part.size())
                                : Arrays.stream(proof).map(part::place).sorted())
                        .filter(part::required)
                        .toArray();
        int[] core = Cores.smallest(part, model, EXPLAINERS, budget, places);
        for (int k = 0; k < core.length; k++) {
            core[k] = part.operation(core[k]);
        }
        Decision decision =
                new Decision.NotLinearizable(
                        sentence.isEmpty() ? Words.core(part.history(), core) : sentence,
                        core,
                        progress);
        return new PartResult(
                part.key(), part.size(), decision, result.engine, result.why, result.nanos);
    }
}
