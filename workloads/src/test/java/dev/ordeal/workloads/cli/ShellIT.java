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

/// A script in, the transcript out, on a cluster of real processes.
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
    void s1_6_everyCommandIsAnsweredAndBadOnesToo() throws IOException {
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
                        add servers n2
                        add servers 2
                        get x n2
                        remove servers n2
                        remove servers n1
                        remove servers n2
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
                        n2 is a member (index #)
                        ordeal> add servers n2
                        error: n2 is a server already
                        ordeal> add servers 2
                        error: a node's name is a letter, then letters, digits or dashes, not "2"
                        ordeal> get x n2
                        error: not done: it does not lead
                        ordeal> remove servers n2
                        n2 is a member no more (index #)
                        ordeal> remove servers n1
                        error: not done: n1 is the last voter
                        ordeal> remove servers n2
                        error: there is no peer n2, only n1
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
        Process tool = tool();
        List<ProcessHandle> nodes;
        try (Writer in = tool.outputWriter(StandardCharsets.UTF_8);
                BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(
                                        tool.getInputStream(), StandardCharsets.UTF_8))) {
            String first = leader(type(in, said, "create cluster 3", 2));
            until(in, said, "set x old", "done ");
            assertThat(type(in, said, "disconnect peer " + first, 1))
                    .isEqualTo(first + " is disconnected");
            assertThat(type(in, said, "set x lost " + first, 1))
                    .startsWith("error: ")
                    .containsAnyOf("outcome unknown: ", "not done: ");
            String second = leader(type(in, said, "check leader", 1));
            assertThat(second).isNotEqualTo(first);
            until(in, said, "set x new", "done ");
            assertThat(type(in, said, "reconnect peer " + first, 1))
                    .isEqualTo(first + " is connected again");
            String third = leader(type(in, said, "check leader", 1));
            assertThat(type(in, said, "get x " + third, 1)).startsWith("x = \"new\" ");
            assertThat(type(in, said, "crash peer " + third, 1)).isEqualTo(third + " is down");
            assertThat(leader(type(in, said, "check leader", 1))).isNotEqualTo(third);
            until(in, said, "get x", "x = \"new\" ");

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

    /// The cluster grows, also while one of its nodes is cut off, and shrinks by its leader.
    @Test
    void s1_4_serversThatWereAddedAreHurtLikeTheOthersAndTheLeaderCanBeRemoved() throws Exception {
        Process tool = tool();
        try (Writer in = tool.outputWriter(StandardCharsets.UTF_8);
                BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(
                                        tool.getInputStream(), StandardCharsets.UTF_8))) {
            leader(type(in, said, "create cluster 3", 2));
            until(in, said, "set x 1", "done ");
            assertThat(type(in, said, "disconnect peer n3", 1)).isEqualTo("n3 is disconnected");
            assertThat(type(in, said, "add servers n4 n5", 2)).startsWith("n5 is a member (index ");

            // Three of five would do, were n3 not cut off from those that came later.
            assertThat(type(in, said, "crash peer n1", 1)).isEqualTo("n1 is down");
            assertThat(type(in, said, "crash peer n2", 1)).isEqualTo("n2 is down");
            assertThat(type(in, said, "check leader", 1)).isEqualTo("error: nobody leads");
            assertThat(type(in, said, "reconnect peer n3", 1)).isEqualTo("n3 is connected again");
            assertThat(leader(type(in, said, "check leader", 1))).isIn("n3", "n4", "n5");
            assertThat(type(in, said, "restart peer n1", 1)).isEqualTo("n1 is up again");
            assertThat(type(in, said, "restart peer n2", 1)).isEqualTo("n2 is up again");

            assertThat(type(in, said, "disconnect peer n4", 1)).isEqualTo("n4 is disconnected");
            assertThat(type(in, said, "crash peer n5", 1)).isEqualTo("n5 is down");
            String first = leader(type(in, said, "check leader", 1));
            until(in, said, "set x 2", "done ");
            assertThat(type(in, said, "reconnect peer n4", 1)).isEqualTo("n4 is connected again");
            assertThat(type(in, said, "restart peer n5", 1)).isEqualTo("n5 is up again");

            assertThat(type(in, said, "remove servers " + first, 1))
                    .startsWith(first + " is a member no more (index ");
            String second = leader(type(in, said, "check leader", 1));
            assertThat(second).isNotEqualTo(first);
            assertThat(type(in, said, "get x " + first, 1))
                    .startsWith("error: there is no peer " + first + ", only ");
            until(in, said, "get x", "x = \"2\" ");
            assertThat(type(in, said, "add servers " + first, 1))
                    .startsWith(first + " is a member (index ");
            assertThat(type(in, said, "shutdown", 1)).isEqualTo("the cluster is shut down");
            type(in, said, "stop", 0);
            assertThat(tool.waitFor()).as("not everything was answered with yes").isEqualTo(1);
        } finally {
            tool.destroyForcibly().waitFor();
        }
    }

    private Process tool() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "shell",
                        "--timeout",
                        "5s")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
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

    /// Types it again until the answer is this one: on a busy machine a leader may be deposed in between.
    private static void until(Writer in, BufferedReader said, String line, String answer)
            throws IOException {
        String last = type(in, said, line, 1);
        for (int i = 0; i < 20 && !last.startsWith(answer); i++) {
            last = type(in, said, line, 1);
        }
        assertThat(last).startsWith(answer);
    }

    private static String leader(String said) {
        Matcher leads = LEADS.matcher(said);
        assertThat(leads.matches()).as(said).isTrue();
        return leads.group(1);
    }
}
