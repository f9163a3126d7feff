package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a seed to its story, and back to the same run.
final class ShrinkCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path results;

    private int ordeal(String... arguments) {
        out.getBuffer().setLength(0);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private RunDirectory latest() {
        return RunDirectory.open(results.resolve("latest"));
    }

    /// History and streams, by their paths.
    private static Map<String, String> recorded(RunDirectory run) throws IOException {
        Map<String, String> files = new TreeMap<>();
        files.put("history", Files.readString(run.history()));
        try (Stream<Path> streams = Files.walk(run.nodes())) {
            for (Path file : streams.filter(Files::isRegularFile).toList()) {
                files.put(run.nodes().relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void aSeedIsShrunkToldAndReplayedByteForByte() throws IOException {
        String to = results.toString();
        // The first seed of the swarm that shows the bug.
        assertThat(ordeal("sim", "register", "--bug", "follower-read", "--results", to))
                .isEqualTo(1);
        RunDirectory found = latest();
        assertThat(ordeal("shrink", found.path().toString(), "--results", to)).isEqualTo(1);
        RunDirectory small = latest();
        assertThat(small.path()).isNotEqualTo(found.path());
        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("shrunk in "))
                .anyMatch(line -> line.contains("what each node believed:"))
                .anyMatch(line -> line.startsWith("VIOLATED: "))
                .contains("replay: ./ordeal replay " + small.plan());
        assertThat(Files.readAllLines(small.story()))
                .hasSizeBetween(5, 20)
                .allMatch(line -> out.toString().contains(line));
        Scenario scenario = PlanJson.read(Files.readString(small.plan()));
        assertThat(scenario.plan().strikes()).hasSizeLessThanOrEqualTo(8);

        assertThat(ordeal("replay", small.plan().toString(), "--results", to)).isEqualTo(1);
        RunDirectory again = latest();
        assertThat(again.path()).isNotEqualTo(small.path());
        assertThat(recorded(again)).isEqualTo(recorded(small));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatKeepsItsPromisesIsNotShrunk() {
        assertThat(ordeal("shrink", "--seed", "1", "--time", "1s", "--results", results.toString()))
                .isZero();
        assertThat(out.toString()).contains("there is nothing to shrink");
        assertThat(results).isEmptyDirectory();
    }

    /// Of a run on processes it is said that another cluster may do something else.
    @Test
    void aPlanForProcessesIsShrunkInSimulationAndThatIsSaid() throws IOException {
        String to = results.toString();
        assertThat(
                        ordeal(
                                "run",
                                "register",
                                "--cluster",
                                "sim",
                                "--time",
                                "1s",
                                "--seed",
                                "1",
                                "--results",
                                to))
                .isIn(0, 2);
        Path plan = results.resolve("process.json");
        Files.writeString(
                plan,
                Files.readString(latest().plan())
                        .replace("\"cluster\": \"sim\"", "\"cluster\": \"process\""));
        assertThat(ordeal("shrink", plan.toString(), "--results", to)).isZero();
        assertThat(out.toString())
                .contains(
                        "the plan of a run on a process cluster",
                        "breaks no promise in simulation");
    }
}
