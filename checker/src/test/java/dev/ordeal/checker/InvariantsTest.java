package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.HistoryBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvariantsTest {
    @Test
    void whatWasSeenBrokenIsAViolationWithItsTime() {
        HistoryBuilder builder = new HistoryBuilder();
        builder.nemesis(1_500_000_000L, "phase", Map.of("phase", "load"));
        builder.nemesis(
                1_500_000_001L,
                "invariant",
                Map.of(
                        "rule",
                        "election safety",
                        "sentence",
                        "n1 and n2 both lead term 3",
                        "nodes",
                        List.of("n1", "n2")));
        assertThat(Invariants.check(builder.build()).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Violated.class,
                        violated ->
                                assertThat(violated.sentence())
                                        .isEqualTo(
                                                "election safety: n1 and n2 both lead term 3 (at 1.500 s)"));
    }

    @Test
    void whereNothingWasSeenBrokenItIsValid() {
        HistoryBuilder builder = new HistoryBuilder();
        builder.nemesis(1, "phase", Map.of("phase", "load"));
        assertThat(Invariants.check(builder.build()).verdict()).isInstanceOf(Verdict.Valid.class);
    }
}
