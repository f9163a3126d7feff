package dev.ordeal.checker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records of a small correct cluster, then each rule broken in one place.
class CommitRulesTest {
    private static final String N1 =
            """
            {"node":"n1","incarnation":1,"nanos":10,"index":1,"term":1,"kind":"noop","applied":true,"digest":"d1"}
            {"node":"n1","incarnation":1,"nanos":20,"index":2,"term":1,"kind":"command","command":"c0-1","op":"write","key":"k1","value":"a","applied":true,"digest":"d2"}
            {"node":"n1","incarnation":1,"nanos":30,"index":3,"term":2,"kind":"command","command":"c1-1","op":"write","key":"k1","value":"b","applied":true,"digest":"d3"}
            {"node":"n1","incarnation":1,"nanos":40,"index":4,"term":2,"kind":"command","command":"c2-1","op":"cas","key":"k1","applied":false,"result":"mismatch","digest":"d3"}
            """;
    private static final String N2 = N1.replace("\"n1\"", "\"n2\"");
    private static final String EVENTS =
            """
            {"node":"n1","incarnation":1,"nanos":1,"event":"started","term":0,"vote":null,"lastIndex":0,"lastTerm":0}
            {"node":"n1","incarnation":1,"nanos":2,"event":"vote","term":1,"vote":"n1"}
            {"node":"n1","incarnation":1,"nanos":3,"event":"role","role":"candidate","term":1,"leader":null}
            {"node":"n1","incarnation":1,"nanos":4,"event":"role","role":"leader","term":1,"leader":"n1"}
            {"node":"n1","incarnation":1,"nanos":5,"event":"vote","term":2,"vote":"n2"}
            {"node":"n1","incarnation":2,"nanos":6,"event":"started","term":2,"vote":"n2","lastIndex":4,"lastTerm":2}
            {"node":"n1","incarnation":2,"nanos":7,"event":"role","role":"pre-candidate","term":3,"leader":null}
            {"node":"n1","incarnation":2,"nanos":8,"event":"role","role":"follower","term":2,"leader":"n2"}
            {"node":"n1","incarnation":2,"nanos":9,"event":"something new","x":1}
            """;

    @TempDir Path directory;

    private History history = new HistoryBuilder().build();

    @BeforeEach
    void record() {
        HistoryBuilder builder = new HistoryBuilder();
        builder.invoke(1, 0L, "write", "k1", new Result.Value("a"), "n1", "c0-1");
        builder.ok(2, 0L, new Result.Unknown());
        builder.invoke(3, 1L, "write", "k1", new Result.Value("b"), "n1", "c1-1");
        builder.ok(4, 1L, new Result.Unknown());
        builder.invoke(5, 2L, "cas", "k1", new Result.Value(Arrays.asList("x", "y")), "n1", "c2-1");
        builder.mismatch(6, 2L);
        builder.invoke(7, 3L, "write", "k1", new Result.Value("z"), "n1", "c3-1");
        builder.fail(8, 3L, "refused: not the leader");
        history = builder.build();
    }

