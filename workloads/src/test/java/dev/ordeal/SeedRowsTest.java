package dev.ordeal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the three systems that Ordeal grew from can do, in rows. A test that shows a row begins with its number: `s1_4_…` shows
/// S1.4. So each row can be found, and run: `-Dtest='*#s1_4_*' -Dsurefire.failIfNoSpecifiedTests=false`, and the same of
/// failsafe with `-Dit.test`.
final class SeedRowsTest {
    private static final String ROWS =
            """
            S0.1  a gossiper is set up by ADDRESS, BOOTSTRAP_SERVERS, STORE and INPUT
            S0.2  followers say five times a second that they wait, the leader that it leads and declares
            S0.3  pre-vote, a log that persists, snapshot and restore
            S0.4  flaw: a second leader declares a second list
            S0.5  every gossiper reports the same list for a round
            S1.1  RequestVote, AppendEntries with the fast back-up, election time-outs drawn from a range
            S1.2  term, vote and log persist
            S1.3  a key/value machine
            S1.4  servers are added and removed, several at once, the leader too
            S1.5  every node reports what it commits, and all reports agree
            S1.6  a console of twelve commands
            S1.7  assertions: a unique leader, no leader, committed
            S1.8  the scenarios: exchange, election, commits, membership
            S1.9  elections that collide on purpose
            S1.10 a timing diagram
            S1.11 flaws: local reads, answers before the commit, forgotten votes, several changes at once, persistence in memory
            S2.1  RequestVote, AppendEntries and ClientRequest over gRPC
            S2.2  three containers, client ports 808X and admin ports 909X
            S2.3  a client that follows the leader
            S2.4  an admin port that blocks and unblocks the node
            S2.5  a small image with what faults need
            S2.6  flaws: no persistence, answers before the commit, forgotten votes, back-up by one entry
            """;

    private static final List<String> MODULES =
            List.of("checker", "node", "nemesis", "results", "workloads");

    private static final Pattern NAMED = Pattern.compile("void s(\\d+)_(\\d+)_\\w+\\(");

    static List<String> rows() {
        return ROWS.lines().map(line -> line.split(" ", 2)[0]).toList();
    }

    /// The files with tests of each row that a test is named after.
    private static SortedMap<String, List<Path>> tests() throws IOException {
        SortedMap<String, List<Path>> tests = new TreeMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                    for (MatchResult found :
                            NAMED.matcher(Files.readString(file)).results().toList()) {
                        tests.computeIfAbsent(
                                        "S" + found.group(1) + "." + found.group(2),
                                        row -> new ArrayList<>())
                                .add(file);
                    }
                }
            }
        }
        return tests;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowHasATestThatIsNamedAfterIt(String row) throws IOException {
        assertThat(tests()).containsKey(row);
    }

    @Test
    void noTestIsNamedAfterARowThatThereIsNot() throws IOException {
        Map<String, List<Path>> others = new TreeMap<>(tests());
        others.keySet().removeAll(new TreeSet<>(rows()));
        assertThat(others).isEmpty();
    }
}
