package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.history.History;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextReportTest {
    @TempDir Path folder;

    @Test
    void saysTheVerdictTheEvidenceTheFaultsAndTheFigures() {
        String text = TextReport.of(null, TinyRun.history(folder), List.of(), TinyRun.judgement());
        assertThat(text)
                .isEqualTo(
                        """
                        VIOLATED: key x is not linearizable

                        Evidence 1 (linearizable register)
                          process 0 read x=v1 from n1 at 0.950 s, 46.0 ms after process 1's write of x=v2 was acknowledged
                            0.001 s  +2.50 ms  process 1 on n2  write x = v1  ok  #0
                            0.900 s  +4.00 ms  process 1 on n2  write x = v2  ok  #1
                            0.950 s  +1.25 ms  process 0 on n1  read x → v1   ok  #2
                            n1          index 2  term 1  noop
                            n2, life 3  index 2  term 2  write x = v2
                            What the nodes recorded of operations without an answer:
                              #3, process 0's write of y=v3 at n1 was committed at index 3 in term 2
                            The longest order that works has 2 operations; none of these can come next:
                              process 0's read of v1: the value is v2

                        Checks
                          ✕ violated   linearizable register  1.50 ms  distinct-register
                          ? undecided  commit
                          ✓ valid      election               250 µs                      every term had one leader

                        Undecided
                          commit: n3 left no record: its disk was lost

                        Faults: 1 of 2 took effect
                          0.500 s  for 1.00 s  partition leader  n1 | n2 n3  took effect  n1 cannot reach n2: ping unanswered for 300 ms
                          1.600 s              pause leader                  skipped      no leader was known

                        Operations: 5 in 2.00 s, 1.5 a second answered ok
                                 ok  failed  unknown  p50      p95      p99      max
                          cas    0   1       0        –        –        –        –
                          read   1   0       0        1.25 ms  1.25 ms  1.25 ms  1.25 ms
                          write  2   0       1        2.50 ms  4.00 ms  4.00 ms  4.00 ms
                          all    3   1       1        2.50 ms  4.00 ms  4.00 ms  4.00 ms
                        """);
    }

    @Test
    void endsWithTheCommandThatRepeatsTheRun() {
        String text =
                TextReport.of(
                        SampleRun.facts(SampleRun.Shape.small()),
                        TinyRun.history(folder),
                        List.of(),
                        TinyRun.judgement());
        assertThat(text)
                .endsWith(
                        "\nTo repeat the plan of this run:\n  ./ordeal run register --faults partition,kill,pause --time 30s --seed 42\n");
    }

    @Test
    void ofAValidRunItSaysWhatWasChecked() {
        Judgement valid =
                new Judgement(
                        List.of(
                                new Finding(
                                        "assumptions",
                                        new Verdict.Valid("the run tested something"),
                                        Map.of()),
                                new Finding("commit", new Verdict.Valid("all agree"), Map.of()),
                                new Finding(
                                        "election",
                                        new Verdict.Valid("one leader a term"),
                                        Map.of())));
        assertThat(TextReport.of(null, TinyRun.history(folder), List.of(), valid))
                .startsWith("VALID: every check holds: commit, election\n");
    }

    @Test
    void aRecordThatWasCutShortIsSaidAtTheTop() {
        History torn =
                TinyRun.history(
                        folder, TinyRun.HISTORY.substring(0, TinyRun.HISTORY.length() - 30));
        String text = TextReport.of(null, torn, List.of(), TinyRun.judgement());
        assertThat(text.lines().skip(1).findFirst().orElseThrow())
                .startsWith("Note: ")
                .contains("last line");
    }

    @Test
    void aRunThatStoppedAtItsFirstViolationSaysSoAtTheTop() {
        String seen =
                """
                {"index":16,"time":2000000001,"process":"nemesis","type":"info","f":"violation","value":{"operation":2,"sentence":"it is stale"}}
                """;
        assertThat(note(TinyRun.HISTORY.replace("\"phase\":\"end\"", "\"phase\":\"load\"") + seen))
                .isEqualTo(
                        "Note: The run stopped at the first violation, seen at 2.000 s, when operation #2 (read x → v1) ended");
        assertThat(note(TinyRun.HISTORY + seen))
                .isEqualTo(
                        "Note: The first violation was seen at 2.000 s, when operation #2 (read x → v1) ended; the load was over by then");
    }

    private String note(String history) {
        return TextReport.of(null, TinyRun.history(folder, history), List.of(), TinyRun.judgement())
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anEmptyHistoryHasNothingToShowAndSaysSo() {
        History empty = TinyRun.history(folder, "");
        assertThat(TextReport.of(null, empty, List.of(), new Judgement(List.of())))
                .isEqualTo("UNDECIDED: nothing was checked\n\nChecks\n  none\n\nOperations: 0\n");
    }

    @Test
    void aValueCannotDriveTheTerminal() {
        History history =
                TinyRun.history(
                        folder, TinyRun.HISTORY.replace("\"v1\"", "\"\\u001b[2Jgone\\u0007\""));
        String text = TextReport.of(null, history, List.of(), TinyRun.judgement());
        assertThat(text)
                .contains("read x → \\u001b[2Jgone\\u0007")
                .doesNotContain("\u001b")
                .doesNotContain("\u0007");
    }

    @Test
    void whatTheFirstLineSaidIsNotSaidAgain() {
        Evidence evidence = new Evidence("x lost v2", List.of(2), List.of());
        Judgement violated =
                new Judgement(
                        List.of(
                                new Finding(
                                        "c",
                                        new Verdict.Violated(
                                                "x lost v2 (and 1 more key)", List.of(evidence)),
                                        Map.of())));
        assertThat(TextReport.of(null, TinyRun.history(folder), List.of(), violated))
                .startsWith("VIOLATED: x lost v2 (and 1 more key)\n\nEvidence 1 (c)\n    0.950 s");
    }
}
