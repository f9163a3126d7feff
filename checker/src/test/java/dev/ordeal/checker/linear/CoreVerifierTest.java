package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.model.Register;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoreVerifierTest {
    private static final Model<?> REGISTER = new Register("register");

    private static final History STALE_READ =
            Script.history(
                    """
                    p1 write x 3     0..10  ok
                    p2 write x 5    20..30  ok
                    p4 read  x      40..50  ok 3
                    p5 write x 7    60..70  fail
                    p6 write y 7    60..70  ok
                    """);

    @Test
    void aCoreIsAProof() {
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {0, 1, 2})).isEmpty();
    }

    @Test
    void whatStaysOpenMayHaveHappenedLater() {
        for (int[] fewer : new int[][] {{0, 1}, {0, 2}, {1, 2}, {2}}) {
            assertThat(CoreVerifier.refute(STALE_READ, REGISTER, fewer))
                    .hasValue("it can be put in an order, with what others may have done");
        }
    }

    @Test
    void aTamperedCoreIsRefused() {
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[0]))
                .hasValue("the core is empty");
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {0, 1, 99}))
                .hasValue("operation 99 is not in the history");
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {-1}))
                .hasValue("operation -1 is not in the history");
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {0, 1, 2, 1}))
                .hasValue("operation 1 stands twice in the core");
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {0, 1, 2, 3}))
                .hasValue("operation 3 failed, and so proves nothing");
        assertThat(CoreVerifier.refute(STALE_READ, REGISTER, new int[] {0, 1, 2, 4}))
                .hasValue("operation 4 acts on another key than operation 0");
    }

    @Test
    void aSmallCoreIsCheckedInALongHistory() {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            script.append("p1 write x %d %d..%d ok%n".formatted(i, 10 * i, 10 * i + 5));
        }
        script.append("p2 read x 100000..100001 ok 9998");
        History history = Script.history(script.toString());

        assertThat(CoreVerifier.refute(history, REGISTER, new int[] {9998, 9999, 10_000}))
                .isEmpty();
        assertThat(CoreVerifier.refute(history, REGISTER, new int[] {9997, 9999, 10_000}))
                .isPresent();
    }

    @Test
    void whatItCannotTryItDoesNotConfirm() {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            script.append("p%d add - %d 0..90 ok%n".formatted(i, 1L << i));
        }
        script.append("p50 read - 100..110 ok 7");
        int[] all = IntStream.range(0, 41).toArray();

        assertThat(
                        CoreVerifier.refute(
                                Script.history(script.toString()),
                                Models.named("counter").orElseThrow(),
                                all))
                .get()
                .asString()
                .startsWith("not confirmed");
    }

    /// Cores that engines find, and these cores with an operation left out or exchanged, against trying all orders.
    @Test
    void itAgreesWithTryingAllOrders() {
        int proofs = 0;
        int refused = 0;
        for (int number = 0; number < 20_000; number++) {
            SplittableRandom random = new SplittableRandom(31_000_000L + number);
            Shape shape =
                    new Shape(
                            2 + random.nextInt(3),
                            2 + random.nextInt(6),
                            random.nextInt(3) * 10,
                            random.nextInt(3) * 12);
            int values = random.nextInt(3);
            Model<?> model = number % 3 == 0 ? Models.named("append-list").orElseThrow() : REGISTER;
            History history =
                    RandomHistories.of(
                            model,
                            number % 3 == 0
                                    ? RandomHistories.appendList(values)
                                    : RandomHistories.register(values, true),
                            shape,
                            random);
            int[] core =
                    IntStream.range(0, history.size())
                            .filter(i -> random.nextInt(4) > 0)
                            .filter(i ->
                                    !CoreVerifier.refute(history, model, new int[] {i})
                                            .orElse("")
                                            .contains("failed"))
                            .toArray();
            for (Linearizability.PartResult part :
                    Linearizability.check(history, model, Bounds.defaults())) {
                if (part.decision() instanceof Decision.NotLinearizable violated
                        && random.nextBoolean()) {
                    core = violated.core();
                }
            }
            if (core.length == 0) {
                continue;
            }
            int[] tried = core;
            boolean proves =
                    !BruteForce.linearizable(
                            history, model, i -> Arrays.stream(tried).anyMatch(c -> c == i));
            assertThat(CoreVerifier.refute(history, model, tried).isEmpty())
                    .as(
                            "history %d %s, core %s",
                            number, history.operations(), Arrays.toString(tried))
                    .isEqualTo(proves);
            proofs += proves ? 1 : 0;
            refused += proves ? 0 : 1;
        }
        assertThat(proofs).isGreaterThan(1000);
        assertThat(refused).isGreaterThan(1000);
    }
}
