package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The plan of a simulated run, carried out by real nodes as far as they can.
final class ReplayIT {
    @TempDir Path results;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void ordeal(String... arguments) {
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        assertThat(code).as(out + "\n" + err).isZero();
    }

    private Scenario latest() throws IOException {
        return PlanJson.read(Files.readString(results.resolve("latest/plan.json")));
    }

    private static List<Integer> ids(List<Strike> strikes) {
        return strikes.stream().map(Strike::id).toList();
    }

    @Test
    void processesFollowThePlanOfASimulatedRun() throws IOException {
        isFollowedBy("process");
    }

    @Test
    @Tag("docker")
    void containersFollowThePlanOfASimulatedRun() throws IOException {
        isFollowedBy("docker");
    }

    private void isFollowedBy(String cluster) throws IOException {
        String to = results.toString();
        String[] simulated = {
            "run",
            "register",
            "--cluster",
            "sim",
            "--nodes",
            "3",
            "--time",
            "6s",
            "--seed",
            "3",
            "--faults",
            "kill:one,partition:one,power:one",
            "--results",
            to
        };
        ordeal(simulated);
        Scenario plan = latest();
        List<Strike> possible =
                plan.plan().strikes().stream()
                        .filter(strike -> !strike.fault().kind().equals("power"))
                        .toList();
        assertThat(possible).hasSizeBetween(1, plan.plan().strikes().size() - 1);

        Path file = results.resolve("latest").toRealPath().resolve("plan.json");
        ordeal("replay", file.toString(), "--cluster", cluster, "--results", to);

        assertThat(out.toString()).contains("not followed: strike ", "power one: ");
        Scenario followed = latest();
        assertThat(followed.plan().arrivals()).isEqualTo(plan.plan().arrivals());
        assertThat(followed.plan().strikes()).isEqualTo(possible);
        assertThat(
                        Histories.read(results.resolve("latest/history.jsonl")).nemesis().stream()
                                .filter(event -> event.text("phase").equals("strike"))
                                .map(ReplayIT::strike))
                .containsExactlyElementsOf(ids(possible));
    }

    private static int strike(NemesisEvent event) {
        return event.value().get("strike") instanceof Number id ? id.intValue() : -1;
    }
}
