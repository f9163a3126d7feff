package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ListAppendTest {
    @Test
    void elementsThatAreAllReadBackInOrderAreValid() {
        Verdict verdict =
                ListAppend.check(
                                Script.history(
                                        """
                                        p1 append x 1   0..10  ok
                                        p2 append x 2   5..    unknown
                                        p3 append x 3   5..9   fail
                                        p5 read   x    20..30  ok [1]
                                        p1 append x 4  31..40  ok
                                        p4 read   x    50..60  ok [1,4,2]
                                        """))
                        .verdict();
        assertThat(verdict).isInstanceOf(Verdict.Valid.class);
        assertThat(verdict.sentence()).contains("2 acknowledged elements on 1 keys");
    }

    @Test
    void aLostElementIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p1 append x 2  11..20  ok
                p4 read   x    50..60  ok [2]
                """,
                "process p1's append of x=1 (0.000000 s – 0.010000 s) was acknowledged, but process p4's read of x=[2]"
                        + " (0.050000 s – 0.060000 s), which began 40.000 ms later, does not have it",
                0,
                2);
    }

    @Test
    void aDuplicatedElementIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p4 read   x    50..60  ok [1,1]
                """,
                "has 1 twice, at places 0 and 1",
                0,
                1);
    }

    @Test
    void readsThatCannotBeOfOneListAreFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p2 append x 2   0..10  ok
                p3 read   x    20..30  ok [1,2]
                p4 read   x    20..30  ok [2,1]
                """,
                "one list cannot have been both",
                3,
                2);
    }

    @Test
    void elementsFromNowhereAndOfFailedAppendsAreFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p4 read   x    50..60  ok [1,9]
                """,
                "has 9, which nobody appended",
                1);
        violated(
                """
                p1 append x 1   0..10  ok
                p2 append x 2   0..10  fail
                p4 read   x    50..60  ok [1,2]
                """,
                "has 2, but process p2's append of x=2",
                1,
                2);
    }

    @Test
    void anOrderAgainstRealTimeIsFound() {
        violated(
                """
                p1 append x 1   0..10  ok
                p1 append x 2  11..20  ok
                p4 read   x    50..60  ok [2,1]
                """,
                "stands behind it",
                0,
                1,
                2);
    }

    @Test
    void aListThatShrinksIsFound() {
        violated(
                """
                p1 append x 1   0..        unknown
                p4 read   x    50..60  ok [1]
                p5 append x 2  55..90  ok
                p4 read   x    61..70  ok []
                p4 read   x    91..99  ok [1,2]
                """,
                "has 0 elements, but began after",
                1,
                3);
    }

    @Test
    void aKeyThatIsNotReadInTheEndIsUndecided() {
        Verdict verdict =
                ListAppend.check(
                                Script.history(
                                        """
                                        p4 read   x     0..10  ok absent
                                        p1 append x 1  11..20  ok
                                        """))
                        .verdict();
        assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
        assertThat(verdict.sentence())
                .contains("1 of 1 keys were not read after their last append");
    }

    /// Reads that begin alike are looked at once: that says what a look at each element of each of them does.
    @Test
    void whatReadsHaveInCommonIsJudgedAsIfEachWereAlone() {
        int histories = Integer.getInteger("ordeal.histories", 100_000) / 10;
        int broken = 0;
        for (int seed = 0; seed < histories; seed++) {
            History history = random(new SplittableRandom(seed));
            Map<String, Integer> expected = brokenOneByOne(history);
            Map<?, ?> found =
                    new TreeMap<>((Map<?, ?>) ListAppend.check(history).details().get("broken"));
            found.keySet().retainAll(OF_EACH_ELEMENT);
            assertThat(found).as("history " + seed).isEqualTo(expected);
            broken += expected.isEmpty() ? 0 : 1;
        }
        assertThat(broken).isBetween(histories / 4, histories * 3 / 4);
    }

    private static final List<String> OF_EACH_ELEMENT =
            List.of("duplicated", "failed but there", "from nowhere", "from the future", "lost");

    private static Map<String, Integer> brokenOneByOne(History history) {
        Map<String, Integer> broken = new TreeMap<>();
        Map<Object, Operation> appends = new HashMap<>();
        List<Operation> reads = new ArrayList<>();
        for (Operation operation : history.operations()) {
            if (operation.f().equals("append")) {
                appends.put(operation.argument(), operation);
            } else {
                reads.add(operation);
            }
        }
        for (Operation read : reads) {
            List<?> seen = seen(read);
            for (int place = 0; place < seen.size(); place++) {
                Operation append = appends.get(seen.get(place));
                String rule =
                        seen.subList(0, place).contains(seen.get(place))
                                ? "duplicated"
                                : append == null
                                        ? "from nowhere"
                                        : append.outcome() == Outcome.FAILED
                                                ? "failed but there"
                                                : read.returnedNanos() < append.invokedNanos()
                                                        ? "from the future"
                                                        : "";
                if (!rule.isEmpty()) {
                    broken.merge(rule, 1, Integer::sum);
                }
            }
        }
        for (Operation append : appends.values()) {
            List<Operation> later =
                    reads.stream()
                            .filter(read -> read.invokedNanos() > append.returnedNanos())
                            .toList();
            if (append.outcome() == Outcome.OK
                    && !later.isEmpty()
                    && !(seen(later.getFirst()).contains(append.argument())
                            && seen(later.getLast()).contains(append.argument()))) {
                broken.merge("lost", 1, Integer::sum);
            }
        }
        return broken;
    }

    private static List<?> seen(Operation read) {
        return read.result() instanceof Result.Value(List<?> list) ? list : List.of();
    }

    /// Appends and reads of one list: some are lost, some that failed are not, and a read may have something that the list did not.
    private static History random(SplittableRandom random) {
        HistoryBuilder history = new HistoryBuilder();
        List<Object> list = new ArrayList<>();
        int operations = 4 + random.nextInt(20);
        int lie = random.nextInt(operations);
        List<Integer> open = new ArrayList<>();
        List<Result> answers = new ArrayList<>();
        for (long now = 0; answers.size() < operations || !open.isEmpty(); now++) {
            if (answers.size() < operations && random.nextBoolean()) {
                int operation = answers.size();
                boolean append = random.nextInt(5) < 3;
                if (append && random.nextInt(40) > 0) {
                    list.add("e" + operation);
                }
                history.invoke(
                        now,
                        operation,
                        append ? "append" : "read",
                        "x",
                        append ? new Result.Value("e" + operation) : new Result.Unknown(),
                        null,
                        null);
                List<Object> answer = new ArrayList<>(append ? List.of() : list);
                if (operation == lie && !append && !list.isEmpty()) {
                    Object some = list.get(random.nextInt(list.size()));
                    switch (random.nextInt(3)) {
                        case 0 -> answer.add(some);
                        case 1 -> answer.remove(some);
                        default -> answer.add("e" + random.nextInt(operations));
                    }
                }
                open.add(operation);
                answers.add(append ? new Result.Unknown() : new Result.Value(answer));
            } else if (!open.isEmpty()) {
                int operation = open.remove(/* index */ random.nextInt(open.size()));
                Result answer = answers.get(operation);
                if (answer instanceof Result.Unknown && random.nextInt(40) == 0) {
                    history.fail(now, operation, "no");
                } else {
                    history.ok(now, operation, answer);
                }
            }
        }
        return history.build();
    }

    private static void violated(String script, String words, Integer... operations) {
        Verdict verdict = ListAppend.check(Script.history(script)).verdict();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        Evidence evidence = ((Verdict.Violated) verdict).evidence().get(0);
        assertThat(evidence.sentence()).contains(words);
        assertThat(evidence.operations()).containsExactly(operations);
    }
}
