package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Register;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said about registers, and that every kind of violation names the operations that make it one.
class EvidenceTest {
    @Test
    void dataLossIsAViolation() {
        violated(
                """
                p1 write x 1     0..10 ok
                p2 read  x      20..30 ok absent
                """,
                "process p2's read of x=absent (0.020000 s – 0.030000 s) began 10.000 ms after process p1's write of x=1"
                        + " (0.000000 s – 0.010000 s) had ended, but saw the initial value as if that had not happened",
                0,
                1);
    }

    @Test
    void aValueThatNobodyWroteIsAViolation() {
        violated("p1 read x 0..10 ok 7", "saw a value that nobody wrote", 0);
    }

    @Test
    void aValueOfAFailedWriteIsAViolationWithBothExplanations() {
        violated(
                """
                p1 write x 7     0..10 fail
                p2 read  x      20..30 ok 7
                """,
                "only a failed operation wrote, process p1's write of x=7 (0.000000 s – 0.010000 s): either an aborted"
                        + " write was visible, or that client took an unknown outcome for a failure",
                1);
    }

    @Test
    void aReadThatEndsBeforeItsWriteBeginsIsAViolation() {
        violated(
                """
                p2 read  x       0..10 ok 7
                p1 write x 7    20..30 ok
                """,
                "ended before the value that it saw was written: process p1's write of x=7",
                0);
    }

    @Test
    void aStaleReadNamesTheValueThatHadReplacedIt() {
        violated(
                """
                p1 write x 3     0..10  ok
                p7 read  x      11..15  ok 3
                p2 write x 5    20..30  ok
                p4 read  x      40..50  ok 3
                p5 read  x      60..70  ok 5
                """,
                "process p4's read of x=3 (0.040000 s – 0.050000 s) began 10.000 ms after process p2's write of x=5"
                        + " (0.020000 s – 0.030000 s) had ended; yet process p1's write of x=3 (0.000000 s – 0.010000 s)"
                        + " had ended before process p2's write of x=5 (0.020000 s – 0.030000 s) began",
                0,
                2,
                3);
    }

    @Test
    void aStaleReadOfAValueThatWasMadeFromTheOldOneSaysHow() {
        violated(
                """
                p1 write x 3     0..10  ok
                p6 cas   x 3 4   0..90  ok
                p2 write x 5    20..30  ok
                p4 read  x      40..50  ok 4
                """,
                "current both before and after the second; one comes from the other by process p6's cas of x=3→4",
                0,
                2,
                3);
    }

    @Test
    void twoCompareAndSetsCannotFindTheSameValue() {
        violated(
                """
                p1 write x 1     0..10  ok
                p2 cas   x 1 2  20..50  ok
                p3 cas   x 1 3  20..50  ok
                """,
                "both process p2's cas of x=1→2",
                1,
                2);
    }

    @Test
    void aChainOfCompareAndSetsThatRunsAgainstTimeIsAViolation() {
        violated(
                """
                p1 write x 1     0..10  ok
                p2 cas   x 1 2  20..30  ok
                p3 read  x      40..50  ok 1
                """,
                "process p2's cas of x=1→2 (0.020000 s – 0.030000 s) ended 10.000 ms before process p3's read of x=1",
                1,
                2);
    }

    @Test
    void aCircleOfCompareAndSetsIsAViolation() {
        violated(
                """
                p1 cas x 1 2  0..30  ok
                p2 cas x 2 1  0..30  ok
                """,
                "belongs to a circle of compare-and-sets",
                0);
    }

    @Test
    void aRefusedCompareAndSetInsideTheTimeOfItsValueIsAViolation() {
        violated(
                """
                p1 write x 1     0..10  ok
                p4 write x 9    12..60  ok
                p2 cas   x 1 2  20..30  mismatch
                p3 read  x      40..50  ok 1
                """,
                "process p2's refused cas of x=1→2 (0.020000 s – 0.030000 s) cannot have found another value",
                0,
                2,
                3);
    }

    @Test
    void anUnknownWriteMayHaveHappenedLateOrNever() {
        valid(
                """
                p1 write x 1     0..    unknown
                p2 read  x      20..30  ok absent
                p2 read  x      40..50  ok 1
                """);
        valid(
                """
                p1 write x 1     0..    unknown
                p2 read  x      20..30  ok absent
                """);
        violated(
                """
                p1 write x 1     0..    unknown
                p2 read  x      20..30  ok 1
                p2 read  x      40..50  ok absent
                """,
                "saw the initial value",
                1,
                2);
    }

    @Test
    void touchingIntervalsAreConcurrent() {
        valid(
                """
                p1 write x 1     0..10 ok
                p2 read  x      10..20 ok absent
                """);
    }

    @Test
    void anEngineThatIsNotFitLeavesItOpenAndSaysWhy() {
        History history =
                Script.history(
                        """
                        p1 write x 1     0..90 ok
                        p3 write x 1     0..90 ok
                        p5 read  x      10..20 ok 1
                        """);
        assertThat(only(history, "distinct", Bounds.defaults()).decision())
                .isInstanceOfSatisfying(
                        Decision.Open.class,
                        open -> assertThat(open.why()).contains("written twice"));
        assertThat(only(history, "auto", Bounds.defaults()).why())
                .isEqualTo("the value 1 is written twice");
    }

    private static PartResult only(History history, String engine, Bounds bounds) {
        List<PartResult> parts =
                Linearizability.check(history, new Register("register"), engine, bounds);
        assertThat(parts).hasSize(1);
        return parts.get(0);
    }

    private static void valid(String script) {
        assertThat(only(Script.history(script), "auto", Bounds.defaults()).decision())
                .isInstanceOf(Decision.Linearizable.class);
    }

    private static void violated(String script, String words, int... core) {
        assertThat(only(Script.history(script), "auto", Bounds.defaults()).decision())
                .isInstanceOfSatisfying(
                        Decision.NotLinearizable.class,
                        violation -> {
                            assertThat(violation.sentence()).contains(words);
                            assertThat(violation.core()).containsExactly(core);
                        });
        for (String engine : List.of("search", "porcupine")) {
            assertThat(only(Script.history(script), engine, Bounds.defaults()).decision())
                    .isInstanceOf(Decision.NotLinearizable.class);
        }
    }
}
