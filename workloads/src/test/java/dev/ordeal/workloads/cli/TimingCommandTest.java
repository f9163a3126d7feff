package dev.ordeal.workloads.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.results.record.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimingCommandTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();

    /// A run of one node that started and led.
    private Path run(String results, String verdict) throws IOException {
        RunDirectory run =
                Records.register(folder.resolve(results), List.of("election"), "ordeal run", "");
        Path node = Files.createDirectories(run.node("n1"));
        Files.writeString(node.resolve("applied.jsonl"), "");
        Files.writeString(
                node.resolve("events.jsonl"),
                """
                {"node":"n1","incarnation":1,"nanos":1000000,"event":"started","term":0,"vote":null,"lastIndex":0,"lastTerm":0}
                {"node":"n1","incarnation":1,"nanos":7000000,"event":"role","term":1,"role":"leader","leader":"n1"}
                """);
        if (!verdict.isEmpty()) {
            Files.writeString(run.verdict(), verdict);
        }
        return run.path();
    }

    @Test
    void s1_10_severalRunsAreNamedNumberedAndSummedUp() throws IOException {
        Path first = run("a", "{\"verdict\":\"valid\",\"sentence\":\"every check holds\"}");
        Path second = run("b", "{\"verdict\":\"violated\",\"sentence\":\"two leaders in term 1\"}");
        Path third = run("c", "");
        String name = first.getFileName().toString();
        assertThat(second.getFileName().toString()).isEqualTo(name);

        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute("timing", first.toString(), second.toString(), third.toString());

        assertThat(code).isZero();
        String table =
                """
                t: term. life: starts of the node so far. log: the last index on its disk. Times in seconds.

                     time  n1
                    0.001  life 1: t0, log 0
                    0.007  LEADER t1

                """;
        String row = "%-" + (name.length() + " (2)".length()) + "s  %-10s  %s";
        String summary =
                Stream.of(
                                row.formatted("Run", "Verdict", ""),
                                row.formatted(name, "VALID", "every check holds"),
                                row.formatted(name + " (2)", "VIOLATED", "two leaders in term 1"),
                                row.formatted(name + " (3)", "NOT JUDGED", ""))
                        .map(line -> line.stripTrailing() + "\n")
                        .collect(joining());
        assertThat(out.toString())
                .isEqualTo(
                        "══ " + name + "\n" + table + "══ " + name + " (2)\n" + table + "══ " + name
                                + " (3)\n" + table + summary);
    }
}
