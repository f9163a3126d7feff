package dev.ordeal.nemesis.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.nemesis.cluster.Cancellable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Ran> ran = new ArrayList<>();
    private int given;

    private record Ran(long atNanos, int number) {}

    private static final long STEP_NANOS = 50_000_000;

    /// Tasks that give further tasks, for now or for one of a few moments, soon or far, so that many fall together.
    private void give(int generation) {
        long delay = random.nextInt(4) * STEP_NANOS;
        long at = time.nanos() + delay;
        int number = given++;
        var unused =
                time.after(
                        delay,
                        () -> {
                            assertThat(time.nanos()).isEqualTo(at);
                            ran.add(new Ran(at, number));
                            for (int i = 0; generation > 0 && i < 3; i++) {
                                give(generation - 1);
                            }
                        });
    }

    @Test
    void tasksRunInTheOrderOfTheirTimesAndThenOfTheirGiving() {
        for (int i = 0; i < 20; i++) {
            give(5);
        }
        CompletableFuture<Void> end = new CompletableFuture<>();
        var unused = time.after(1_000 * STEP_NANOS, () -> end.complete(null));

        time.runUntil(end);

        assertThat(ran).hasSize(given).hasSizeGreaterThan(7_000);
        assertThat(ran)
                .isSortedAccordingTo(
                        Comparator.comparingLong(Ran::atNanos).thenComparingInt(Ran::number));
    }

    @Test
    void whatIsCalledOffNeverRuns() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        List<Cancellable> calledOff = new ArrayList<>();
        for (long delay : new long[] {0, 1, 2}) {
            calledOff.add(time.after(delay, () -> ran.add(new Ran(time.nanos(), 0))));
        }
        var unused = time.after(3, () -> end.complete(null));

        calledOff.forEach(Cancellable::cancel);
        time.runUntil(end);

        assertThat(ran).isEmpty();
    }

    @Test
    void whatRunsKeepsItsOrderHoweverMuchIsCalledOff() {
        record Waiting(Ran task, Cancellable cancellable) {}
        List<Waiting> waiting = new ArrayList<>();
        for (int number = 0; number < 5_000; number++) {
            Ran task = new Ran(1 + random.nextInt(500) * (STEP_NANOS / 50), number);
            waiting.add(new Waiting(task, time.after(task.atNanos, () -> ran.add(task))));
            if (random.nextInt(5) > 0) {
                waiting.remove(random.nextInt(waiting.size())).cancellable.cancel();
            }
        }
        CompletableFuture<Void> end = new CompletableFuture<>();
        var unused = time.after(1_000 * STEP_NANOS, () -> end.complete(null));

        time.runUntil(end);
        waiting.getFirst().cancellable.cancel(); // it has run: this changes nothing

        assertThat(ran)
                .containsExactlyElementsOf(
                        waiting.stream()
                                .map(Waiting::task)
                                .sorted(
                                        Comparator.comparingLong(Ran::atNanos)
                                                .thenComparingInt(Ran::number))
                                .toList());
    }

    @Test
    void whatNothingWillCompleteIsNotWaitedFor() {
        assertThatThrownBy(() -> time.runUntil(new CompletableFuture<>()))
                .isInstanceOf(IllegalStateException.class);
    }
}
