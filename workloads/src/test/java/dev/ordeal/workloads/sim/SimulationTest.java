package dev.ordeal.workloads.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.workloads.sim.Coverage.Happening;
import dev.ordeal.workloads.workload.Append;
import dev.ordeal.workloads.workload.Register;
import dev.ordeal.workloads.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("ordeal.sim.seeds", 100);

    @TempDir Path folder;

    private static Draw draw(Workload workload, long seed, @Nullable String bug) {
        return Draw.of(workload, seed, Duration.ofSeconds(2), bug);
    }

    /// Of everything that the run of each seed leaves, byte for byte.
    private static List<String> digests(Path folder) throws IOException {
        List<String> digests = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Path own = Files.createDirectory(folder.resolve(Long.toString(seed)));
            Path nodes = Files.createDirectory(own.resolve("nodes"));
            Simulation.record(
                    draw(new Register(), seed, null).scenario(),
                    own.resolve("history.jsonl"),
                    nodes);
            digests.add(digest(own));
        }
        return digests;
    }

    private static String digest(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(folder.relativize(file).toString().getBytes(UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The other virtual machine's program: prints the digests.
    static final class Other {
        private Other() {}

        public static void main(String[] args) throws IOException {
            digests(Path.of(args[0])).forEach(System.out::println);
        }
    }

    @Test
    void aSeedGivesTheSameRecordInAnotherVirtualMachine() throws IOException {
        Path there = Files.createDirectory(folder.resolve("there"));
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dordeal.sim.seeds=" + SEEDS,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Other.class.getName(),
                                there.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> here = digests(Files.createDirectory(folder.resolve("here")));
        assertThat(here).hasSize(SEEDS).doesNotHaveDuplicates();
        assertThat(other.inputReader().lines().toList()).isEqualTo(here);
    }

    @Test
    void noSeedBreaksAPromise() {
        Coverage coverage = new Coverage();
        for (long seed = 1; seed <= SEEDS; seed++) {
            for (Workload workload : List.of(new Register(), new Append())) {
                Simulation.Outcome outcome = Simulation.run(draw(workload, seed, null));
                assertThat(outcome.verdict())
                        .as("seed %d of %s: %s", seed, workload.name(), outcome.verdict())
                        .isInstanceOf(Verdict.Valid.class);
                coverage.add(outcome.coverage());
            }
        }
        assertThat(coverage.count(Happening.OPERATION)).isGreaterThan(50L * SEEDS);
        assertThat(Happening.values())
                .as("%s", coverage)
                .allMatch(it -> coverage.count(it) > SEEDS / 10);
    }

    /// The judge of a swarm and the judge of a record see the same: nothing is lost or bent on either way.
    @ParameterizedTest
    @ValueSource(strings = {"register", "append", "sus"})
    void whatIsKeptInMemoryIsWhatIsWrittenToFiles(String name) throws IOException {
        Workload workload = Workload.named(name).orElseThrow();
        for (long seed = 1; seed <= 20; seed++) {
            Path own = Files.createDirectory(folder.resolve(name + "-" + seed));
            Path nodes = Files.createDirectory(own.resolve("nodes"));
            Simulation.record(
                    draw(workload, seed, null).scenario(), own.resolve("history.jsonl"), nodes);
            Trial inMemory = Simulation.run(draw(workload, seed, null)).trial();
            assertThat(inMemory.nodes()).isNotEmpty();
            for (NodeStreams node : inMemory.nodes()) {
                assertThat(node)
                        .as("seed %d of %s", seed, name)
                        .isEqualTo(NodeStreams.read(node.node(), nodes.resolve(node.node())));
            }
            assertThat(inMemory.history().operations())
                    .isEqualTo(Histories.read(own.resolve("history.jsonl")).operations());
        }
    }

    /// A node that goes on after a pause hears of several terms at once, while its disk still syncs what the first one stored.
    /// It once told its journal of the last term before the roles of the others, which the judge took for a term that goes back.
    @ParameterizedTest
    @ValueSource(longs = {164, 374, 489, 1093})
    void theJournalTellsOfTermsAndRolesInTheirOrder(long seed) {
        Draw draw = Draw.of(new Register(), seed, Duration.ofSeconds(4), null);
        assertThat(Simulation.run(draw).verdict()).isInstanceOf(Verdict.Valid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "local-read, linearizable register",
        "follower-read, linearizable register",
        "vote-in-memory, invariants",
        "ack-on-append, invariants",
        "apply-on-append, invariants",
        "no-checksum, invariants",
        "commit-before-fsync, invariants",
        "cas-at-propose, linearizable register",
        "timeout-is-failure, linearizable register",
        "swapped-replies, linearizable register"
    })
    void aSeedShowsThePlantedBug(String bug, String check) {
        // Those that need a fault of a kind that few seeds draw show in one or two of a hundred.
        long seeds = 5L * SEEDS;
        for (long seed = 1; seed <= seeds; seed++) {
            Simulation.Outcome outcome = Simulation.run(draw(new Register(), seed, bug));
            boolean found =
                    outcome.judgement().findings().stream()
                            .filter(finding -> finding.check().equals(check))
                            .map(Finding::verdict)
                            .anyMatch(Verdict.Violated.class::isInstance);
            if (found) {
                return;
            }
        }
        throw new AssertionError(seeds + " seeds do not show " + bug);
    }

    /// In the step that decides it, whether or not anything comes of it in this run.
    @ParameterizedTest
    @CsvSource({
        "figure-8, a quorum stores what is committed",
        "match-too-high, followers accept what the leader has",
        "quorum-half, leaders have a quorum's votes",
        "vote-index-only, votes go to logs that are up-to-date",
        "commit-past-new, what is committed is the same everywhere",
        "single-change-no-noop, changes are settled one by one",
        "several-changes, changes are settled one by one",
        "config-not-undone, the newest configuration in the log is in force"
    })
    void aWrongDecisionIsSeenInsideTheNodes(String bug, String rule) {
        Violation violation = new Violation("invariants", rule);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Draw draw = Draw.of(new Append(), seed, null, bug);
            if (violation.isIn(Simulation.run(draw).judgement())) {
                return;
            }
        }
        throw new AssertionError(SEEDS + " seeds do not show that " + rule);
    }
}
