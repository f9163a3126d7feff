package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.nemesis.cluster.FakeTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole tool on real processes: run, judge, report, judge again.
final class RunIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path results;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int ordeal(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int registerUnder(String faults) {
        return ordeal(
                "run",
                "register",
                "--nodes",
                "3",
                "--time",
                "6s",
                "--seed",
                "3",
                "--faults",
                faults,
                "--results",
                results.toString());
    }

    private Path latest() {
        return results.resolve("latest");
    }

    @Test
    void aCorrectClusterUnderFaultsIsValidAndCheckSaysSoAgain() throws IOException {
        int code = registerUnder("partition:leader,kill:leader,pause:one");
        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(out.toString()).contains("VALID: ", "report: ", "--seed 3");
        assertThat(err.toString()).isEmpty();
        assertThat(latest().resolve("report.html")).isNotEmptyFile();
        assertThat(latest().resolve("junit.xml")).isNotEmptyFile();
        assertThat(latest().resolve("nodes/n1/applied.jsonl")).isNotEmptyFile();
        assertThat(latest().resolve("nodes/n1/data")).doesNotExist();

        History history = Histories.read(latest().resolve("history.jsonl"));
        assertThat(history.size()).isGreaterThan(100);
        assertThat(history.nemesis())
                .extracting(event -> event.text("phase"))
                .contains("load", "strike", "probe", "healed", "final", "end");
        JsonNode verdict = JSON.readTree(latest().resolve("verdict.json").toFile());
        assertThat(verdict.findValuesAsText("check"))
                .containsExactly(
                        "assumptions", "linearizable register", "commit", "election", "progress");

        assertThat(ordeal("check", latest().toString())).isZero();

        out.getBuffer().setLength(0);
        assertThat(ordeal("timing", latest().toString(), "--node", "n1,n3")).isZero();
        assertThat(out.toString())
                .contains("time  n1", "LEADER t", "strike 1,", "phase heal")
                .doesNotContain("  n2");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= Width.DEFAULT);
        assertThat(ordeal("timing", latest().toString(), "--node", "n4")).isEqualTo(254);
        assertThat(err.toString())
                .contains("there is no node \"n4\" in this run, only n1, n2, n3.");
    }

    /// Nothing that it does goes by the wall clock.
    @Test
    void aCorrectClusterWhoseWallClocksAreWrongIsValid() {
        assumeTrue(FakeTime.library().isPresent());
        int code = registerUnder("clock,partition:leader");
        assertThat(code).as(out + "\n" + err).isZero();
        assertThat(out.toString())
                .contains("VALID: ")
                .containsPattern("clock \\S+ .* took effect  says that it is \\d+");
    }

    @Test
    void aPlantedBugIsViolatedWithEvidenceAndOneJsonObjectOnStandardOutput() throws IOException {
        int code =
                ordeal(
                        "run",
                        "append",
                        "--nodes",
                        "3",
                        "--time",
                        "8s",
                        "--seed",
                        "5",
                        "--json",
                        "--faults",
                        "partition:leader",
                        "--bug",
                        "ack-on-append",
                        "--results",
                        results.toString());
        assertThat(code).as(out + "\n" + err).isEqualTo(1);
        JsonNode verdict = JSON.readTree(out.toString());
        assertThat(verdict.path("verdict").asText()).isEqualTo("violated");
        assertThat(verdict.path("exitCode").asInt()).isEqualTo(1);
        assertThat(out.toString().strip().lines()).hasSize(1);
        List<String> accusers = new ArrayList<>();
        for (JsonNode finding : verdict.path("findings")) {
            if (finding.path("verdict").asText().equals("violated")) {
                accusers.add(finding.path("check").asText());
                assertThat(finding.path("evidence")).isNotEmpty();
            }
        }
        assertThat(accusers).contains("list-append");
        assertThat(latest().resolve("nodes/n1/data")).isDirectory();

        assertThat(ordeal("check", latest().toString())).isEqualTo(1);
    }

    /// Followers that answer reads are stale all the time: the plan of two minutes ends within seconds.
    @Test
    void aRunStopsAtTheFirstViolationThatIsSeen() throws IOException {
        int code =
                ordeal(
                        "run",
                        "register",
                        "--nodes",
                        "3",
                        "--keys",
                        "1",
                        "--rate",
                        "300",
                        "--time",
                        "2m",
                        "--seed",
                        "7",
                        "--bug",
                        "follower-read",
                        "--stop-on-violation",
                        "--results",
                        results.toString());
        assertThat(code).as(out + "\n" + err).isEqualTo(1);
        assertThat(out.toString())
                .contains("VIOLATED: ", "Note: The run stopped at the first violation, seen at ");
        assertThat(JSON.readTree(latest().resolve("spec.json").toFile()).path("stopOnViolation"))
                .isEqualTo(BooleanNode.TRUE);

        History history = Histories.read(latest().resolve("history.jsonl"));
        assertThat(at(history, "heal") - at(history, "load"))
                .as("the load ended before its time")
                .isLessThan(Duration.ofMinutes(2).toNanos());
        assertThat(history.nemesis())
                .filteredOn(event -> event.f().equals("violation"))
                .singleElement()
                .satisfies(event -> assertThat(event.timeNanos()).isLessThan(at(history, "heal")));
        assertThat(at(history, "end")).as("the phases follow").isGreaterThan(at(history, "final"));
        assertThat(ordeal("check", latest().toString())).isEqualTo(1);
    }

    private static long at(History history, String phase) {
        return history.nemesis().stream()
                .filter(event -> event.f().equals("phase") && event.text("phase").equals(phase))
                .mapToLong(NemesisEvent::timeNanos)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatAKilledToolLeavesBehindIsJudged() throws Exception {
        Process tool = tool("--time", "60s", "--faults", "kill:one");
        List<ProcessHandle> itsOwn = List.of();
        try {
            await(
                    () -> Files.exists(latest().resolve("history.jsonl")) && operations() > 200,
                    tool);
            // Stopped, it starts no node between the look at what it has and its end.
            signal("STOP", List.of(tool.toHandle()));
            itsOwn = tool.descendants().toList();
        } finally {
            tool.destroyForcibly().waitFor();
        }
        assertThat(itsOwn).as("two nodes and the watchdog").hasSizeGreaterThanOrEqualTo(3);
        for (ProcessHandle process : itsOwn) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
        int code = ordeal("check", latest().toString());
        assertThat(code).as(out + "\n" + err).isIn(0, 2);
        assertThat(out.toString()).contains("linearizable register");
        JsonNode verdict = JSON.readTree(latest().resolve("verdict.json").toFile());
        for (JsonNode finding : verdict.path("findings")) {
            boolean aboutTheEnd =
                    List.of("progress", "assumptions").contains(finding.path("check").asText());
            assertThat(finding.path("verdict").asText())
                    .as(finding.toString())
                    .isIn(aboutTheEnd ? List.of("valid", "undecided") : List.of("valid"));
        }
    }

    /// A terminal sends the interrupt to the tool and to every process it has started.
    @Test
    void anInterruptEndsTheLoadAndWhatThereIsIsJudged() throws Exception {
        Process tool = tool("--time", "10m", "--faults", "none");
        try {
            await(
                    () -> Files.exists(latest().resolve("history.jsonl")) && operations() > 200,
                    tool);
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(tool.toHandle()), tool.descendants()).toList();
            assertThat(all)
                    .as("the tool, its nodes and its watchdog")
                    .hasSizeGreaterThanOrEqualTo(5);
            signal("INT", all);
            assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            tool.destroyForcibly().waitFor();
        }
        String said = Files.readString(results.resolve("said"));
        assertThat(tool.exitValue()).as(said).isZero();
        assertThat(said).contains("stopping", "VALID: ");
        assertThat(ordeal("check", latest().toString())).as(out + "\n" + err).isZero();
    }

    private Process tool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.exists(Path.of("/proc"))) {
            // A shell's background job ignores the interrupt, and so does everything it starts.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "run", "register", "--nodes", "3"));
        command.addAll(List.of("--results", results.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(results.resolve("said").toFile())
                .start();
    }

    private static void signal(String name, List<ProcessHandle> processes)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private long operations() {
        try (var lines = Files.lines(latest().resolve("history.jsonl"))) {
            return lines.count() / 2;
        } catch (IOException e) {
            return 0;
        }
    }

    /// Waits for a condition for as long as the tool lives, and not for ever.
    private static void await(BooleanSupplier holds, Process tool) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition did not come to hold").isLessThan(end);
            assertThat(tool.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("the tool ended early")
                    .isFalse();
        }
    }
}
