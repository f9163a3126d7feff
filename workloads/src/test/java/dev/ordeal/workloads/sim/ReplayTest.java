package dev.ordeal.workloads.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.Operation;
import dev.ordeal.nemesis.Delivery;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Unrest;
import dev.ordeal.workloads.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plan's file promises: the same run.
final class ReplayTest {
    private static final int SEEDS = 10;

    @TempDir Path folder;

    /// Every file that the run leaves, by its path.
    private Map<String, String> record(Scenario scenario, String name) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        Simulation.record(
                scenario,
                own.resolve("history.jsonl"),
                Files.createDirectory(own.resolve("nodes")));
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> left = Files.walk(own)) {
            for (Path file : left.filter(Files::isRegularFile).toList()) {
                files.put(own.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void aPlanReplaysByteForByte() throws IOException {
        for (Workload workload : Workload.all()) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                Scenario drawn = Draw.of(workload, seed, Duration.ofSeconds(2), null).scenario();
                Scenario read = PlanJson.read(PlanJson.write(drawn));
                Map<String, String> first = record(drawn, workload.name() + seed);
                assertThat(first).hasSizeGreaterThan(4);
                assertThat(record(read, workload.name() + seed + "-again")).isEqualTo(first);
            }
        }
    }

    /// What became of each message can be planned message by message: on a network that loses none by itself the run is the same.
    @Test
    void messagesThatArePlannedOneByOneDoTheSameAgain() {
        int lost = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario drawn =
                    Draw.of(Workload.all().getFirst(), seed, Duration.ofSeconds(2), null)
                            .scenario()
                            .withStrikes(List.of());
            List<Delivery> all = Simulation.deliveries(drawn);
            lost += (int) all.stream().filter(it -> it.takesNanos().isEmpty()).count();
            List<Unrest> others =
                    Unrest.of(drawn.conditions()).stream()
                            .filter(unrest -> !unrest.figure().equals("loss"))
                            .toList();
            Scenario planned = drawn.under(Unrest.conditions(others)).delivering(all);
            assertThat(operations(Simulation.run(planned)))
                    .isEqualTo(operations(Simulation.run(drawn)));
        }
        assertThat(lost).isGreaterThan(100);
    }

    private static List<Operation> operations(Simulation.Outcome outcome) {
        return outcome.trial().history().operations();
    }

    /// What a run says of its strikes is a plan by itself: it hits the same nodes at the same times, and what comes of it is the same.
    @Test
    void strikesThatWereResolvedDoTheSameAgain() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario drawn =
                    Draw.of(Workload.all().getFirst(), seed, Duration.ofSeconds(4), "local-read")
                            .scenario();
            Simulation.Outcome first = Simulation.run(drawn);
            Simulation.Outcome again = Simulation.run(drawn.withStrikes(first.strikes()));
            assertThat(again.strikes()).isEqualTo(first.strikes());
            assertThat(again.verdict().sentence()).isEqualTo(first.verdict().sentence());
        }
    }
}
