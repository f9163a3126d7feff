package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.online.Violation;
import dev.ordeal.workloads.run.Progress;
import dev.ordeal.workloads.run.Progress.Phase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LiveLineTest {
    @Test
    void itSaysHowLongHowManyWhoAndWhat() {
        assertThat(
                        LiveLine.inWords(
                                new Progress(
                                        Phase.LOAD,
                                        12_300_000_000L,
                                        1_832,
                                        12,
                                        40,
                                        0,
                                        Optional.of("partition majority-ring"),
                                        Optional.of("n3"),
                                        Optional.empty())))
                .isEqualTo(
                        "13 s left  ok 1832  failed 12  unknown 40  leader n3  partition majority-ring")
                .hasSizeLessThan(80);
        assertThat(
                        LiveLine.inWords(
                                new Progress(
                                        Phase.HEAL,
                                        0,
                                        5,
                                        0,
                                        0,
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(
                                                new Violation(
                                                        "k1",
                                                        12_345_600_000L,
                                                        7,
                                                        "it is stale",
                                                        List.of(7),
                                                        true)))))
                .isEqualTo("healing  ok 5  failed 0  unknown 0  violation at 12.346 s");
    }
}
