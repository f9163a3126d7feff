package dev.ordeal.workloads.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.checker.Verdict;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreboardTest {
    /// More than any hunt here needs, on whatever machine: what is asked is whether it ends before.
    private static final Duration AMPLE = Duration.ofMinutes(5);

    @TempDir Path folder;

    private final Hunt hunt = new SimulatedHunt(Duration.ZERO, (bug, plan) -> {});

    private static Scoreboard board(Row... rows) {
        return new Scoreboard("sim", 60, "a machine", List.of(rows));
    }

    private static Row row(String bug, boolean planted, boolean found) {
        List<String> checks = found ? List.of("commit", "progress") : List.of();
        return new Row(
                bug, planted, found, checks, "append", 7L, 12, 3.25, 2, 5, "why", null, null);
    }

    @Test
    void aPlantedBugIsFoundAndTheSameSeedFindsItAgain() throws InterruptedException {
        var bug = Bugs.find("local-read").orElseThrow();
        Row first = hunt.hunt(bug, true, AMPLE, null);
        assertThat(first.found()).as(first.toString()).isTrue();
        assertThat(first.checks()).anyMatch(check -> check.startsWith("linearizable "));
        assertThat(first.client()).as("clients see a stale read").isNotBlank();
        assertThat(first.seed()).isEqualTo(first.runs());

        Row again = hunt.hunt(bug, true, AMPLE, first);
        assertThat(again.runs()).isEqualTo(1);
        assertThat(again.seed()).isEqualTo(first.seed());
        assertThat(again.checks()).isEqualTo(first.checks());
        assertThat(again.sentence()).isEqualTo(first.sentence());
    }

    @Test
    void whatIsFoundIsMadeSmall() throws InterruptedException {
        Map<String, Scenario> plans = new TreeMap<>();
        Row row =
                new SimulatedHunt(AMPLE, plans::put)
                        .hunt(Bugs.find("swapped-replies").orElseThrow(), true, AMPLE, null);
        Scenario small = Objects.requireNonNull(plans.get("swapped-replies"));
        assertThat(row.strikes()).isEqualTo(small.plan().strikes().size()).isLessThanOrEqualTo(8);
        assertThat(row.operations()).isEqualTo(small.plan().arrivals().size());
        assertThat(Simulation.run(small).verdict()).isInstanceOf(Verdict.Violated.class);
    }

    @Test
    void aServiceWithNothingWrongRaisesNoAlarm() throws InterruptedException {
        Row row = hunt.hunt(null, false, Duration.ofSeconds(1), null);
        assertThat(row.found()).as(row.toString()).isFalse();
        assertThat(row.runs()).isPositive();
        assertThat(row.bug()).isEqualTo(Row.CORRECT);
    }

    @Test
    void everyWorkloadIsInTheSwarm() {
        assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L))
                .extracting(seed -> SimulatedHunt.workload(seed).name())
                .containsExactly(
                        "register", "append", "register", "append", "register", "sus", "register");
    }

    @Test
    void whatWasFoundEarlierAndIsNotFoundNowIsLost() {
        Scoreboard earlier =
                board(row("a", true, true), row("b", true, true), row("c", true, false));
        Scoreboard now =
                board(
                        row("a", true, true),
                        row("b", true, false),
                        row("c", true, false),
                        row("d", true, false),
                        Row.notHunted("e", "needs power losses"));
        assertThat(now.lostSince(earlier)).containsExactly("b");
        assertThat(now.missed()).containsExactly("b", "c", "d");
        assertThat(now.alarms()).isEmpty();
    }

    @Test
    void anAlarmWithoutABugIsToldFromABugThatIsFound() {
        Scoreboard now = board(row("a", true, true), row(Row.CORRECT, false, true));
        assertThat(now.alarms()).extracting(Row::bug).containsExactly(Row.CORRECT);
    }

    @Test
    void aSavedOneIsReadBack() throws IOException {
        Scoreboard board = board(row("a", true, true), Row.notHunted("b", "why not"));
        board.write(folder.resolve("board.json"));
        assertThat(Scoreboard.read(folder.resolve("board.json"))).isEqualTo(board);
    }

    @Test
    void whatIsNoScoreboardIsRefusedInOneLine() throws IOException {
        for (String text :
                List.of("", "[]", "{\"cluster\": 3, \"rows\": 4}", "{\"rows\": [", "no")) {
            Path file = Files.writeString(folder.resolve("bad.json"), text);
            assertThatThrownBy(() -> Scoreboard.read(file))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(file + " is not a scoreboard: ")
                    .message()
                    .doesNotContain("\n");
        }
    }
}
