package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchTest {
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final long LARGE = Runtime.getRuntime().maxMemory();

    private static List<Input> inputs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Input(Path.of("history" + i), false, i))
                .toList();
    }

    @Test
    void resultsStandInTheOrderOfTheInputsAndLargeOnesAreAloneAtTheEnd() {
        List<Input> inputs =
                List.of(
                        new Input(Path.of("huge"), false, LARGE),
                        new Input(Path.of("b"), false, 2),
                        new Input(Path.of("large"), false, LARGE - 1),
                        new Input(Path.of("a"), false, 1));
        List<String> begun = new CopyOnWriteArrayList<>();
        try (Batch<String> batch =
                new Batch<>(
                        inputs,
                        input -> {
                            begun.add(input.path().toString());
                            return "judged " + input.path();
                        },
                        input -> "left out",
                        new PrintWriter(new StringWriter()),
                        false)) {
            assertThat(batch.judge())
                    .containsExactly("judged huge", "judged b", "judged large", "judged a");
        }
        assertThat(begun.subList(0, 2)).containsExactlyInAnyOrder("a", "b");
        assertThat(begun.subList(2, 4)).containsExactly("large", "huge");
    }

    @Test
    void stoppingInterruptsWhatIsJudgedAndLeavesOutTheRest() throws Exception {
        CountDownLatch begun = new CountDownLatch(CORES);
        try (Batch<String> batch =
                new Batch<>(
                        inputs(CORES + 2),
                        input -> {
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                                return "judged";
                            } catch (InterruptedException e) {
                                return "interrupted";
                            }
                        },
                        input -> "left out",
                        new PrintWriter(new StringWriter()),
                        false)) {
            CompletableFuture<List<String>> results = CompletableFuture.supplyAsync(batch::judge);
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            batch.stop();
            List<String> said = results.get(60, TimeUnit.SECONDS);
            assertThat(Collections.frequency(said, "interrupted")).isEqualTo(CORES);
            assertThat(Collections.frequency(said, "left out")).isEqualTo(2);
        }
    }
}
