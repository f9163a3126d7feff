package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S0.4 and S0.5: the rounds of a group of gossipers put on trial, on real processes whose leader is killed.
final class SusIT {
    @TempDir Path results;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private JsonNode run(int expectedCode, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "run",
                                "sus",
                                "--nodes",
                                "3",
                                "--time",
                                "8s",
                                "--seed",
                                "5",
                                "--json",
                                "--faults",
                                "kill:leader",
                                "--results",
                                results.toString()));
        arguments.addAll(List.of(more));
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments.toArray(String[]::new));
        assertThat(code).as(out + "\n" + err).isEqualTo(expectedCode);
        return new ObjectMapper().readTree(out.toString());
    }

    private static JsonNode finding(JsonNode verdict, String check) {
        for (JsonNode finding : verdict.path("findings")) {
            if (finding.path("check").asText().equals(check)) {
                return finding;
            }
        }
        throw new AssertionError("no finding of " + check + " in " + verdict);
    }

    @Test
    void s0_5_everyGossiperReportsTheSameListForARound() throws IOException {
        JsonNode verdict = run(0);
        assertThat(finding(verdict, "declared-lists").path("sentence").asText())
                .contains("are the same for everybody who read them");
        assertThat(finding(verdict, "declared-lists").at("/details/seen").asInt()).isGreaterThan(5);
    }

    @Test
    void s0_4_aSecondDeclarationForARoundIsFound() throws IOException {
        JsonNode verdict = run(1, "--bug", "second-declaration");
        JsonNode lists = finding(verdict, "declared-lists");
        assertThat(lists.path("verdict").asText()).isEqualTo("violated");
        assertThat(lists.path("evidence")).isNotEmpty();
        assertThat(lists.at("/details/broken/declared once").asInt()).isPositive();
        assertThat(lists.at("/details/broken/one list").asInt()).isPositive();
        assertThat(finding(verdict, "linearizable declared-list").path("verdict").asText())
                .isEqualTo("violated");
    }
}
