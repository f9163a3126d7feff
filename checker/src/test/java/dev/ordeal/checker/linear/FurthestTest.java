package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.linear.RandomHistories.Calls;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.KeyValue;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Queue;
import dev.ordeal.checker.model.Register;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The longest order of a violated history, against trying all orders of every shorter history.
class FurthestTest {
    private static final int HISTORIES = Integer.getInteger("ordeal.histories", 100_000) / 5;

    @Test
    void anOrderGoesAsFarAsAnyCan() {
        goesAsFar(new Register("register"), 1, RandomHistories.register(0, true));
        goesAsFar(new Register("register"), 2, RandomHistories.register(2, true));
        goesAsFar(new KeyValue("kv", Absent.ABSENT), 3, RandomHistories.keyValue(2));
    }

    private static void goesAsFar(Model<?> model, long seed, Calls calls) {
        LongAdder violated = new LongAdder();
        IntStream.range(0, HISTORIES)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
                    Shape shape = new Shape(2 + random.nextInt(3), 2 + random.nextInt(6), 15, 10);
                    History history = history(model, calls, shape, random);
                    for (PartResult part :
                            Linearizability.check(history, model, Bounds.defaults())) {
                        if (part.decision() instanceof Decision.NotLinearizable) {
                            goesAsFar(history, model, part, "history " + seed + "/" + number);
                            violated.increment();
                        }
                    }
                });
        assertThat(violated.sum()).isGreaterThan(HISTORIES / 20);
    }

    private static <S> History history(
            Model<S> model, Calls calls, Shape shape, SplittableRandom random) {
        return RandomHistories.of(model, calls, shape, random);
    }

    private static void goesAsFar(History history, Model<?> model, PartResult part, String name) {
        Decision.Progress progress =
                Linearizability.furthest(history, model, part, Bounds.defaults().startExplaining());
        int now = firstReturnWithoutOrder(history, model);
        boolean[] placed = new boolean[history.size()];
        Arrays.stream(progress.order()).forEach(i -> placed[i] = true);
        int open = 0;
        for (int i = 0; i < history.size(); i++) {
            boolean possible = history.outcome(i) != Outcome.FAILED || history.observed(i);
            if (possible && history.returnRank(i) < now) {
                assertThat(placed[i]).as("%s: %d, which had returned", name, i).isTrue();
            }
            if (history.invokeRank(i) > now) {
                assertThat(placed[i]).as("%s: %d, which came later", name, i).isFalse();
            } else if (possible && history.outcome(i) != Outcome.UNKNOWN && !placed[i]) {
                open++;
            }
        }
        assertThat(progress.stuck()).as(name).hasSize(open).isNotEmpty();
    }

    /// By the oracle.
    private static int firstReturnWithoutOrder(History history, Model<?> model) {
        return IntStream.range(0, history.size())
                .map(history::returnRank)
                .filter(rank ->
                        rank != History.NEVER
                                && !BruteForce.linearizable(
                                        history, model, i -> history.returnRank(i) <= rank))
                .min()
                .orElseThrow();
    }

    @Test
    void itIsSaidWhyNothingCanComeNext() {
        History history =
                Script.history(
                        """
                        p1 enqueue - 1    0..10  ok
                        p2 enqueue - 2   20..30  ok
                        p3 enqueue - 3   40..90  ok
                        p4 dequeue -     50..60  ok 2
                        """);
        Model<?> queue = new Queue("queue", Queue.Discipline.FIFO);
        PartResult part = Linearizability.check(history, queue, Bounds.defaults()).getFirst();
        Decision.Progress progress =
                Linearizability.furthest(history, queue, part, Bounds.defaults().startExplaining());
        assertThat(progress.order()).startsWith(0, 1);
        assertThat(progress.stuck())
                .anySatisfy(reason ->
                        assertThat(reason)
                                .startsWith("process p4's dequeue answered 2")
                                .contains("cannot be next: the state is [1, 2"));
    }
}
