package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.results.record.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JudgedTest {
    private static final String WRITTEN =
            """
            {"time":1000,"process":"nemesis","type":"info","f":"phase","value":{"phase":"load"}}
            {"time":2000,"process":0,"type":"invoke","f":"write","key":"x","value":"1"}
            {"time":3000,"process":0,"type":"ok","f":"write","key":"x"}
            {"time":4000,"process":1,"type":"invoke","f":"read","key":"x"}
            {"time":5000,"process":1,"type":"ok","f":"read","key":"x","value":SEEN}
            {"time":6000,"process":"nemesis","type":"info","f":"violation","value":{"operation":1,"sentence":"it is stale"}}
            """;

    @TempDir Path results;

    private RunDirectory run(String seen) throws IOException {
        return Records.register(
                results,
                List.of("linearizable register"),
                "./ordeal run register --stop-on-violation --seed 42",
                WRITTEN.replace("SEEN", seen));
    }

    @Test
    void theVerdictOfARunThatStoppedIsTheJudges() throws IOException {
        Judged judged = Judged.run(run("null"));
        assertThat(judged.exitCode()).isEqualTo(1);
        assertThat(judged.text())
                .contains(
                        "Note: The run stopped at the first violation, seen at 0.000 s, when operation #1 (read x → absent) ended\n");
    }

    @Test
    void aViolationThatOnlyTheLiveEngineSawIsAnErrorOfOurs() throws IOException {
        RunDirectory directory = run("\"1\"");
        assertThatThrownBy(() -> Judged.run(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "while the clients worked a violation was seen",
                        "it is stale",
                        "but the judge finds the record valid",
                        directory.path().toString());
        assertThat(directory.verdict()).as("what the judge found is there to be read").exists();
    }
}
