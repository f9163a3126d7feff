package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bench.SimulatedRegister;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.model.Register;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every engine stops at every kind of bound, says which, and keeps what is known. Time is a clock that moves when it is
/// read.
class BoundsTest {
    private static final Model<?> REGISTER = new Register("register");
    private static final int OPERATIONS = 3000;

    private static final Case DISTINCT = new Case(new DistinctRegister(), "register", register(0));
    private static final Case SEARCH =
            new Case(new Search(Search.Switches.ALL, true), "register", register(5));

    static List<Case> cases() {
        return List.of(
                DISTINCT,
                SEARCH,
                new Case(new Porcupine(), "register", register(5)),
                new Case(new RegisterRules(), "register", register(5)),
                new Case(new DistinctQueue(), "queue", pairs("enqueue", "dequeue")),
                new Case(new DistinctStack(), "stack", pairs("push", "pop")),
                new Case(new DistinctPriorityQueue(), "priority-queue", pairs("insert", "poll")),
                new Case(new TwoStates(), "mutex", pairs("acquire", "release")),
                new Case(new UniqueIdsRule(), "unique-ids", pairs("generate", "generate")),
                new Case(new GrowOnly(), "append-list", readsOfAll("append")),
                new Case(new GrowOnly(), "set", readsOfAll("add")),
                new Case(new CounterBounds(), "counter", counted()));
    }

    /// An engine with a history that it decides, or, if it only accuses, passes on.
    record Case(Engine engine, Model<?> model, History history) {
        Case(Engine engine, String model, History history) {
            this(engine, Models.named(model).orElseThrow(), history);
        }

        @Override
        public String toString() {
            return engine.name() + " " + model.name();
        }

        Decision decide(Budget budget) {
            Part part = Part.split(history, model)[0];
            try {
                return engine.decide(part, model, budget.part());
            } catch (Exhausted e) {
                return new Decision.Open(e.why(), Decision.Progress.NONE);
            }
        }

        /// How often the clock is read when nothing stops the engine.
        int looks() {
            int[] looks = new int[1];
            Decision decision = decide(Bounds.defaults().start(() -> looks[0]++));
            assertThat(decision).isNotInstanceOf(Decision.Open.class);
            return looks[0];
        }
    }

    private static History register(int values) {
        return new SimulatedRegister(OPERATIONS, 3, 1, values, 0, false, 1).history();
    }

    private static History pairs(String in, String out) {
        HistoryBuilder builder = new HistoryBuilder();
        for (long i = 0; i < OPERATIONS / 2; i++) {
            call(builder, 4 * i, in, new Result.Value(i), new Result.Unknown());
            call(builder, 4 * i + 2, out, new Result.Unknown(), new Result.Value(i));
        }
        return builder.build();
    }

    private static History readsOfAll(String add) {
        HistoryBuilder builder = new HistoryBuilder();
        List<Object> all = new ArrayList<>();
        for (long i = 0; i < OPERATIONS / 2; i++) {
            all.add(i);
            call(builder, 4 * i, add, new Result.Value(i), new Result.Unknown());
            if (i % 100 == 0) {
                call(builder, 4 * i + 2, "read", new Result.Unknown(), new Result.Value(all));
            }
        }
        return builder.build();
    }

    private static History counted() {
        HistoryBuilder builder = new HistoryBuilder();
        for (long i = 0; i < OPERATIONS / 2; i++) {
            call(builder, 4 * i, "add", new Result.Value(1L), new Result.Unknown());
            call(builder, 4 * i + 2, "read", new Result.Unknown(), new Result.Value(i + 1));
        }
        return builder.build();
    }

    private static void call(
            HistoryBuilder builder, long time, String f, Result argument, Result result) {
        builder.invoke(time, 0L, f, null, argument, null, null);
        builder.ok(time + 1, 0L, result);
    }

