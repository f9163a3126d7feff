package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole tool on containers. Runs where it is asked for (`-Pdocker`), and there fails without a Docker engine.
@Tag("docker")
final class DockerRunIT {
    @TempDir Path results;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... more) {
        Stream<String> always =
                Stream.of(
                        "run",
                        "register",
                        "--cluster",
                        "docker",
                        "--nodes",
                        "3",
                        "--results",
                        results.toString());
        String[] arguments = Stream.concat(always, Stream.of(more)).toArray(String[]::new);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void aCorrectClusterUnderFaultsIsValid() {
        assertThat(
                        run(
                                "--time",
                                "8s",
                                "--seed",
                                "3",
                                "--faults",
                                "partition:leader,kill:leader,pause:one,clock"))
                .as(out + "\n" + err)
                .isZero();
        assertThat(out.toString()).contains("VALID: ", "took effect");
    }

    @Test
    void aPlantedBugIsViolated() {
        assertThat(
                        run(
                                "--time",
                                "10s",
                                "--seed",
                                "5",
                                // At 150 a second one strike in four loses no answer.
                                "--rate",
                                "450",
                                "--faults",
                                "partition:leader",
                                "--bug",
                                "ack-on-append"))
                .as(out + "\n" + err)
                .isEqualTo(1);
        assertThat(out.toString()).contains("VIOLATED: ");
    }
}
