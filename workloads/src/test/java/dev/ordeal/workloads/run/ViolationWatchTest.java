package dev.ordeal.workloads.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryWriter;
import dev.ordeal.checker.online.Violation;
import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.node.rpc.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ViolationWatchTest {
    /// A clock that stands still: the recorder must tell events apart all the same.
    private static final Scheduler STOPPED =
            new Scheduler() {
                @Override
                public long nanos() {
                    return 500;
                }

                @Override
                public Cancellable after(long delayNanos, Runnable task) {
                    throw new IllegalStateException("nothing is to be done later");
                }
            };

    @TempDir Path folder;

    @Test
    void theFirstViolationIsRecordedAndHandedOnOnce() {
        Path file = folder.resolve("history.jsonl");
        List<Violation> seen = new ArrayList<>();
        try (HistoryWriter writer = new HistoryWriter(file)) {
            Recorder recorder = new Recorder(writer, STOPPED, 0, new ViolationWatch(), seen::add);
            write(recorder, 1, new Request.Write("c1", 1, "x", "a"), new Outcome.Ok(null, 5));
            write(recorder, 2, new Request.Cas("c2", 1, "x", "a", "b"), new Outcome.Ok(null, 6));
            write(recorder, 3, new Request.Cas("c3", 1, "x", "q", "c"), new Outcome.Mismatch(6));
            write(recorder, 4, new Request.Write("c4", 1, "y", "d"), new Outcome.Unknown("lost"));
            write(recorder, 5, new Request.Read("y"), new Outcome.Ok("d", 7));
            write(recorder, 6, new Request.Read("x"), new Outcome.Ok("b", 6));
            assertThat(seen).isEmpty();
            write(recorder, 7, new Request.Read("x"), new Outcome.Ok("a", 5));
            write(recorder, 8, new Request.Read("x"), new Outcome.Ok("a", 5));
        }
        assertThat(seen)
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.key()).isEqualTo("x");
                    assertThat(violation.operation()).isEqualTo(6);
                });
        History history = Histories.read(file);
        assertThat(history.returnRank(0)).isLessThan(history.invokeRank(1));
        assertThat(history.nemesis())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.f()).isEqualTo("violation");
                    assertThat(event.value())
                            .containsEntry("operation", 6L)
                            .containsEntry("sentence", seen.getFirst().sentence());
                });
    }

    private static void write(Recorder recorder, long process, Request request, Outcome outcome) {
        recorder.invoke(process, request, "n1");
        recorder.complete(process, request, outcome);
    }
}