    private static String why(Decision decision) {
        return decision instanceof Decision.Open open ? open.why() : decision.toString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void stepsStopEveryEngineAtTheSameStep(Case one) {
        for (long steps : new long[] {0, 1, 100, 2500}) {
            Bounds bounds = Bounds.defaults().withSteps(steps);
            assertThat(why(one.decide(bounds.start())))
                    .isEqualTo("it took more than the allowed " + steps + " steps");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void timeStopsEveryEngineWhereverItIs(Case one) {
        int looks = one.looks();
        assertThat(looks).as("looks at the clock").isGreaterThan(OPERATIONS / 300);
        for (int stop = 1; stop < looks; stop++) {
            int after = stop;
            int[] reads = new int[1];
            LongSupplier clock = () -> reads[0]++ < after ? 0 : 2_000_000_000L;
            Budget budget = Bounds.defaults().withTime(Duration.ofSeconds(1)).start(clock);
            assertThat(why(one.decide(budget)))
                    .isEqualTo("it took longer than the allowed 1000 ms");
            assertThat(reads[0]).as("looks until it stopped").isEqualTo(stop + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anInterruptStopsEveryEngineWhereverItIs(Case one) {
        int looks = one.looks();
        for (int stop = 1; stop < looks; stop++) {
            int at = stop;
            int[] reads = new int[1];
            LongSupplier clock =
                    () -> {
                        if (reads[0]++ == at) {
                            Thread.currentThread().interrupt();
                        }
                        return 0;
                    };
            Decision decision = one.decide(Bounds.defaults().start(clock));
            assertThat(Thread.interrupted()).as("the flag stays").isTrue();
            assertThat(why(decision)).isEqualTo("it was interrupted");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void memoryStopsEveryEngine(Case one) {
        assertThat(why(one.decide(Bounds.defaults().withBytes(OPERATIONS).start())))
                .isEqualTo("it needs more than the allowed 0 MiB of memory");
        assertThat(one.decide(Bounds.defaults().withBytes(64L << 20).start()))
                .isNotInstanceOf(Decision.Open.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"search", "porcupine"})
    void aSearchThatIsStoppedTellsHowFarItGot(String engine) {
        int furthest = 0;
        for (long steps = OPERATIONS; furthest < 100; steps += 100) {
            Bounds bounds = Bounds.defaults().withSteps(steps);
            PartResult result =
                    Linearizability.check(SEARCH.history, REGISTER, engine, bounds).get(0);
            assertThat(result.decision()).isInstanceOf(Decision.Open.class);
            if (result.decision() instanceof Decision.Open open) {
                furthest = open.progress().order().length;
            }
        }
    }

    /// What the engines count is what they take: a search that would fill any heap stops before it has filled its own.
    @ParameterizedTest
    @ValueSource(strings = {"search", "porcupine"})
    void theUsualBoundKeepsASearchInsideASmallHeap(String engine) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx48m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                InSmallHeap.class.getName(),
                                engine)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains("it needs more than the allowed 24 MiB of memory");
        assertThat(child.waitFor()).isZero();
    }

    static final class InSmallHeap {
        public static void main(String[] args) {
            History hard = new SimulatedRegister(10_000, 10, 1, 5, 40, true, 1).history();
            Bounds bounds = Bounds.defaults().withTime(Duration.ofDays(1));
            System.out.println(
                    why(Linearizability.check(hard, REGISTER, args[0], bounds).get(0).decision()));
        }
    }

    @Test
    void splittingAHistoryIsBoundedToo() {
        List<PartResult> results =
                Linearizability.check(SEARCH.history, REGISTER, Bounds.defaults().withSteps(1000));
        assertThat(results)
                .singleElement()
                .satisfies(result -> {
                    assertThat(why(result.decision())).contains("1000 steps");
                    assertThat(result.operations()).isEqualTo(OPERATIONS);
                });
    }

    /// Key "a" is hard, key "b" small and violated: both are listed, in the order of their first operations.
    @Test
    void aViolationOnOneKeyIsFoundWhileAnotherStaysOpen() {
        HistoryBuilder builder = new HistoryBuilder();
        History hard = SEARCH.history;
        for (int i = 0; i < hard.size(); i++) {
            builder.invoke(
                    0,
                    (long) i,
                    hard.f(i),
                    "a",
                    new Result.Value(hard.operation(i).argument()),
                    null,
                    null);
        }
        builder.invoke(0, -1L, "read", "b", new Result.Unknown(), null, null);
        builder.ok(1, -1L, new Result.Value(7L));
        for (int i = 0; i < hard.size(); i++) {
            builder.ok(2, (long) i, hard.operation(i).result());
        }
        Bounds bounds = Bounds.defaults().withSteps(20_000);
        List<PartResult> results =
                Linearizability.check(builder.build(), REGISTER, "search", bounds);
        assertThat(results).extracting(PartResult::key).containsExactly("a", "b");
        assertThat(results.get(0).decision()).isInstanceOf(Decision.Open.class);
        assertThat(results.get(1).decision()).isInstanceOf(Decision.NotLinearizable.class);
    }

    /// Many keys on many threads: the caller is interrupted before it waits.
    @Test
    void anInterruptedCallerGetsAnAnswerForEveryKey() {
        History history = new SimulatedRegister(40_000, 10, 8, 0, 0, false, 1).history();
        Budget never = Bounds.defaults().start();
        Thread.currentThread().interrupt();
        List<PartResult> results =
                Linearizability.decided(
                        splitUninterrupted(history),
                        history.size(),
                        REGISTER,
                        List.of(new DistinctRegister()),
                        never);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(results).hasSize(8);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(why(result.decision()))
                                .matches("it was interrupted|Linearizable.*"));
    }

    private static Part[] splitUninterrupted(History history) {
        boolean interrupted = Thread.interrupted();
        Part[] parts = Part.split(history, REGISTER);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return parts;
    }

    @Test
    void explainingHasABoundOfItsOwnAndNeverChangesTheVerdict() {
        History history = new SimulatedRegister(200, 3, 1, 0, 0, true, 1).history();
        List<Engine> search = List.of(new Search(Search.Switches.ALL, true));
        Budget enough = Bounds.defaults().start();
        List<PartResult> full =
                Linearizability.check(
                        history, REGISTER, search, enough, Bounds.defaults()::startExplaining);
        int[] reads = new int[1];
        Bounds hurried = Bounds.defaults().withExplainTime(Duration.ZERO);
        List<PartResult> hasty =
                Linearizability.check(
                        history,
                        REGISTER,
                        search,
                        Bounds.defaults().start(),
                        () -> hurried.startExplaining(() -> reads[0]++));
        assertThat(core(hasty)).hasSizeGreaterThan(core(full).length);
        assertThat(core(full)).hasSizeBetween(1, 6);
    }

    private static int[] core(List<PartResult> results) {
        if (results.get(0).decision()
                instanceof Decision.NotLinearizable(String sentence, int[] core, var progress)) {
            assertThat(sentence).isNotEmpty();
            return core;
        }
        throw new AssertionError(results.get(0).decision());
    }

    @Test
    void playingAWitnessBackIsBoundedToo() {
        Decision decision = DISTINCT.decide(Bounds.defaults().start());
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Linearizable.class,
                        valid -> {
                            Budget little = Bounds.defaults().withSteps(1000).start();
                            assertThat(
                                            refuted(() ->
                                                    Verifier.refute(
                                                            DISTINCT.history,
                                                            REGISTER,
                                                            List.of(valid.order()),
                                                            little)))
                                    .contains("1000 steps");
                        });
    }

    private static String refuted(Runnable run) {
        try {
            run.run();
            return "finished";
        } catch (Exhausted e) {
            return e.why();
        }
    }

    @Test
    void memoryThatIsGivenBackCanBeTakenAgain() {
        Budget budget = Bounds.defaults().withBytes(100).start();
        Budget one = budget.part();
        Budget other = budget.part();
        one.take(60);
        assertThat(refuted(() -> other.take(60))).contains("memory");
        one.release();
        other.take(60);
        assertThat(Arrays.asList(refuted(() -> one.take(41)), refuted(() -> one.take(40))))
                .containsExactly("it needs more than the allowed 0 MiB of memory", "finished");
    }
}
