package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import dev.ordeal.results.report.TimingTable.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// S1.10: the timing diagram of a run, as text.
final class TimingTableTest {
    private static final long MS = 1_000_000;
    private static final long ORIGIN = 7_000 * MS;

    private static final String HISTORY =
            """
            {"index":0,"time":400000000,"process":"nemesis","type":"info","f":"phase","value":{"phase":"load"}}
            {"index":1,"time":500000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"strike","fault":"partition one","cut":[["n1","n3"],["n3","n1"],["n2","n3"],["n3","n2"]]}}
            {"index":2,"time":900000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"probe","fault":"partition one","effective":true,"evidence":"n3 cannot reach n1"}}
            {"index":3,"time":1200000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"heal","fault":"partition one"}}
            {"index":4,"time":1500000000,"process":"nemesis","type":"info","f":"kill","value":{"strike":2,"phase":"strike","fault":"kill leader","nodes":["n1"]}}
            {"index":5,"time":1500900000,"process":"nemesis","type":"info","f":"kill","value":{"strike":2,"phase":"probe","fault":"kill leader","effective":true,"evidence":"n1 is dead"}}
            {"index":6,"time":2500000000,"process":"nemesis","type":"info","f":"kill","value":{"strike":2,"phase":"heal","fault":"kill leader"}}
            {"index":7,"time":2700000000,"process":"nemesis","type":"info","f":"pause","value":{"strike":3,"phase":"skipped","fault":"pause leader","evidence":"no node says that it leads"}}
            {"index":8,"time":3000000000,"process":"nemesis","type":"info","f":"phase","value":{"phase":"end"}}
            """;

    @TempDir Path folder;

    private final RunFacts facts =
            new RunFacts(
                    "register",
                    "process",
                    3,
                    3,
                    10,
                    1,
                    1,
                    1,
                    List.of(),
                    7,
                    null,
                    true,
                    false,
                    List.of(),
                    ORIGIN,
                    "2026-01-01T00:00:00Z",
                    "./ordeal run register");

    private static NodeEvent.Started started(int life, long at, long term, long lastIndex) {
        return new NodeEvent.Started(
                life, ORIGIN + at * MS, term, null, lastIndex, lastIndex == 0 ? 0 : 1);
    }

    private static NodeEvent.Role role(
            int life, long at, String role, long term, @Nullable String leader) {
        return new NodeEvent.Role(life, ORIGIN + at * MS, role, term, leader);
    }

    private static NodeEvent.Vote vote(int life, long at, long term, String vote) {
        return new NodeEvent.Vote(life, ORIGIN + at * MS, term, vote);
    }

    private static NodeEvent.Term term(int life, long at, long term) {
        return new NodeEvent.Term(life, ORIGIN + at * MS, term);
    }

    private static NodeStreams node(String name, NodeEvent... events) {
        return new NodeStreams(name, List.of(), List.of(events), List.of());
    }

    private static List<NodeStreams> three() {
        return List.of(
                node(
                        "n1",
                        started(1, 100, 0, 0),
                        role(1, 290, "pre-candidate", 0, null),
                        term(1, 300, 1),
                        vote(1, 300, 1, "n1"),
                        role(1, 300, "candidate", 1, null),
                        role(1, 304, "leader", 1, "n1"),
                        started(2, 2600, 1, 17),
                        role(2, 2640, "follower", 2, "n2"),
                        term(2, 2640, 2)),
                node(
                        "n2",
                        started(1, 100, 0, 0),
                        vote(1, 302, 1, "n1"),
                        vote(1, 302, 1, "n1"),
                        role(1, 306, "follower", 1, "n1"),
                        term(1, 1790, 2),
                        vote(1, 1790, 2, "n2"),
                        role(1, 1790, "candidate", 2, null),
                        role(1, 1793, "leader", 2, "n2"),
                        new NodeEvent.Stopped(1, ORIGIN + 2950 * MS)),
                node(
                        "n3",
                        started(1, 101, 0, 0),
                        term(1, 302, 1),
                        role(1, 306, "follower", 1, "n1"),
                        role(1, 780, "pre-candidate", 1, null),
                        role(1, 1230, "follower", 1, "n1")));
    }

    private String table(Window window, int columns) {
        return TimingTable.of(facts, TinyRun.history(folder, HISTORY), three(), window, columns);
    }

