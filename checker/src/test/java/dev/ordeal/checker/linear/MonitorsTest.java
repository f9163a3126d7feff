package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bench.SimulatedContainer;
import dev.ordeal.checker.bench.SimulatedSet;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.model.Queue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said about queues, stacks, sets, locks and ids, and that long histories of them need no search.
class MonitorsTest {
    @Test
    void aQueueThatOvertakes() {
        violated(
                "queue",
                """
                p1 enqueue - 1    0..10 ok
                p1 enqueue - 2   20..30 ok
                p2 dequeue -     40..50 ok 2
                p3 dequeue -     60..70 ok 1
                """,
                "process p1's enqueue of 1 (0.000000 s – 0.010000 s) returned before process p1's enqueue of 2"
                        + " (0.020000 s – 0.030000 s) began, yet process p2's dequeue",
                0,
                2);
    }

    @Test
    void aStackThatIsNotTakenFromItsTop() {
        violated(
                "stack",
                """
                p1 push - 1    0..10 ok
                p1 push - 2   20..30 ok
                p2 pop  -     40..50 ok 1
                p3 pop  -     60..70 ok 2
                """,
                "so one of them was below the others all the time; but each was pushed after process p1's push of 1"
                        + " (0.000000 s – 0.010000 s) had returned or popped before process p3's pop",
                0,
                1,
                2);
    }

    @Test
    void aStackInWhichAnyOneCouldBeBelow() {
        valid(
                "stack",
                """
                p1 push - 1    0..90 ok
                p2 push - 2   20..30 ok
                p3 pop  -     40..95 ok 1
                p2 pop  -     60..70 ok 2
                """);
    }

    @Test
    void aPriorityQueueThatKeepsTheSmallest() {
        violated(
                "priority-queue",
                """
                p1 insert - 1   0..10 ok
                p3 insert - 2   0..10 ok
                p2 poll   -    20..30 ok 2
                """,
                "there was always something smaller in the queue during process p2's poll answered 2",
                0,
                2);
    }

    @Test
    void aContainerThatWasNeverEmpty() {
        for (String model : List.of("queue", "stack", "priority-queue")) {
            violated(
                    model,
                    """
                    p1 enqueue - 1   0..10 ok
                    p2 dequeue -    20..30 ok absent
                    """,
                    "there was always something",
                    0,
                    1);
        }
    }

    @Test
    void aTakingOfUnknownOutcomeMayHaveTakenIt() {
        for (String model : List.of("queue", "stack", "priority-queue")) {
            valid(
                    model,
                    """
                    p1 enqueue - 1   0..10 ok
                    p3 dequeue -     0..   unknown
                    p2 dequeue -    20..30 ok absent
                    """);
        }
    }

    @Test
    void aMutexThatTwoHold() {
        violated(
                "mutex",
                """
                p1 acquire -   0..10 ok
                p2 acquire -  20..30 ok
                """,
                "process p2's acquire",
                0,
                1);
    }

    @Test
    void anElementThatIsGoneWithoutARemoval() {
        violated(
                "set",
                """
                p1 add      - 7   0..10 ok true
                p1 add      - 8  11..12 ok
                p2 contains - 7  20..30 ok false
                """,
                "process p2's contains of 7 answered false",
                0,
                2);
    }

    @Test
    void anIdThatIsGivenTwice() {
        violated(
                "unique-ids",
                """
                p1 generate -  0..10 ok 7
                p2 generate -  5..15 ok 7
                """,
                "were given the same id",
                0,
                1);
    }

    /// The whole depth lies inside of itself.
    @Test
    void aDeepStack() {
        HistoryBuilder builder = new HistoryBuilder();
        int depth = 3000;
        for (int i = 0; i < 2 * depth; i++) {
            boolean push = i < depth;
            Object value = (long) (push ? i : 2 * depth - 1 - i);
            builder.invoke(
                    2L * i,
                    0L,
                    push ? "push" : "pop",
                    null,
                    push ? new Result.Value(value) : new Result.Unknown(),
                    null,
                    null);
            builder.ok(2L * i + 1, 0L, push ? new Result.Unknown() : new Result.Value(value));
        }
        witnessed(builder.build(), Models.named("stack").orElseThrow(), "distinct-stack");
    }

    @ParameterizedTest
    @CsvSource({"FIFO,distinct-queue", "LIFO,distinct-stack", "PRIORITY,distinct-priority-queue"})
    void longContainers(Queue.Discipline discipline, String engine) {
        Queue model = new Queue("container", discipline);
        witnessed(
                new SimulatedContainer(discipline, 10_000, 20, false, 1).history(), model, engine);
        assertThat(
                        only(
                                        new SimulatedContainer(discipline, 10_000, 20, true, 1)
                                                .history(),
                                        model)
                                .decision())
                .isInstanceOfSatisfying(
                        Decision.NotLinearizable.class,
                        violated -> assertThat(violated.core()).hasSizeBetween(2, 6));
    }

    @Test
    void aLongSet() {
        witnessed(
                new SimulatedSet(20_000, 20, 100, false, 1).history(),
                Models.named("set").orElseThrow(),
                "two-states");
    }

    private static void witnessed(History history, Model<?> model, String engine) {
        PartResult result = only(history, model);
        assertThat(result.engine()).isEqualTo(engine);
        assertThat(result.decision())
                .isInstanceOfSatisfying(
                        Decision.Linearizable.class,
                        valid ->
                                assertThat(Verifier.refute(history, model, List.of(valid.order())))
                                        .isEmpty());
    }

    private static PartResult only(History history, Model<?> model) {
        List<PartResult> parts = Linearizability.check(history, model, Bounds.defaults());
        assertThat(parts).hasSize(1);
        return parts.getFirst();
    }

    private static void valid(String model, String script) {
        History history = Script.history(script);
        assertThat(only(history, Models.named(model).orElseThrow()).decision())
                .isInstanceOf(Decision.Linearizable.class);
    }

    private static void violated(String model, String script, String words, int... core) {
        History history = Script.history(script);
        assertThat(only(history, Models.named(model).orElseThrow()).decision())
                .isInstanceOfSatisfying(
                        Decision.NotLinearizable.class,
                        violated -> {
                            assertThat(violated.sentence()).contains(words);
                            assertThat(violated.core()).containsExactly(core);
                        });
    }
}
