package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.results.record.RunFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoryTest {
    private static final long MILLI = 1_000_000;

    @TempDir Path folder;

    private static RunFacts facts(@Nullable String bug) {
        return new RunFacts(
                "register",
                "sim",
                3,
                3,
                100,
                2_000 * MILLI,
                1_000 * MILLI,
                2,
                List.of("partition leader"),
                7,
                bug,
                true,
                false,
                List.of("linearizable register"),
                0,
                "2026-03-01T12:00:00+01:00",
                "./ordeal replay plan.json");
    }

    private static Applied applied(
            String node, int incarnation, long millis, long index, long term) {
        return new Applied(
                node,
                incarnation,
                millis * MILLI,
                new Applied.Entry(
                        index, term, "command", null, "write", "x", "v", true, null, null));
    }

    private static List<NodeStreams> nodes() {
        return List.of(
                new NodeStreams(
                        "n1",
                        List.of(applied("n1", 1, 3, 2, 1)),
                        List.of(
                                new NodeEvent.Started(1, 0, 0, null, 0, 0),
                                new NodeEvent.Role(1, 0, "leader", 1, "n1"),
                                new NodeEvent.Role(1, 1_700 * MILLI, "follower", 2, "n2")),
                        List.of()),
                new NodeStreams(
                        "n2",
                        List.of(applied("n2", 3, 2, 1, 1), applied("n2", 3, 903, 2, 2)),
                        List.of(
                                new NodeEvent.Started(3, 0, 0, null, 0, 0),
                                new NodeEvent.Role(3, MILLI, "follower", 1, "n1"),
                                new NodeEvent.Role(3, 800 * MILLI, "leader", 2, "n2")),
                        List.of()),
                new NodeStreams(
                        "n3",
                        List.of(),
                        List.of(
                                new NodeEvent.Started(1, 0, 0, null, 0, 0),
                                new NodeEvent.Role(1, 810 * MILLI, "follower", 2, "n2")),
                        List.of()));
    }

    @Test
    void tellsWhatHappenedInItsOrderAndWhatEachNodeBelieved() {
        assertThat(
                        Story.of(
                                facts("local-read"),
                                TinyRun.history(folder),
                                nodes(),
                                TinyRun.judgement()))
                .containsExactly(
                        "3 nodes, 3 clients, workload register, planted: local-read",
                        "    0.000 s  n1 leads term 1",
                        "    0.001 s  process 1 at n2: write x = v1 (ok at 0.004 s)",
                        "    0.003 s  n1 recorded at index 2 in term 1: noop",
                        "    0.500 s  strike 1, partition leader: n1 | n2 n3",
                        "    0.800 s  n2 leads term 2",
                        "    0.900 s  process 1 at n2: write x = v2 (ok at 0.904 s)",
                        "    0.903 s  n2 recorded at index 2 in term 2: write x = v2",
                        "    0.950 s  process 0 at n1: read x → v1 (ok at 0.951 s)",
                        "    0.951 s  what each node believed:",
                        "             n1: leader in term 1, knew index 2 (of term 1) to be committed",
                        "             n2: leader in term 2, knew index 2 (of term 2) to be committed",
                        "             n3: follower of n2 in term 2, knew of nothing that is committed",
                        "VIOLATED: key x is not linearizable");
    }

    @Test
    void whatANodeWentByIsToldWhenItBegan() {
        NodeStreams node =
                new NodeStreams(
                        "n1",
                        List.of(applied("n1", 1, 903, 2, 2)),
                        List.of(
                                new NodeEvent.Started(1, 0, 0, null, 0, 0),
                                new NodeEvent.Configuration(1, 600 * MILLI, 2, 1, 1, "n1 n2")),
                        List.of());
        Evidence evidence =
                new Evidence(
                        "",
                        List.of(),
                        List.of(
                                new NodeFact("n1", 1, 2, 1, "went by the members n1 n2"),
                                new NodeFact("n1", 1, 2, 2, "applied noop")));
        Judgement violated =
                new Judgement(
                        List.of(
                                new Finding(
                                        "commit",
                                        new Verdict.Violated("cut off", List.of(evidence)),
                                        Map.of())));
        assertThat(Story.of(facts(null), TinyRun.history(folder), List.of(node), violated))
                .containsSubsequence(
                        "    0.600 s  n1 recorded at index 2 in term 1: went by the members n1 n2",
                        "    0.903 s  n1 recorded at index 2 in term 2: applied noop");
    }

    @Test
    void thePageTellsItToo() {
        String page =
                HtmlReport.of(
                        facts("local-read"), TinyRun.history(folder), nodes(), TinyRun.judgement());
        assertThat(page).contains("<h2>How it came to that</h2><pre>3 nodes, 3 clients, ");
        assertThat(page).contains("\n    0.500 s  strike 1, partition leader: n1 | n2 n3\n");
    }

    @Test
    void hasNothingToTellOfARunThatKeptItsPromises() {
        Judgement valid =
                new Judgement(
                        List.of(new Finding("election", new Verdict.Valid("one each"), Map.of())));
        assertThat(Story.of(facts(null), TinyRun.history(folder), nodes(), valid)).isEmpty();
        assertThat(HtmlReport.of(facts(null), TinyRun.history(folder), nodes(), valid))
                .doesNotContain("How it came to that");
    }
}
