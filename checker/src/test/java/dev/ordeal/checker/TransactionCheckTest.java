package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the lines of a file to the verdict on transactions.
final class TransactionCheckTest {
    @TempDir Path directory;

    private static final String WRITE_SKEW =
            """
            {"index":0,"time":0,"process":1,"type":"invoke","f":"txn","value":[["r","x",null],["append","y",1]]}
            {"index":1,"time":1,"process":2,"type":"invoke","f":"txn","value":[["r","y",null],["append","x",2]]}
            {"index":2,"time":5,"process":1,"type":"ok","f":"txn","value":[["r","x",[]],["append","y",1]]}
            {"index":3,"time":6,"process":2,"type":"ok","f":"txn","value":[["r","y",[]],["append","x",2]]}
            {"index":4,"time":7,"process":1,"type":"invoke","f":"txn","value":[["append","x",9]]}
            {"index":5,"time":8,"process":1,"type":"info","f":"txn","value":[["append","x",9]]}
            """;

    private Finding judge(String check, String lines) throws Exception {
        return judge(check, lines, Bounds.defaults());
    }

    private Finding judge(String check, String lines, Bounds bounds) throws Exception {
        Path file = Files.writeString(directory.resolve("history.jsonl"), lines);
        History history = Histories.read(file);
        return new Judge()
                .judge(new Trial(history, List.of(), List.of(check), Expectations.none()), bounds)
                .findings()
                .getLast();
    }

    @Test
    void writeSkewIsNotSerializableButIsSnapshotIsolation() throws Exception {
        Finding broken = judge("serializable list-append", WRITE_SKEW);
        assertThat(broken.verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(broken.verdict().sentence())
                .startsWith("not serializable: G2-item, write skew")
                .contains("T0 read x at the initial state and not 2, which T1 wrote over it");
        assertThat(((Verdict.Violated) broken.verdict()).evidence().getFirst().operations())
                .containsExactlyInAnyOrder(0, 1);
        Finding kept = judge("snapshot-isolation list-append", WRITE_SKEW);
        assertThat(kept.verdict()).isInstanceOf(Verdict.Valid.class);
        assertThat(kept.verdict().sentence())
                .startsWith("2 transactions show nothing that snapshot-isolation forbids");
    }

    /// More and more steps: undecided until they are enough, and then the verdict is the one without a bound.
    @Test
    void stepsBoundIt() throws Exception {
        for (String check : List.of("serializable list-append", "serializable rw-register")) {
            String lines =
                    check.endsWith("rw-register")
                            ? WRITE_SKEW.replace("append", "w").replace("[]", "null")
                            : WRITE_SKEW;
            int undecided = 0;
            long steps = 1;
            Verdict verdict = judge(check, lines, Bounds.defaults().withSteps(steps)).verdict();
            for (; !(verdict instanceof Verdict.Violated); undecided++) {
                assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
                assertThat(verdict.sentence())
                        .contains("more than the allowed " + steps + " steps");
                steps *= 2;
                verdict = judge(check, lines, Bounds.defaults().withSteps(steps)).verdict();
            }
            assertThat(undecided).isBetween(2, 12);
            assertThat(verdict.sentence()).isEqualTo(judge(check, lines).verdict().sentence());
        }
    }

    @Test
    void memoryAndTimeBoundIt() throws Exception {
        for (String check : List.of("serializable list-append", "serializable rw-register")) {
            assertThat(judge(check, WRITE_SKEW, Bounds.defaults().withBytes(100)).verdict())
                    .isInstanceOf(Verdict.Undecided.class)
                    .extracting(Verdict::sentence)
                    .asString()
                    .contains("more than the allowed 0 MiB of memory");
            assertThat(
                            judge(check, WRITE_SKEW, Bounds.defaults().withTime(Duration.ZERO))
                                    .verdict())
                    .isInstanceOf(Verdict.Undecided.class)
                    .extracting(Verdict::sentence)
                    .asString()
                    .contains("longer than the allowed 0 ms");
        }
    }

    /// Which of two writes came last is known only if each key is taken to be linearizable.
    @Test
    void keysThatAreLinearizableByThemselvesOrderTheirVersions() throws Exception {
        String stale =
                """
                {"index":0,"time":0,"process":1,"type":"invoke","f":"txn","value":[["w","x",1]]}
                {"index":1,"time":1,"process":1,"type":"ok","f":"txn","value":[["w","x",1]]}
                {"index":2,"time":2,"process":1,"type":"invoke","f":"txn","value":[["w","x",2]]}
                {"index":3,"time":3,"process":1,"type":"ok","f":"txn","value":[["w","x",2]]}
                {"index":4,"time":4,"process":2,"type":"invoke","f":"txn","value":[["r","x",null]]}
                {"index":5,"time":5,"process":2,"type":"ok","f":"txn","value":[["r","x",1]]}
                """;
        assertThat(judge("strict-serializable rw-register", stale).verdict())
                .isInstanceOf(Verdict.Valid.class);
        Finding broken = judge("strict-serializable linearizable-keys rw-register", stale);
        assertThat(broken.verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(broken.check()).isEqualTo("strict-serializable linearizable-keys rw-register");
        assertThat(judge("strict-serializable linear-keys rw-register", stale).verdict())
                .isInstanceOf(Verdict.Undecided.class);
    }

    @Test
    void whatIsNoTransactionIsUndecidedInOneLine() throws Exception {
        Finding finding =
                judge(
                        "serializable rw-register",
                        """
                        {"index":0,"time":0,"process":1,"type":"invoke","f":"write","value":3}
                        {"index":1,"time":5,"process":1,"type":"ok","f":"write","value":3}
                        """);
        assertThat(finding.verdict())
                .isEqualTo(
                        new Verdict.Undecided(
                                "operation 0 is no transaction: its value is 3, not a list of micro-operations"));
    }
}
