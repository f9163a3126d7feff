package dev.ordeal.checker.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.checker.history.Result;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OnlineRegistersTest {
    private static final long MILLI = 1_000_000L;

    private final OnlineRegisters online = new OnlineRegisters();
    private long now;

    private void invoke(String process, String f, @Nullable Object argument) {
        online.invoke(now += MILLI, process, f, "x", argument, null);
    }

    private Optional<Violation> ok(String process) {
        return online.ok(now += MILLI, process, new Result.Unknown());
    }

    private Optional<Violation> read(String process, @Nullable Object value) {
        return online.ok(now += MILLI, process, new Result.Value(value));
    }

    private void write(String process, Object value) {
        invoke(process, "write", value);
        assertThat(ok(process)).isEmpty();
    }

    @Test
    void aStaleReadIsToldWhenItReturns() {
        write("p1", 1L);
        write("p2", 2L);
        invoke("p3", "read", null);

        Violation violation = read("p3", 1L).orElseThrow();

        assertThat(violation.key()).isEqualTo("x");
        assertThat(violation.operation()).isEqualTo(2);
        assertThat(violation.timeNanos()).isEqualTo(6 * MILLI);
        assertThat(violation.core()).containsExactly(0, 1, 2);
        assertThat(violation.coreIsWhole()).isTrue();
        assertThat(violation.sentence())
                .isEqualTo(
                        "process p3's read of x=1 (0.005000 s – 0.006000 s) began 1.000 ms after process p2's write of x=2 (0.003000 s – 0.004000 s) had ended; yet process p1's write of x=1 (0.001000 s – 0.002000 s) had ended before process p2's write of x=2 (0.003000 s – 0.004000 s) began: the first value, and what was made from it by compare-and-sets, would have to be current both before and after the second");
        assertThat(online.remembered()).as("a key is judged until its violation").isZero();
    }

    @Test
    void aWriteThatWasLostIsToldByTheInitialValue() {
        write("p1", 1L);
        invoke("p2", "read", null);

        Violation violation = read("p2", null).orElseThrow();

        assertThat(violation.core()).containsExactly(0, 1);
        assertThat(violation.sentence())
                .contains("process p2's read of x=absent", "saw the initial value");
    }

    @Test
    void anUnknownCompareAndSetCountsFromTheMomentItIsSeen() {
        write("p1", 1L);
        invoke("p2", "cas", Arrays.asList(1L, 2L));
        online.unknown(now += MILLI, "p2");
        invoke("p3", "cas", Arrays.asList(1L, 3L));
        assertThat(ok("p3")).as("p2's may not have happened").isEmpty();
        invoke("p4", "read", null);

        Violation violation = read("p4", 2L).orElseThrow();

        assertThat(violation.core()).containsExactly(2, 3);
        assertThat(violation.sentence())
                .startsWith("both process p3's cas of x=1→3")
                .contains(
                        "process p2's cas of x=1→2",
                        "found the value 1, which only one can have replaced");
    }

    @Test
    void aFailureOfWhatWasSeenIsToldWhenItFails() {
        invoke("p1", "write", 1L);
        invoke("p2", "read", null);
        assertThat(read("p2", 1L)).as("the write may have happened").isEmpty();

        Violation violation = online.fail(now += MILLI, "p1").orElseThrow();

        assertThat(violation.operation()).isZero();
        assertThat(violation.core()).containsExactly(1);
        assertThat(violation.sentence())
                .contains("process p2's read of x=1", "which then failed: either an aborted write");
    }

    @Test
    void aKeyWhoseValuesAreNotDistinctIsNotJudgedFromThereOnAndOthersAre() {
        write("p1", 1L);
        write("p1", 1L);
        invoke("p1", "read", null);
        assertThat(read("p1", null)).isEmpty();

        assertThat(online.unjudged())
                .containsExactly(
                        Map.entry("x", "the value 1 is written again while it may still be read"));
        online.invoke(now += MILLI, "p2", "read", "y", null, null);
        assertThat(read("p2", 7L))
                .hasValueSatisfying(violation -> {
                    assertThat(violation.key()).isEqualTo("y");
                    assertThat(violation.sentence()).contains("nobody had written by then");
                });
        assertThat(online.unjudged()).containsOnlyKeys("x");
    }

    @Test
    void anOperationThatNoRegisterHasIsNotJudged() {
        write("p1", 1L);
        invoke("p1", "increment", 1L);
        assertThat(ok("p1")).isEmpty();

        assertThat(online.unjudged())
                .containsExactly(Map.entry("x", "it has the operation increment"));
    }

    /// Values that nobody can read any more are kept for their sentence, but not for ever; the verdict does not need them.
    @Test
    void aValueThatWasForgottenIsStillAViolationToRead() {
        write("p1", 0L);
        for (long value = 1; value < 1_000; value++) {
            write("p1", value);
        }
        assertThat(online.remembered()).isLessThan(OneRegister.DEAD_KEPT + 5);
        invoke("p2", "read", null);

        Violation violation = read("p2", 0L).orElseThrow();

        assertThat(violation.core()).containsExactly(1_000);
        assertThat(violation.coreIsWhole()).isFalse();
        assertThat(violation.sentence()).contains("its operations are forgotten");
    }

    @Test
    void chainsOfCompareAndSetsAreForgottenFromTheirStart() {
        write("p1", 0L);
        for (long value = 1; value < 1_000; value++) {
            invoke("p1", "cas", Arrays.asList(value - 1, value));
            assertThat(ok("p1")).isEmpty();
        }
        assertThat(online.remembered()).isLessThan(OneRegister.DEAD_KEPT + 5);
        invoke("p2", "read", null);
        assertThat(read("p2", 999L)).isEmpty();
        invoke("p2", "read", null);
        assertThat(read("p2", 998L))
                .hasValueSatisfying(violation -> {
                    assertThat(violation.core()).containsExactly(999, 1_001);
                    assertThat(violation.sentence())
                            .contains("was made from the value of the second");
                });
    }

    @Test
    void whatIsNotAHistoryIsRefused() {
        invoke("p1", "read", null);
        assertThatThrownBy(() -> invoke("p1", "read", null))
                .hasMessageContaining("while another call of it is open");
        assertThatThrownBy(() -> ok("p2")).hasMessageContaining("a call that it did not make");
        assertThatThrownBy(() -> online.unknown(0, "p1"))
                .hasMessageContaining("time goes backwards");
    }
}
