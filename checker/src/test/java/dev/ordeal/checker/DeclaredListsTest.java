package dev.ordeal.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.linear.Script;
import org.junit.jupiter.api.Test;

class DeclaredListsTest {
    private static Finding check(String script) {
        return DeclaredLists.check(Script.history(script), Bounds.defaults().start());
    }

    private static void violated(String script, String sentence, Integer... operations) {
        Verdict verdict = check(script).verdict();
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Violated.class,
                        violated -> {
                            assertThat(violated.sentence()).contains(sentence);
                            assertThat(violated.evidence().getFirst().operations())
                                    .containsExactly(operations);
                        });
    }

    @Test
    void oneListARoundThatEverybodySeesIsValid() {
        Verdict verdict =
                check(
                                """
                                p1 read    r1           0..2   ok null
                                p1 declare r1 ["a","b"] 5..10  ok
                                p2 declare r1 ["c"]     7..12  fail
                                p3 declare r1 ["d"]     8..    unknown
                                p4 read    r1           6..20  ok null
                                p4 read    r1          30..40  ok ["a","b"]
                                p5 read    r1          30..40  ok ["a","b"]
                                p1 declare r2 ["e"]    50..60  ok
                                p5 read    r2          70..80  ok ["e"]
                                """)
                        .verdict();
        assertThat(verdict).isInstanceOf(Verdict.Valid.class);
        assertThat(verdict.sentence()).contains("the lists of 2 rounds are the same");
    }

    @Test
    void aSecondListBehindTheFirstIsFound() {
        violated(
                """
                p1 declare r1 ["a","b"]  0..10  ok
                p4 read    r1           20..30  ok ["a","b"]
                p2 declare r1 ["c"]     40..50  ok
                p5 read    r1           60..70  ok ["a","b","c"]
                """,
                "were both accepted, for one round",
                0,
                2);
    }

    @Test
    void twoListsOfOneRoundAreFound() {
        violated(
                """
                p1 declare r1 ["a","b"]  0..      unknown
                p2 declare r1 ["b","a"]  0..      unknown
                p4 read    r1           20..30  ok ["a","b"]
                p5 read    r1           20..30  ok ["b","a"]
                """,
                "are two lists of one round",
                2,
                3);
    }

    @Test
    void aNameTwiceIsFound() {
        violated(
                """
                p1 declare r1 ["a","a"]  0..10  ok
                p4 read    r1           20..30  ok ["a","a"]
                """,
                "has \"a\" twice",
                1);
    }

    @Test
    void aListThatNobodyDeclaredIsFound() {
        violated(
                """
                p1 declare r1 ["a"]      0..10  fail
                p4 read    r1           20..30  ok ["a"]
                """,
                "a list that nobody declared",
                1);
    }

    @Test
    void aListThatIsGoneIsFound() {
        violated(
                """
                p1 declare r1 ["a"]      0..10  ok
                p4 read    r1           20..30  ok null
                """,
                "found no list, but began after",
                0,
                1);
    }

    @Test
    void roundsThatNobodyReadShowNothing() {
        assertThat(check("p1 declare r1 [\"a\"]  0..10  ok\n").verdict())
                .isInstanceOf(Verdict.Undecided.class);
    }
}
