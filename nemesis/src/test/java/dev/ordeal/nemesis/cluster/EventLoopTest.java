package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class EventLoopTest {
    /// Longer than a busy machine keeps this thread from going on.
    private static final long LATER = 500_000_000;

    private final EventLoop loop = new EventLoop();
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasksRunInTheOrderOfTheirTimesAndThenAsTheyWereGiven() {
        loop.after(LATER, () -> ran.add("later"));
        loop.after(0, () -> ran.add("first"));
        loop.after(-5, () -> ran.add("second"));
        loop.after(LATER, loop::stop);
        loop.run();
        assertThat(ran).containsExactly("first", "second", "later");
    }

    @Test
    void aTaskDoesNotRunBeforeItsTime() {
        long given = loop.nanos();
        List<Long> ranAt = new ArrayList<>();
        loop.after(5_000_000, () -> ranAt.add(loop.nanos()));
        loop.after(5_000_000, loop::stop);
        loop.run();
        assertThat(ranAt)
                .singleElement()
                .satisfies(at -> assertThat(at - given).isGreaterThanOrEqualTo(5_000_000));
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        Cancellable cancelled = loop.after(1_000_000, () -> ran.add("cancelled"));
        cancelled.cancel();
        loop.after(2_000_000, loop::stop);
        loop.run();
        assertThat(ran).isEmpty();
    }

    @Test
    void otherThreadsHandTheirResultsToTheLoopsThread() {
        CompletableFuture<Thread> ranOn = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> loop.after(0, () -> ranOn.complete(Thread.currentThread())));
        assertThat(loop.runUntil(ranOn)).isSameAs(Thread.currentThread());
    }

    @Test
    void whatATaskThrowsEndsTheRun() {
        loop.after(
                0,
                () -> {
                    throw new IllegalStateException("broken");
                });
        assertThatThrownBy(loop::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
    }

    @Test
    void whatAFutureFailedWithComesOutAsItIs() {
        assertThatThrownBy(() ->
                        loop.runUntil(
                                CompletableFuture.failedFuture(
                                        new ClusterException("Docker is down"))))
                .isInstanceOf(ClusterException.class)
                .hasMessage("Docker is down");
    }

    @Test
    void theLoopRunsAgainWithWhatWasLeft() {
        loop.after(0, loop::stop);
        loop.after(LATER, () -> ran.add("left"));
        loop.run();
        assertThat(ran).isEmpty();
        loop.after(LATER, loop::stop);
        loop.run();
        assertThat(ran).containsExactly("left");
    }
}
