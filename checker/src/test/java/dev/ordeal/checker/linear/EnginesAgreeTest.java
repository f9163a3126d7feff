package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.RandomHistories.Calls;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every engine, and the search with every combination of its switches, against trying all orders, on random small
/// histories of every model: at least 100,000 each, and ten million together with `-Dordeal.nightly`. Every witness is
/// re-played; every core is tried with all orders, and so is every core that the judge would show without each of its
/// operations.
class EnginesAgreeTest {
    private static final boolean NIGHTLY = Boolean.getBoolean("ordeal.nightly");
    private static final int HISTORIES =
            Integer.getInteger(
                    "ordeal.histories", NIGHTLY ? 10_000_000 / Models.all().size() + 1 : 100_000);
    private static final List<Engine> SEARCHES =
            IntStream.range(0, 32)
                    .<Engine>mapToObj(bits ->
                            new Search(
                                    new Search.Switches(
                                            (bits & 1) != 0,
                                            (bits & 2) != 0,
                                            (bits & 4) != 0,
                                            (bits & 8) != 0,
                                            (bits & 16) != 0),
                                    true))
                    .toList();
    private static final Engine ALL_ON = SEARCHES.getLast();

    /// Where a history comes from: an object, which need not be the one that it is judged as, and calls of it.
    private record Source(Model<?> object, Calls calls) {}

    /// What the histories of a model are made of, each in its turn.
    private static final Map<String, List<Source>> SOURCES =
            Map.ofEntries(
                    of(
                            "register",
                            RandomHistories.register(0, true),
                            RandomHistories.register(2, true)),
                    of(
                            "cas-register",
                            RandomHistories.register(0, true),
                            RandomHistories.register(2, true)),
                    of("kv", RandomHistories.keyValue(2)),
                    of("kv-append", RandomHistories.keyValue(2)),
                    of(
                            "append-list",
                            RandomHistories.appendList(0),
                            RandomHistories.appendList(0),
                            RandomHistories.appendList(2)),
                    of("declared-list", RandomHistories.declaredList()),
                    of("multi-register", RandomHistories.registers()),
                    of("mutex", RandomHistories.mutex()),
                    of("lock", RandomHistories.lock(true), RandomHistories.lock(false)),
                    of("counter", RandomHistories.counter(true), RandomHistories.counter(false)),
                    of(
                            "set",
                            RandomHistories.growingSet(),
                            RandomHistories.set(1, false),
                            RandomHistories.set(2, false),
                            RandomHistories.set(2, true)),
                    container("queue", "enqueue", "dequeue"),
                    container("stack", "push", "pop"),
                    container("priority-queue", "insert", "poll"),
                    of("unique-ids", RandomHistories.ids()));

    /// Who decides the larger part of a model's histories without a search.
    private static final Map<String, String> MONITORS =
            Map.of(
                    "mutex", "two-states",
                    "queue", "distinct-queue",
                    "stack", "distinct-stack",
                    "priority-queue", "distinct-priority-queue",
                    "unique-ids", "unique-ids",
                    "append-list", "grow-only");

    private static Map.Entry<String, List<Source>> of(String model, Calls... calls) {
        Model<?> object = Models.named(model).orElseThrow();
        return Map.entry(
                model, Arrays.stream(calls).map(each -> new Source(object, each)).toList());
    }

    /// Half of the histories are of containers with another order: how those of the right one go wrong when they do.
    private static Map.Entry<String, List<Source>> container(
            String model, String adds, String takes) {
        Calls distinct = RandomHistories.container(adds, takes, 0);
        Model<?> object = Models.named(model).orElseThrow();
        List<Source> sources = new ArrayList<>();
        for (Queue.Discipline order : Queue.Discipline.values()) {
            sources.add(new Source(new Queue("another order", order), distinct));
        }
        sources.add(new Source(object, distinct));
        sources.add(new Source(object, RandomHistories.container(adds, takes, 2)));
        return Map.entry(model, sources);
    }