    @Test
    void s1_10_eachNodeHasAColumnAndEachMomentARow() {
        assertThat(table(Window.all(), 120))
                .isEqualTo(
                        """
                        t: term. life: starts of the node so far. log: the last index on its disk. Times in seconds.

                             time  n1                  n2                  n3
                            0.100  life 1: t0, log 0   life 1: t0, log 0
                            0.101                                          life 1: t0, log 0
                            0.290  pre-candidate t0
                            0.300  votes n1 t1
                                   candidate t1
                            0.302                      votes n1 t1         t1
                            0.304  LEADER t1
                            0.306                      follower t1 of n1   follower t1 of n1
                            0.400  ── phase load
                            0.500  ── strike 1, partition one: n3 | n1 n2 (took effect)
                            0.780                                          pre-candidate t1
                            1.200  ── strike 1, partition one: lifted
                            1.230                                          follower t1 of n1
                            1.500  ── strike 2, kill leader: n1 (took effect)
                                   KILLED
                            1.790                      votes n2 t2
                                                       candidate t2
                            1.793                      LEADER t2
                            2.500  ── strike 2, kill leader: lifted
                            2.600  life 2: t1, log 17
                            2.640  follower t2 of n2
                            2.700  ── strike 3, pause leader: skipped, no node says that it leads
                            2.950                      stopped
                        """);
    }

    @Test
    void aWindowBeginsWithWhatTheNodesWere() {
        assertThat(table(new Window(1400 * MS, 1792 * MS, List.of("n1", "n2")), 120))
                .isEqualTo(
                        """
                        t: term. life: starts of the node so far. log: the last index on its disk. Times in seconds.

                             time  n1             n2
                            1.400  (LEADER t1)    (follower t1)
                            1.500  ── strike 2, kill leader: n1 (took effect)
                                   KILLED
                            1.790                 votes n2 t2
                                                  candidate t2
                        """);
    }

    @Test
    void whereTheColumnsDoNotFitItSaysSoAndGivesEachEventALine() {
        assertThat(table(new Window(300 * MS, 600 * MS, List.of()), 50))
                .isEqualTo(
                        """
                        t: term. life: starts of the node so far. log: the
                        last index on its disk. Times in seconds.
                        3 nodes side by side need 54 columns, and there
                        are 50: a line for each event instead.

                            0.300  n1  votes n1 t1
                            0.300  n1  candidate t1
                            0.300  n2  (follower t0)
                            0.300  n3  (follower t0)
                            0.302  n2  votes n1 t1
                            0.302  n3  t1
                            0.304  n1  LEADER t1
                            0.306  n2  follower t1 of n1
                            0.306  n3  follower t1 of n1
                            0.400  ── phase load
                            0.500  ── strike 1, partition one: n3 | n1 n2
                                   (took effect)
                        """);
    }

    @Test
    void aWindowInWhichNothingHappenedSaysSo() {
        assertThat(table(new Window(5_000 * MS, 6_000 * MS, List.of()), 120))
                .isEqualTo("nothing happened to any node in this window\n");
        assertThatThrownBy(() -> new Window(2_000 * MS, 1_000 * MS, List.of()))
                .hasMessage("the window ends, at 1.000 s, before it begins, at 2.000 s");
    }

    /// Five nodes, thirty seconds, every kind of fault.
    @ParameterizedTest
    @ValueSource(ints = {40, 60, 83, 84, 100, 120, 200})
    void noLineIsWiderThanAskedForAndNothingIsLost(int columns) {
        RunDirectory run = SampleRun.write(folder, SampleRun.Shape.small());
        History history = Histories.read(run.history());
        List<NodeStreams> streams =
                run.nodeNames().stream()
                        .map(node -> NodeStreams.read(node, run.node(node)))
                        .toList();
        String table = TimingTable.of(run.facts(), history, streams, Window.all(), columns);

        assertThat(table.lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        assertThat(table.contains("side by side need 84 columns")).isEqualTo(columns < 84);
        long leaders =
                streams.stream()
                        .flatMap(stream -> stream.events().stream())
                        .filter(event ->
                                event instanceof NodeEvent.Role role
                                        && role.role().equals("leader"))
                        .count();
        assertThat(leaders).isPositive();
        assertThat(table.split("LEADER", -1)).hasSize((int) leaders + 1);
        int strikes = Timeline.of(history).strikes().size();
        assertThat(IntStream.rangeClosed(1, strikes))
                .isNotEmpty()
                .allSatisfy(id -> assertThat(table).contains("strike " + id + ","));
    }
}
