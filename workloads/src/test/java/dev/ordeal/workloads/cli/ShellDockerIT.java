package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S1.6: the shell's twelve commands on containers. Runs where it is asked for (`-Pdocker`), and there fails without a Docker
/// engine.
@Tag("docker")
final class ShellDockerIT {
    @TempDir Path folder;

    /// Whoever is removed may lead or not, as it comes; all who are asked for a change of the members are well.
    @Test
    void s1_6_everyCommandIsCarriedOutOnContainers() throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path script =
                Files.writeString(
                        folder.resolve("script"),
                        """
                        create cluster 2
                        set x 1
                        disconnect peer n2
                        add servers n3
                        reconnect peer n2
                        add servers n3
                        crash peer n1
                        check leader
                        set x 2
                        remove servers n1
                        add servers n1
                        remove servers n2
                        crash peer n3
                        restart peer n3
                        check leader
                        get x
                        shutdown
                        stop
                        """);
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "shell",
                                "--cluster",
                                "docker",
                                "--timeout",
                                "10s",
                                "--file",
                                script.toString());
        String said =
                out.toString()
                        .replaceAll("\\(index \\d+\\)", "(index #)")
                        .replaceAll("n\\d leads in term \\d+", "somebody leads")
                        // Who is asked may still lead, or know already that nobody does.
                        .replaceAll("error: .*", "error");
        assertThat(said)
                .as(err.toString())
                .isEqualTo(
                        """
                        ordeal> create cluster 2
                        started n1, n2
                        somebody leads
                        ordeal> set x 1
                        done (index #)
                        ordeal> disconnect peer n2
                        n2 is disconnected
                        ordeal> add servers n3
                        error
                        ordeal> reconnect peer n2
                        n2 is connected again
                        ordeal> add servers n3
                        n3 is a member (index #)
                        ordeal> crash peer n1
                        n1 is down
                        ordeal> check leader
                        somebody leads
                        ordeal> set x 2
                        done (index #)
                        ordeal> remove servers n1
                        n1 is a member no more (index #)
                        ordeal> add servers n1
                        n1 is a member (index #)
                        ordeal> remove servers n2
                        n2 is a member no more (index #)
                        ordeal> crash peer n3
                        n3 is down
                        ordeal> restart peer n3
                        n3 is up again
                        ordeal> check leader
                        somebody leads
                        ordeal> get x
                        x = "2" (index #)
                        ordeal> shutdown
                        the cluster is shut down
                        ordeal> stop
                        """);
        assertThat(code).as("one of them was refused").isEqualTo(1);
    }
}
