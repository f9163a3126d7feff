package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.linear.Script;
import org.junit.jupiter.api.Test;

class ListAppendTest {
    @Test
    void elementsThatAreAllReadBackInOrderAreValid() {
        Verdict verdict =
                ListAppend.check(
                                Script.history(
                                        """
                                        p1 append x 1   0..10  ok
                                        p2 append x 2   5..    unknown
                                        p3 append x 3   5..9   fail
                                        p5 read   x    20..30  ok [1]
                                        p1 append x 4  31..40  ok
                                        p4 read   x    50..60  ok [1,4,2]
                                        """))
                        .verdict();
        assertThat(verdict).isInstanceOf(Verdict.Valid.class);
        assertThat(verdict.sentence()).contains("2 acknowledged elements on 1 keys");
    }

    @Test
    void aLostElementIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p1 append x 2  11..20  ok
                p4 read   x    50..60  ok [2]
                """,
                "process p1's append of x=1 (0.000000 s – 0.010000 s) was acknowledged, but process p4's read of x=[2]"
                        + " (0.050000 s – 0.060000 s), which began 40.000 ms later, does not have it",
                0,
                2);
    }

    @Test
    void aDuplicatedElementIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p4 read   x    50..60  ok [1,1]
                """,
                "has 1 twice, at places 0 and 1",
                0,
                1);
    }

    @Test
    void readsThatCannotBeOfOneListAreFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p2 append x 2   0..10  ok
                p3 read   x    20..30  ok [1,2]
                p4 read   x    20..30  ok [2,1]
                """,
                "one list cannot have been both",
                3,
                2);
    }

    @Test
    void elementsFromNowhereAndOfFailedAppendsAreFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p4 read   x    50..60  ok [1,9]
                """,
                "has 9, which nobody appended",
                1);
        violated(
                """
                p1 append x 1   0..10  ok
                p2 append x 2   0..10  fail
                p4 read   x    50..60  ok [1,2]
                """,
                "has 2, but process p2's append of x=2",
                1,
                2);
    }

    @Test
    void anOrderAgainstRealTimeIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p1 append x 2  11..20  ok
                p4 read   x    50..60  ok [2,1]
                """,
                "stands behind it",
                0,
                1,
                2);
    }

    @Test
    void aListThatShrinksIsFound() {
        violated(
                """
                p1 append x 1   0..        unknown
                p4 read   x    50..60  ok [1]
                p5 append x 2  55..90  ok
                p4 read   x    61..70  ok []
                p4 read   x    91..99  ok [1,2]
                """,
                "has 0 elements, but began after",
                1,
                3);
    }

    @Test
    void aKeyThatIsNotReadInTheEndIsUndecided() {
        Verdict verdict =
                ListAppend.check(
                                Script.history(
                                        """
                                        p4 read   x     0..10  ok absent
                                        p1 append x 1  11..20  ok
                                        """))
                        .verdict();
        assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
        assertThat(verdict.sentence())
                .contains("1 of 1 keys were not read after their last append");
    }

    private static void violated(String script, String words, Integer... operations) {
        Verdict verdict = ListAppend.check(Script.history(script)).verdict();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        Evidence evidence = ((Verdict.Violated) verdict).evidence().get(0);
        assertThat(evidence.sentence()).contains(words);
        assertThat(evidence.operations()).containsExactly(operations);
    }
}