    private static Stream<Model<?>> models() {
        return Models.all().stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyEngineAgreesWithTryingAllOrders(Model<?> model) {
        List<Source> sources = Objects.requireNonNull(SOURCES.get(model.name()), model::name);
        Tally tally = new Tally();
        IntStream.range(0, HISTORIES)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random =
                            new SplittableRandom(model.name().hashCode() * 1_000_000_007L + number);
                    Shape shape =
                            new Shape(
                                    2 + random.nextInt(3),
                                    2 + random.nextInt(6),
                                    random.nextInt(3) * 10,
                                    random.nextInt(3) * 12);
                    Source source = sources.get(number % sources.size());
                    History history =
                            RandomHistories.of(source.object, source.calls, shape, random);
                    new Case(model, number, history).holds(tally);
                });
        System.out.println(model.name() + ": " + tally);
        assertThat(tally.violated.sum())
                .as("violated of " + HISTORIES)
                .isBetween(HISTORIES / 20L, HISTORIES * 19L / 20);
        String monitor = MONITORS.get(model.name());
        if (monitor != null) {
            assertThat(tally.decided(monitor)).isGreaterThan(HISTORIES / 2L);
        }
    }

    private static final class Tally {
        final LongAdder violated = new LongAdder();
        final LongAdder valid = new LongAdder();
        private final Map<String, LongAdder> decided = new ConcurrentSkipListMap<>();

        void decided(Engine engine) {
            decided.computeIfAbsent(engine.name(), e -> new LongAdder()).increment();
        }

        long decided(String engine) {
            return decided.getOrDefault(engine, new LongAdder()).sum();
        }

        @Override
        public String toString() {
            return HISTORIES + " histories, " + violated + " violated, decided by " + decided;
        }
    }

    /// One history and what is true of it.
    private record Case(Model<?> model, int number, History history) {
        void holds(Tally tally) {
            boolean expected = BruteForce.linearizable(history, model);
            if (!expected) {
                tally.violated.increment();
            }
            for (Part part : Part.split(history, model)) {
                List<Engine> engines = new ArrayList<>(Linearizability.ENGINES);
                engines.removeIf(engine -> !engine.knows(model));
                engines.addAll(List.of(new Porcupine(), SEARCHES.get(number % 32), ALL_ON));
                for (Engine engine : engines) {
                    Decision decision = engine.decide(part, model, Bounds.defaults().start());
                    if (!(decision instanceof Decision.Unfit)) {
                        tally.decided(engine);
                        right(engine.name(), decision, expected);
                    }
                }
            }
            for (Linearizability.PartResult result :
                    Linearizability.check(history, model, Bounds.defaults())) {
                right("auto", result.decision(), expected);
                if (result.decision() instanceof Decision.NotLinearizable violated) {
                    claim(!violated.sentence().isBlank(), () -> "there is a sentence");
                    isSmallest(violated.core());
                }
            }
        }

        /// For histories that are too long to try all orders of.
        void agrees(String engine, Decision decision, boolean expected) {
            claim(
                    decision instanceof Decision.Linearizable == expected,
                    () -> engine + " finds " + decision);
            if (decision instanceof Decision.Linearizable(int[] order)) {
                claim(
                        Verifier.refute(history, model, List.of(order)).isEmpty(),
                        () -> engine + " shows the order " + Arrays.toString(order));
            }
        }

        private void right(String engine, Decision decision, boolean expected) {
            switch (decision) {
                case Decision.Linearizable(int[] order) -> {
                    claim(expected, () -> engine + " finds it linearizable");
                    claim(
                            Verifier.refute(history, model, List.of(order)).isEmpty(),
                            () -> engine + " shows the order " + Arrays.toString(order));
                }
                case Decision.NotLinearizable(String sentence, int[] core, var progress) -> {
                    claim(!expected, () -> engine + " finds it not linearizable: " + sentence);
                    if (core.length > 0) {
                        claim(
                                !BruteForce.linearizable(history, model, i -> contains(core, i)),
                                () -> engine + " shows the core " + Arrays.toString(core));
                    }
                }
                case Decision.Open open -> claim(false, () -> engine + " is open: " + open.why());
                case Decision.Unfit unfit ->
                        claim(false, () -> engine + " is unfit: " + unfit.why());
            }
        }

        private void isSmallest(int[] core) {
            claim(core.length > 0, () -> "there is a core");
            claim(
                    CoreVerifier.refute(history, model, core).isEmpty(),
                    () -> "the core is confirmed: " + Arrays.toString(core));
            for (int without : core) {
                claim(
                        BruteForce.linearizable(
                                history, model, i -> i != without && contains(core, i)),
                        () -> "the core " + Arrays.toString(core) + " needs " + without);
            }
        }

        private void claim(boolean holds, Supplier<String> what) {
            if (!holds) {
                throw new AssertionError(what.get() + "\n" + this);
            }
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(model.name() + " history " + number + "\n");
            for (int i = 0; i < history.size(); i++) {
                text.append(i).append(": ").append(Words.operation(history, i)).append(' ');
                text.append(history.outcome(i)).append('\n');
            }
            return text.toString();
        }
    }

    /// Too long for trying all orders: what decides without a search against the search, which the small ones hold against
    /// them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "register",
                "queue",
                "stack",
                "priority-queue",
                "set",
                "mutex",
                "append-list"
            })
    void onLongerHistoriesTheMonitorsAgreeWithTheSearch(String name) {
        Model<?> model = Models.named(name).orElseThrow();
        List<Source> sources = Objects.requireNonNull(SOURCES.get(name), name);
        List<Engine> monitors =
                Linearizability.ENGINES.stream()
                        .filter(e -> e.knows(model) && !(e instanceof Search))
                        .toList();
        Tally tally = new Tally();
        int histories = Math.max(200, HISTORIES / 50);
        IntStream.range(0, histories)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random = new SplittableRandom(9_000_000_007L + number);
                    Shape shape =
                            new Shape(
                                    2 + random.nextInt(6),
                                    10 + random.nextInt(50),
                                    random.nextInt(3),
                                    random.nextInt(3) * 2);
                    Source source = sources.get(number % sources.size());
                    History history =
                            RandomHistories.of(source.object, source.calls, shape, random);
                    Case one = new Case(model, number, history);
                    for (Part part : Part.split(history, model)) {
                        Decision searched =
                                ALL_ON.decide(
                                        part,
                                        model,
                                        Bounds.defaults().withSteps(1_000_000).start());
                        if (searched instanceof Decision.Open) {
                            continue;
                        }
                        boolean expected = searched instanceof Decision.Linearizable;
                        for (Engine engine : monitors) {
                            Decision decision =
                                    engine.decide(part, model, Bounds.defaults().start());
                            if (!(decision instanceof Decision.Unfit)) {
                                tally.decided(engine);
                                one.agrees(engine.name(), decision, expected);
                                (expected ? tally.valid : tally.violated).increment();
                            }
                        }
                    }
                });
        System.out.println("longer " + name + ": " + tally);
        assertThat(tally.violated.sum()).as("violated").isPositive();
        assertThat(tally.valid.sum()).as("valid").isPositive();
    }

    private static boolean contains(int[] core, int i) {
        for (int operation : core) {
            if (operation == i) {
                return true;
            }
        }
        return false;
    }
}
