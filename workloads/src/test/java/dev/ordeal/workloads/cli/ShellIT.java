package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S1.6: a script in, the transcript out, on a cluster of real processes.
final class ShellIT {
    private static final Pattern LEADS = Pattern.compile("(n\\d) leads in term \\d+");

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int shell(String script) throws IOException {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "shell",
                        "--timeout",
                        "2s",
                        "--file",
                        Files.writeString(folder.resolve("script"), script).toString());
    }

    /// Terms and log indexes differ from run to run.
    private String transcript() {
        return out.toString()
                .replaceAll("\\(index \\d+\\)", "(index #)")
                .replaceAll("nothing was sent: .*refused.*", "nothing was sent: refused")
                .replaceAll("n\\d leads in term \\d+", "somebody leads")
                .replaceAll("n\\d does not lead, n\\d does", "it does not lead");
    }

    @Test
    void everyCommandIsAnsweredAndBadOnesToo() throws IOException {
        int code =
                shell(
                        """
                        # a cluster of one: it leads, whoever is hurt
                        get x
                        create cluster 1
                        create cluster 1
                        set x 1
                        set "a key" "two words" n1
                        get x
                        get "a key" n1
                        get y
                        get x n2
                        frobnicate
                        set x
                        disconnect peer n1
                        reconnect peer n1
                        add servers n2
                        remove servers n1
                        crash peer n1
                        crash peer n1
                        get x n1
                        restart peer n1
                        restart peer n1
                        check leader
                        get x
                        shutdown
                        check leader
                        create cluster 1
                        get x
                        stop
                        set x 2
                        """);
        assertThat(transcript())
                .isEqualTo(
                        """
                        ordeal> # a cluster of one: it leads, whoever is hurt
                        ordeal> get x
                        error: there is no cluster yet: create cluster
                        ordeal> create cluster 1
                        started n1
                        somebody leads
                        ordeal> create cluster 1
                        error: there is a cluster of n1: shutdown
                        ordeal> set x 1
                        done (index #)
                        ordeal> set "a key" "two words" n1
                        done (index #)
                        ordeal> get x
                        x = "1" (index #)
                        ordeal> get "a key" n1
                        a key = "two words" (index #)
                        ordeal> get y
                        y is absent (index #)
                        ordeal> get x n2
                        error: there is no peer n2, only n1
                        ordeal> frobnicate
                        error: there is no command "frobnicate"; help lists them.
                        ordeal> set x
                        error: usage: set KEY VALUE [PEER]
                        ordeal> disconnect peer n1
                        error: n1 is alone: there is nobody to cut it off from
                        ordeal> reconnect peer n1
                        error: n1 is not disconnected
                        ordeal> add servers n2
                        error: not supported by this build yet: who belongs to a cluster is settled when it is created
                        ordeal> remove servers n1
                        error: not supported by this build yet: who belongs to a cluster is settled when it is created
                        ordeal> crash peer n1
                        n1 is down
                        ordeal> crash peer n1
                        error: n1 is down already
                        ordeal> get x n1
                        error: not done, nothing was sent: refused
                        ordeal> restart peer n1
                        n1 is up again
                        ordeal> restart peer n1
                        error: n1 is not down
                        ordeal> check leader
                        somebody leads
                        ordeal> get x
                        x = "1" (index #)
                        ordeal> shutdown
                        the cluster is shut down
                        ordeal> check leader
                        error: there is no cluster yet: create cluster
                        ordeal> create cluster 1
                        started n1
                        somebody leads
                        ordeal> get x
                        x is absent (index #)
                        ordeal> stop
                        """);
        assertThat(code).as("some of it failed").isEqualTo(1);
        assertThat(err.toString()).isEmpty();
    }

    /// A leader that was disconnected takes a value that nobody must ever see, and another takes over. As a user does, the
    /// test reads who leads before it goes on: the script is a pipe.
    @Test
    void aPipeDrivesAClusterWhoseLeaderIsCutOffAndNothingSurvivesAKilledShell() throws Exception {
        Process tool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "shell",
                                "--timeout",
                                "1s")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<ProcessHandle> nodes;
        try (Writer in = tool.outputWriter(StandardCharsets.UTF_8);
                BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(
                                        tool.getInputStream(), StandardCharsets.UTF_8))) {
            String first = leader(type(in, said, "create cluster 3", 2));
            assertThat(type(in, said, "set x old", 1)).startsWith("done ");
            assertThat(type(in, said, "disconnect peer " + first, 1))
                    .isEqualTo(first + " is disconnected");
            assertThat(type(in, said, "set x lost " + first, 1))
                    .startsWith("error: ")
                    .containsAnyOf("outcome unknown: ", "not done: ");
            String second = leader(type(in, said, "check leader", 1));
            assertThat(second).isNotEqualTo(first);
            assertThat(type(in, said, "set x new", 1)).startsWith("done ");
            assertThat(type(in, said, "reconnect peer " + first, 1))
                    .isEqualTo(first + " is connected again");
            String third = leader(type(in, said, "check leader", 1));
            assertThat(type(in, said, "get x " + third, 1)).startsWith("x = \"new\" ");
            assertThat(type(in, said, "crash peer " + third, 1)).isEqualTo(third + " is down");
            assertThat(leader(type(in, said, "check leader", 1))).isNotEqualTo(third);
            assertThat(type(in, said, "get x", 1)).startsWith("x = \"new\" ");

            nodes = new ArrayList<>(tool.descendants().toList());
            assertThat(nodes).as("two nodes and the watchdog").hasSizeGreaterThanOrEqualTo(3);
            tool.destroyForcibly().waitFor();
        } finally {
            tool.destroyForcibly().waitFor();
        }
        for (ProcessHandle node : nodes) {
            node.onExit().get(30, TimeUnit.SECONDS);
        }
        try (ShellFolder next = ShellFolder.create(folder);
                var left = Files.list(folder)) {
            assertThat(left).containsExactly(next.path());
        }
    }

    /// @return the last of so many lines of answer
    private static String type(Writer in, BufferedReader said, String line, int answers)
            throws IOException {
        in.write(line + "\n");
        in.flush();
        assertThat(said.readLine()).isEqualTo("ordeal> " + line);
        String last = "";
        for (int i = 0; i < answers; i++) {
            last = String.valueOf(said.readLine());
        }
        return last;
    }

    private static String leader(String said) {
        Matcher leads = LEADS.matcher(said);
        assertThat(leads.matches()).as(said).isTrue();
        return leads.group(1);
    }
}
