package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimelineTest {
    private static final long MS = 1_000_000;

    @TempDir Path folder;

    @Test
    void aStrikeLastsFromStrikeToHealAndItsProbeSaysWhetherItTookEffect() {
        Timeline timeline = Timeline.of(TinyRun.history(folder));
        Timeline.Strike strike = timeline.strikes().getFirst();
        assertThat(strike.fromNanos()).isEqualTo(500 * MS);
        assertThat(strike.toNanos()).isEqualTo(1500 * MS);
        assertThat(strike.where()).isEqualTo("n1 | n2 n3");
        assertThat(strike.effect()).isEqualTo("took effect");
        assertThat(timeline.strikes().get(1).effect()).isEqualTo("skipped");
        assertThat(timeline.effectiveStrikes()).isEqualTo(1);
        assertThat(timeline.phases()).containsExactly(new Timeline.Phase("load", 0, 2000 * MS));
    }

    @Test
    void aStrikeThatNobodyHealedLastsToTheEndOfTheRecord() {
        String cut = TinyRun.HISTORY.substring(0, TinyRun.HISTORY.indexOf("{\"index\":12"));
        Timeline.Strike strike = Timeline.of(TinyRun.history(folder, cut)).strikes().getFirst();
        assertThat(strike.toNanos()).isEqualTo(972 * MS);
        assertThat(strike.effective()).isTrue();
    }

    @Test
    void aProbeAfterHealingDoesNotMakeAStrikeEffective() {
        String healed = TinyRun.HISTORY.replace("\"phase\":\"probe\"", "\"phase\":\"healed\"");
        Timeline timeline = Timeline.of(TinyRun.history(folder, healed));
        assertThat(timeline.strikes().getFirst().effect()).isEqualTo("not probed");
        assertThat(timeline.effectiveStrikes()).isZero();
    }

    @Test
    void cutsAreSaidAsAPersonWould() {
        assertThat(Cuts.words(both("n1", "n3", "n1", "n4", "n2", "n3", "n2", "n4")))
                .isEqualTo("n1 n2 | n3 n4");
        assertThat(Cuts.words(List.of(List.of("n1", "n2"), List.of("n1", "n3"))))
                .isEqualTo("nothing from n1 reaches n2 n3");
        assertThat(Cuts.words(both("n1", "n2", "n2", "n3"))).isEqualTo("n2 | n1 n3");
        assertThat(Cuts.words(both("n1", "n2", "n3", "n4")))
                .isEqualTo(
                        "n1 cut off from n2; n2 cut off from n1; n3 cut off from n4; n4 cut off from n3");
    }

    private static List<List<String>> both(String... ends) {
        List<List<String>> links = new java.util.ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            links.add(List.of(ends[i], ends[i + 1]));
            links.add(List.of(ends[i + 1], ends[i]));
        }
        return links;
    }

    @Test
    void aKilledNodeIsDownFromTheStrikeToItsNextLife() {
        History history =
                TinyRun.history(
                        folder,
                        """
                        {"index":0,"time":1000000000,"process":"nemesis","type":"info","f":"kill","value":{"strike":1,"phase":"strike","fault":"kill leader","nodes":["n1"]}}
                        {"index":1,"time":2000000000,"process":"nemesis","type":"info","f":"kill","value":{"strike":1,"phase":"heal","fault":"kill leader","nodes":["n1"]}}
                        {"index":2,"time":5000000000,"process":"nemesis","type":"info","f":"phase","value":{"phase":"end"}}
                        """);
        long origin = 7_000 * MS;
        NodeStreams stream =
                new NodeStreams(
                        "n1",
                        List.of(),
                        List.of(
                                new NodeEvent.Started(1, origin - 200 * MS, 0, null, 0, 0),
                                new NodeEvent.Role(1, origin + 100 * MS, "leader", 1, "n1"),
                                new NodeEvent.Started(2, origin + 2300 * MS, 1, "n1", 17, 1),
                                new NodeEvent.Role(2, origin + 2400 * MS, "candidate", 2, null),
                                new NodeEvent.Role(2, origin + 2500 * MS, "follower", 3, "n2")),
                        List.of());
        Lives lives = Lives.of(stream, origin, Timeline.of(history));
        assertThat(lives.spans())
                .containsExactly(
                        new Lives.Span("follower", 0, 1, 0, 100 * MS),
                        new Lives.Span("leader", 1, 1, 100 * MS, 1000 * MS),
                        new Lives.Span(Lives.DOWN, 0, 1, 1000 * MS, 2300 * MS),
                        new Lives.Span("follower", 1, 2, 2300 * MS, 2400 * MS),
                        new Lives.Span("candidate", 2, 2, 2400 * MS, 2500 * MS),
                        new Lives.Span("follower", 3, 2, 2500 * MS, 5000 * MS));
        assertThat(lives.events())
                .extracting(Lives.Event::text)
                .contains(
                        "started; on disk it found term 1, a vote for n1, a log up to index 17 of term 1");
    }

    @Test
    void aClientThatTookANewProcessNumberStaysInItsLane() {
        History history =
                TinyRun.history(
                        folder,
                        """
                        {"index":0,"time":0,"process":0,"type":"invoke","f":"read","key":"x","node":"n1"}
                        {"index":1,"time":1,"process":1,"type":"invoke","f":"read","key":"x","node":"n2"}
                        {"index":2,"time":5,"process":0,"type":"info","f":"read","key":"x","error":"time-out"}
                        {"index":3,"time":6,"process":2,"type":"invoke","f":"read","key":"x","node":"n1"}
                        {"index":4,"time":9,"process":1,"type":"ok","f":"read","key":"x","value":null}
                        """);
        Lanes known = Lanes.of(history, 2);
        assertThat(known.labels()).containsExactly("client 0, n1", "client 1, n2");
        assertThat(known.of(history.processId(2))).isZero();
        assertThat(known.goesOn(0)).isEqualTo(6);
        assertThat(known.goesOn(2)).isEqualTo(9);
        // Without the number of clients, one that waits for nothing any more shares its lane.
        assertThat(Lanes.of(history, 0).labels()).containsExactly("process 0 …", "process 2, n1");
    }

    @Test
    void stepsOfTimeAddUpToTheWhole() {
        History history = TinyRun.history(folder);
        Figures figures = Figures.of(history);
        assertThat(figures.steps().stream().mapToLong(s -> s.ok() + s.failed() + s.unknown()).sum())
                .isEqualTo(history.size());
        Figures.Step first = figures.steps().getFirst();
        assertThat(first.ok()).isEqualTo(1);
        assertThat(first.max()).isBetween(2_500_000L, 2_502_000L);
        assertThat(figures.steps().get(1).max()).isEqualTo(-1);
    }
}
