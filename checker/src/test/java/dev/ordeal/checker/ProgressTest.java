package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    /// A kill at 1 s, healed at 2 s; a write and a read that begin at 3 s, the run ends at 9 s.
    private static Verdict verdict(long writeEnds, boolean readOk, NodeStreams... nodes) {
        HistoryBuilder builder = new HistoryBuilder();
        builder.nemesis(SECOND, "kill", Map.of("phase", "strike", "nodes", List.of("n1", "n3")));
        builder.nemesis(2 * SECOND, "kill", Map.of("phase", "heal", "nodes", List.of("n1")));
        builder.invoke(3 * SECOND, 0L, "write", "k", new Result.Value("a"), null, null);
        builder.invoke(3 * SECOND, 1L, "read", "k", new Result.Unknown(), null, null);
        if (readOk) {
            builder.ok(3 * SECOND, 1L, new Result.Value(null));
        } else {
            builder.fail(3 * SECOND, 1L, "refused");
        }
        builder.ok(writeEnds * SECOND, 0L, new Result.Unknown());
        builder.nemesis(9 * SECOND, "phase", Map.of("phase", "end"));
        Trial trial =
                new Trial(
                        builder.build(),
                        List.of(nodes),
                        List.of("progress"),
                        new Expectations(true, 0, 100 * SECOND, 5 * SECOND));
        return Progress.check(trial).verdict();
    }

    private static NodeStreams applied(String node, int entries) {
        List<Applied> applied = new ArrayList<>();
        for (int index = 1; index <= entries; index++) {
            applied.add(
                    new Applied(
                            node,
                            1,
                            100 * SECOND + index,
                            new Applied.Entry(
                                    index, 1, "noop", null, null, null, null, true, null, "d")));
        }
        return new NodeStreams(node, applied, List.of(), List.of());
    }

    @Test
    void aClusterThatAnswersAndConvergesIsValid() {
        assertThat(verdict(4, true, applied("n1", 5), applied("n2", 5)))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void aClusterThatAnswersTooLateIsViolated() {
        Verdict verdict = verdict(8, true);
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(verdict.sentence())
                .contains("took 6000.000 ms, more than the allowed 5000.000 ms");
    }

    @Test
    void aClusterThatNeverAnswersReadsIsViolated() {
        Verdict verdict = verdict(4, false);
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(verdict.sentence())
                .contains("no read was answered in the 7000.000 ms after the last fault");
    }

    @Test
    void aNodeThatStaysBehindIsViolatedUnlessItIsDown() {
        Verdict verdict = verdict(4, true, applied("n1", 3), applied("n2", 5), applied("n3", 1));
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).evidence())
                .singleElement()
                .satisfies(evidence ->
                        assertThat(evidence.sentence())
                                .contains("n1 ended at index 3, but n2 had applied index 5"));
    }

    /// A tool that was killed early leaves a slow start and faults in force, and neither breaks a promise.
    @Test
    void aRunThatEndsBeforeAFaultIsLiftedIsUndecided() {
        HistoryBuilder builder = new HistoryBuilder();
        builder.nemesis(SECOND, "kill", Map.of("phase", "strike", "nodes", List.of("n1", "n3")));
        builder.invoke(2 * SECOND, 0L, "read", "k", new Result.Unknown(), null, null);
        builder.ok(20 * SECOND, 0L, new Result.Value(null));
        Trial trial =
                new Trial(
                        builder.build(),
                        List.of(),
                        List.of("progress"),
                        new Expectations(true, 0, 0, 5 * SECOND));
        Verdict verdict = Progress.check(trial).verdict();
        assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
        assertThat(verdict.sentence()).contains("before a fault was lifted");
    }
}