    private NodeStreams streams(String node, String applied, String events) {
        try {
            Path home = Files.createDirectories(directory.resolve(node));
            Files.writeString(home.resolve("applied.jsonl"), applied);
            Files.writeString(home.resolve("events.jsonl"), events);
            return NodeStreams.read(node, home);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Breach> commit(String... applied) {
        NodeStreams[] nodes = new NodeStreams[applied.length];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = streams("n" + (i + 1), applied[i], "");
        }
        return CommitRules.check(history, List.of(nodes));
    }

    private static void only(List<Breach> breaches, String rule, String... words) {
        assertThat(breaches).isNotEmpty();
        assertThat(breaches.get(0).rule()).isEqualTo(rule);
        assertThat(breaches.get(0).sentence()).contains(words);
    }

    @Test
    void aCorrectClusterBreaksNothing() {
        assertThat(commit(N1, N2)).isEmpty();
        String again = N1.replace("\"incarnation\":1", "\"incarnation\":2");
        assertThat(commit(N1 + again, N2)).isEmpty();
        NodeStreams restarted = streams("n1", N1 + again, EVENTS);
        assertThat(CommitRules.check(history, List.of(restarted))).isEmpty();
        assertThat(ElectionRules.check(List.of(restarted))).isEmpty();
    }

    @Test
    void s1_5_twoEntriesAtOneIndexAreFound() {
        List<Breach> breaches = commit(N1, N2.replace("\"c1-1\"", "\"c9-9\""));
        only(
                breaches,
                "one entry an index",
                "n2 applied c9-9 (write k1=b) of term 2 at index 3, but n1 applied c1-1 (write k1=b) of term 2 there");
        assertThat(breaches.get(0).operations()).containsExactly(1);
        assertThat(breaches.get(0).facts())
                .contains(new NodeFact("n1", 1, 3, 2, "applied c1-1 (write k1=b)"));
    }

    @Test
    void aNodeThatComesBackWithAnotherLogIsFound() {
        String again =
                N1.replace("\"incarnation\":1", "\"incarnation\":2")
                        .replace("\"value\":\"b\"", "\"value\":\"c\"");
        only(
                commit(N1 + again),
                "a restarted node agrees with its former life",
                "n1 in its life 2",
                "it in life 1");
    }

    @Test
    void statesThatDifferAfterTheSameLogAreFound() {
        only(
                commit(N1, N2.replace("d3", "d9")),
                "digests agree",
                "after index 3 the state of n2 is d9, but that of n1 is d3");
    }

    @Test
    void aGapIsFound() {
        only(commit(lines(N1, 0, 1, 3)), "no gap", "n1 applied index 4 after index 2");
        only(
                commit(lines(N1, 1, 2, 3)),
                "no gap",
                "n1 began to apply at index 2, but index 1 was never applied");
    }

    private static String snapshot(int life, int index, int term, String digest) {
        return "{\"node\":\"n2\",\"incarnation\":%d,\"nanos\":9,\"index\":%d,\"term\":%d,\"kind\":\"snapshot\",\"applied\":true,\"digest\":\"%s\"}%n"
                .formatted(life, index, term, digest);
    }

    @Test
    void aSnapshotStandsForTheEntriesUpToIt() {
        String third = snapshot(1, 3, 2, "d3");
        assertThat(commit(N1, lines(N2, 0) + third + lines(N2, 3))).isEmpty();
        assertThat(commit(N1, third + lines(N2, 3))).isEmpty();
        String older = snapshot(2, 2, 1, "d2");
        String again = lines(N2, 2, 3).replace("\"incarnation\":1", "\"incarnation\":2");
        assertThat(commit(N1, N2 + older + again))
                .as("a restart goes on from the snapshot on disk, and applies the rest again")
                .isEmpty();
        only(commit(N1, snapshot(1, 2, 1, "d2") + lines(N2, 3)), "no gap", "index 4 after index 2");
    }

    @Test
    void aSnapshotOfAnotherStateIsFound() {
        only(
                commit(N1, snapshot(1, 3, 2, "d9")),
                "a snapshot is what the log made",
                "n2 went on in its life 1 from a snapshot up to index 3 of term 2 with the state d9, but n1 has the state d3 after index 3 of term 2");
        only(commit(N1, snapshot(1, 3, 1, "d3")), "a snapshot is what the log made", "of term 1");
        assertThat(commit(N1, snapshot(1, 7, 2, "d7") + snapshot(2, 7, 2, "d7"))).isEmpty();
        only(
                commit(N1, snapshot(1, 7, 2, "d7") + snapshot(2, 7, 2, "d8")),
                "a snapshot is what the log made",
                "the state d8, but n2 has the state d7 after index 7");
    }

    @Test
    void aSnapshotThatTakesANodeBackIsFound() {
        List<Breach> breaches = commit(N1, N2 + snapshot(1, 2, 1, "d2"));
        only(
                breaches,
                "a snapshot never takes a node back",
                "n2 had applied index 4 when it installed a snapshot that ends at index 2");
        assertThat(breaches.get(0).facts())
                .containsExactly(new NodeFact("n2", 1, 2, 1, "went on from a snapshot"));
    }

    @Test
    void aGapOverARestartIsFound() {
        String later = lines(N1, 3).replace("\"incarnation\":1", "\"incarnation\":2");
        only(
                commit(lines(N1, 0, 1) + later, N2),
                "no gap",
                "n1 began to apply at index 4 after its restart, but index 3 was never applied by it");
    }

    /// A session that one node has forgotten makes a command take effect there and nowhere else.
    @Test
    void anEntryThatTookEffectOnOneNodeOnlyIsFound() {
        only(
                commit(
                        N1,
                        N2.replace(
                                "\"value\":\"b\",\"applied\":true",
                                "\"value\":\"b\",\"applied\":false,\"result\":\"duplicate\"")),
                "an entry takes effect on all nodes or on none",
                "n2 applied c1-1 (write k1=b), without effect: duplicate of term",
                "at index 3, but n1 applied c1-1 (write k1=b) of term");
    }

    @Test
    void anAcknowledgedWriteThatHadNoEffectIsFound() {
        only(
                commit(
                        N1.replace(
                                "\"value\":\"b\",\"applied\":true",
                                "\"value\":\"b\",\"applied\":false,\"result\":\"duplicate\"")),
                "every acknowledged write is committed",
                "was acknowledged as done, but index 3 had no effect: duplicate");
    }

    @Test
    void aTermThatFallsAlongTheLogIsFound() {
        only(
                commit(N1.replace("\"index\":4,\"term\":2", "\"index\":4,\"term\":1")),
                "terms never fall along the index",
                "index 4 has term 1, but index 3 before it has term 2");
    }

    @Test
    void anAcknowledgedWriteThatNobodyAppliedIsFound() {
        List<Breach> breaches = commit(lines(N1, 0, 1));
        only(
                breaches,
                "every acknowledged write is committed",
                "process 1's write of k1=b",
                "no node ever applied it");
        assertThat(breaches.get(0).operations()).containsExactly(1);
    }

    @Test
    void aCommandThatTakesEffectTwiceIsFound() {
        String twice =
                N1 + lines(N1, 1).replace("\"index\":2,\"term\":1", "\"index\":5,\"term\":2");
        only(commit(twice), "a command takes effect once", "index 2 and again at index 5");
        assertThat(
                        commit(
                                twice.replace(
                                        "\"index\":5,\"term\":2,\"kind\":\"command\",\"command\":\"c0-1\",\"op\":\"write\",\"key\":\"k1\",\"value\":\"a\",\"applied\":true",
                                        "\"index\":5,\"term\":2,\"kind\":\"command\",\"command\":\"c0-1\",\"op\":\"write\",\"key\":\"k1\",\"value\":\"a\",\"applied\":false,\"result\":\"duplicate\"")))
                .isEmpty();
    }

    @Test
    void aFailedWriteThatTookEffectIsFound() {
        String also =
                N1
                        + lines(N1, 2)
                                .replace("\"index\":3", "\"index\":5")
                                .replace("c1-1", "c3-1")
                                .replace("\"value\":\"b\"", "\"value\":\"z\"");
        only(
                commit(also),
                "no failed write is committed",
                "process 3's write of k1=z",
                "refused: not the leader");
        only(
                commit(N1.replace("\"applied\":false,\"result\":\"mismatch\"", "\"applied\":true")),
                "no failed write is committed",
                "mismatch");
    }

    @Test
    void aCommitOrderAgainstRealTimeIsFound() {
        String swapped =
                N1.replace("c0-1", "tmp")
                        .replace("c1-1", "c0-1")
                        .replace("tmp", "c1-1")
                        .replace("\"value\":\"a\"", "tmp")
                        .replace("\"value\":\"b\"", "\"value\":\"a\"")
                        .replace("tmp", "\"value\":\"b\"");
        List<Breach> breaches = commit(swapped);
        only(breaches, "commit order keeps real time", "at index 3 after index 2");
        assertThat(breaches.get(0).operations()).containsExactly(0, 1);
    }

    @Test
    void aValueThatNobodyAskedForIsFound() {
        only(
                commit(N1.replace("\"value\":\"b\"", "\"value\":\"w\"")),
                "what is committed is what was asked",
                "was committed as c1-1 (write k1=w) at index 3");
    }

    @Test
    void twoLeadersInATermAreFound() {
        only(
                ElectionRules.check(
                        List.of(
                                streams("n1", "", EVENTS),
                                streams(
                                        "n2",
                                        "",
                                        EVENTS.replace("\"vote\":\"n1\"", "\"vote\":\"n2\"")))),
                "one leader a term",
                "n1 and n2 were both leader in term 1");
    }

    @Test
    void twoVotesInATermAreFoundAcrossLives() {
        String second =
                "{\"node\":\"n1\",\"incarnation\":3,\"nanos\":9,\"event\":\"vote\",\"term\":2,\"vote\":\"n3\"}\n";
        List<Breach> breaches = ElectionRules.check(List.of(streams("n1", "", EVENTS + second)));
        only(
                breaches,
                "one vote a node and term",
                "n1 voted for n2 in term 2 and then for n3 in the same term");
        assertThat(breaches.get(0).facts()).extracting(NodeFact::incarnation).containsExactly(1, 3);
    }

    @Test
    void aVoteThatARestartForgotIsFound() {
        only(
                ElectionRules.check(
                        List.of(
                                streams(
                                        "n1",
                                        "",
                                        EVENTS.replace(
                                                "\"event\":\"started\",\"term\":2,\"vote\":\"n2\"",
                                                "\"event\":\"started\",\"term\":2,\"vote\":null")))),
                "a vote outlives a restart",
                "n1 voted for n2 in term 2, but found no vote in that term when it started again");
    }

    @Test
    void whatWasAppliedAndARestartDidNotFindIsFound() {
        String found = "\"lastIndex\":4,\"lastTerm\":2";
        NodeStreams lost =
                streams("n1", N1, EVENTS.replace(found, "\"lastIndex\":3,\"lastTerm\":2"));
        List<Breach> breaches = CommitRules.check(history, List.of(lost));
        only(
                breaches,
                "what was applied outlives a restart",
                "n1 had applied index 4 in its life 1, but its life 2 found a log that ends at index 3");
        assertThat(breaches.get(0).facts()).extracting(NodeFact::incarnation).containsExactly(1, 2);
        NodeStreams silent = streams("n1", N1, EVENTS.replace("," + found, ""));
        assertThat(CommitRules.check(history, List.of(silent))).isEmpty();
    }

    @Test
    void aLeaderThatCommitsWithoutAnEntryOfItsOwnTermIsFound() {
        String leads =
                "{\"node\":\"n1\",\"incarnation\":1,\"nanos\":15,\"event\":\"role\",\"role\":\"leader\",\"term\":2,\"leader\":\"n1\"}\n";
        String follows =
                "{\"node\":\"n1\",\"incarnation\":1,\"nanos\":%d,\"event\":\"role\",\"role\":\"follower\",\"term\":3,\"leader\":null}\n";
        // Index 2 is of term 1 and was applied at 20, index 3 of term 2 at 30.
        only(
                CommitRules.check(
                        history, List.of(streams("n1", N1, leads + follows.formatted(25)))),
                "a leader commits by an entry of its own term",
                "n1 led term 2 and applied up to index 2, of term 1, but nothing of its own term");
        for (int end : List.of(18, 20, 30, 35, 45)) {
            NodeStreams right = streams("n1", N1, leads + follows.formatted(end));
            assertThat(CommitRules.check(history, List.of(right))).as("until %d", end).isEmpty();
        }
        NodeStreams killed = streams("n1", lines(N1, 0, 1), leads);
        assertThat(CommitRules.check(history, List.of(killed)))
                .extracting(Breach::rule)
                .doesNotContain("a leader commits by an entry of its own term");
    }

    @Test
    void aTermThatARestartForgotIsFound() {
        assertThat(
                        ElectionRules.check(
                                List.of(
                                        streams(
                                                "n1",
                                                "",
                                                EVENTS.replace(
                                                        "\"event\":\"started\",\"term\":2",
                                                        "\"event\":\"started\",\"term\":1")))))
                .extracting(Breach::rule)
                .contains("terms never go back");
    }

    @Test
    void aLineThatAKillToreIsLeftOutAndSaidSo() {
        NodeStreams torn = streams("n1", N1 + "{\"node\":\"n1\",\"incarn", EVENTS);
        assertThat(torn.applied()).hasSize(4);
        assertThat(torn.notes())
                .containsExactly("applied.jsonl: line 5 is cut off and was left out");
        String next = lines(N1, 0).replace("\"incarnation\":1", "\"incarnation\":2");
        NodeStreams wentOn = streams("n1", N1 + "{\"node\":\"n1\",\"incarn" + next, EVENTS);
        assertThat(wentOn.applied()).hasSize(5);
        assertThat(wentOn.applied().get(4).incarnation()).isEqualTo(2);
    }

    private static String lines(String text, int... numbers) {
        List<String> all = text.lines().toList();
        StringBuilder some = new StringBuilder();
        for (int number : numbers) {
            some.append(all.get(number)).append('\n');
        }
        return some.toString();
    }
}
