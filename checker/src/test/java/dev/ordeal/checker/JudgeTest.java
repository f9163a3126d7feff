package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.HistoryWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {
    @TempDir Path directory;

    @Test
    void aViolationOnOneKeyOutranksAllElseAndSurvivesTheFile() {
        Path file = directory.resolve("history.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.invoke(1_000_000, 0, "write", "k1", "a", "n1", "c0-1");
            writer.ok(2_000_000, 0, "write", "k1", "a");
            writer.invoke(3_000_000, 1, "read", "k1", "n2", null);
            writer.ok(4_000_000, 1, "read", "k1", null);
            writer.invoke(5_000_000, 1, "read", "k2", "n2", null);
            writer.ok(6_000_000, 1, "read", "k2", null);
        }
        Judgement judgement = judge(file, List.of("linearizable register"), Expectations.none());

        assertThat(judgement.verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(judgement.verdict().exitCode()).isEqualTo(1);
        assertThat(judgement.verdict().sentence())
                .isEqualTo(
                        "key k1 is not linearizable: process 1's read of k1=absent at n2 (0.003000 s – 0.004000 s) began"
                                + " 1.000 ms after process 0's write of k1=a at n1 (0.001000 s – 0.002000 s) had ended, but saw the"
                                + " initial value as if that had not happened");
        Finding finding = judgement.findings().get(1);
        assertThat(finding.details()).containsEntry("engines", Map.of("distinct", 2));
        assertThat(((Verdict.Violated) finding.verdict()).evidence())
                .singleElement()
                .satisfies(evidence -> assertThat(evidence.operations()).containsExactly(0, 1));

        Path verdict = directory.resolve("verdict.json");
        VerdictJson.write(verdict, judgement);
        assertThat(VerdictJson.toJson(VerdictJson.read(verdict)).toString())
                .isEqualTo(VerdictJson.toJson(judgement).toString());
    }

    @Test
    void aRunThatTestedNothingIsUndecidedAndSaysWhy() {
        Path file = directory.resolve("history.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.nemesis(1, "kill", Map.of("phase", "strike"));
            writer.nemesis(2, "kill", Map.of("phase", "probe", "effective", false));
            writer.invoke(3, 0, "write", "k1", "a", "n1", "c0-1");
            writer.fail(4, 0, "write", "k1", "refused");
        }
        Judgement judgement =
                judge(
                        file,
                        List.of("linearizable register", "nonsense"),
                        new Expectations(true, 10, 0, 0));

        assertThat(judgement.verdict().exitCode()).isEqualTo(2);
        assertThat(judgement.verdict().sentence())
                .contains("faults were asked for, 1 struck and none was effective")
                .contains("only 1 operations completed, at least 10 are needed")
                .contains("none of 1 write operations succeeded");
        assertThat(judgement.findings().get(2).verdict().sentence())
                .contains("no check named \"nonsense\"");
    }

    /// Every order of nothing is an order; but nobody who asks wants to hear that it is valid.
    @Test
    void aHistoryWithoutOperationsIsUndecided() {
        Path file = directory.resolve("history.jsonl");
        new HistoryWriter(file).close();
        Judgement judgement = judge(file, List.of("linearizable register"), Expectations.none());

        assertThat(judgement.verdict().exitCode()).isEqualTo(2);
        assertThat(judgement.verdict().sentence()).contains("no operation in the history");
    }

    private static Judgement judge(Path file, List<String> checks, Expectations expectations) {
        return new Judge()
                .judge(
                        new Trial(Histories.read(file), List.of(), checks, expectations),
                        Bounds.defaults());
    }
}
