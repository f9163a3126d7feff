package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Check;
import dev.ordeal.node.raft.Finding.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Thousands of short runs from seeds, each with faults of its own, every step held against every promise; and for each planted
/// bug the first seed that shows it. `-Dordeal.raft.seeds` sets how many.
class RaftSimulationTest {
    private static final int SEEDS = Integer.getInteger("ordeal.raft.seeds", 2_000);

    /// One line a bug: its id, the first seed that shows it, and what was seen.
    private static final Path FIRST_SEEDS = Path.of("src/test/resources/raft/bug-seeds.txt");

    @Test
    void noSeedBreaksAPromiseAndEveryClusterWorksAgainAfterTheFaults() {
        long committed = 0;
        long acknowledged = 0;
        long reads = 0;
        long installed = 0;
        long transferred = 0;
        long changed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Simulation(seed, Optional.empty());
            try {
                run.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            committed += run.committed();
            acknowledged += run.acknowledged();
            reads += run.readsServed();
            installed += run.installed();
            transferred += run.transferred();
            changed += run.changed();
        }
        // A sweep in which little happened has shown little.
        assertThat(committed).isGreaterThan(20L * SEEDS);
        assertThat(acknowledged).isGreaterThan(5L * SEEDS);
        assertThat(reads).isGreaterThan(5L * SEEDS);
        assertThat(transferred).isGreaterThan(SEEDS / 10);
        assertThat(changed).isGreaterThan(SEEDS / 10);
        assertThat(installed).isGreaterThan(SEEDS / 10);
    }

    @Test
    void underLeasesNoReadIsStaleAsLongAsClocksDriftNoFurtherThanTheBound() {
        long atOnce = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Simulation(seed, Optional.empty(), true);
            try {
                run.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            atOnce += run.readsServedAtOnce();
        }
        assertThat(atOnce).isGreaterThan(5L * SEEDS);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 0; seed < 20; seed++) {
            var once = new Simulation(seed, Optional.empty());
            var again = new Simulation(seed, Optional.empty());
            once.run();
            again.run();
            assertThat(once.trace()).isNotEmpty().isEqualTo(again.trace());
        }
    }

    static List<Bug> bugs() {
        // Those of the disk need one (DiskBugsTest), those of the clients need clients
        // (ClientBugsTest).
        return Bugs.ALL.stream()
                .filter(bug -> !Bugs.OF_THE_DISK.contains(bug))
                .filter(bug -> !Bugs.OF_THE_CLIENTS.contains(bug))
                .toList();
    }

    /// Reads without a quorum, an answer before the commit, a vote forgotten in the same term, several servers changed at once,
    /// and persistence in memory.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "local-read",
                "ack-on-append",
                "vote-reset",
                "several-changes",
                "vote-in-memory"
            })
    void s1_11_eachFlawIsAPlantedBugThatIsFound(String flaw) {
        everyPlantedBugIsFoundByACheckThatIsExpectedToFindIt(Bugs.find(flaw).orElseThrow());
    }

    /// An answer before the commit, and a vote forgotten in the same term; that nothing is on the disk is `no-fsync`, which
    /// `DiskBugsTest` shows.
    @ParameterizedTest
    @ValueSource(strings = {"ack-on-append", "vote-reset"})
    void s2_6_eachFlawIsAPlantedBugThatIsFound(String flaw) {
        everyPlantedBugIsFoundByACheckThatIsExpectedToFindIt(Bugs.find(flaw).orElseThrow());
    }

    /// Backing up one entry at a time is slow, and not wrong.
    @Test
    void s2_6_backingUpOneEntryAtATimeIsASlowVariant() {
        assertThat(Bugs.SLOW).extracting(Bug::id).contains("slow-back-up");
    }

    /// With `-Drewrite` it looks for the first seed of each bug anew; read the difference.
    @ParameterizedTest
    @MethodSource("bugs")
    void everyPlantedBugIsFoundByACheckThatIsExpectedToFindIt(Bug bug) {
        if (Boolean.getBoolean("rewrite")) remember(bug, firstSeed(bug));
        var line = remembered().stream().filter(l -> l.startsWith(bug.id() + " ")).findFirst();
        assertThat(line).as("the first seed of %s in %s", bug.id(), FIRST_SEEDS).isPresent();
        long seed = Long.parseLong(line.get().split(" ", 3)[1]);

        var finding = new Simulation(seed, Optional.of(bug.planted())).finding();

        assertThat(finding).as("what seed %d finds with %s", seed, bug.id()).isPresent();
        assertThat(finding.get().promise()).isIn(expected(bug));
        assertThat(line(bug, seed, finding.get())).isEqualTo(line.get());
        boolean leases = Simulation.leases(bug.planted());
        assertThat(new Simulation(seed, Optional.empty(), leases).finding())
                .as("the same seed without the bug")
                .isEmpty();
    }

    static List<Bug> slow() {
        return Bugs.SLOW;
    }

    @ParameterizedTest
    @MethodSource("slow")
    void aNodeThatIsSlowAndCorrectRaisesNoAlarm(Bug variant) {
        for (long seed = 0; seed < SEEDS; seed++)
            assertThat(new Simulation(seed, Optional.of(variant.planted())).finding())
                    .as("what seed %d finds with %s", seed, variant.id())
                    .isEmpty();
    }

    private static long firstSeed(Bug bug) {
        for (long seed = 0; seed < 100_000; seed++) {
            var finding = new Simulation(seed, Optional.of(bug.planted())).finding();
            if (finding.isPresent() && expected(bug).contains(finding.get().promise())) return seed;
        }
        throw new AssertionError("100,000 seeds do not show " + bug.id());
    }

    private static List<Promise> expected(Bug bug) {
        return bug.foundBy().stream().map(RaftSimulationTest::promise).toList();
    }

    private static Promise promise(Check check) {
        return switch (check) {
            case ELECTION_SAFETY -> Promise.ELECTION_SAFETY;
            case COMMIT_CONSISTENCY -> Promise.STATE_MACHINE_SAFETY;
            case ACKNOWLEDGED_ELEMENTS -> Promise.ACKNOWLEDGED_STAYS;
            case DECLARED_LISTS -> throw new IllegalArgumentException("not the core's: " + check);
            case LINEARIZABILITY -> Promise.LINEARIZABLE_READS;
        };
    }

    private static String line(Bug bug, long seed, Finding finding) {
        return bug.id() + " " + seed + " " + finding.getMessage();
    }

    private static List<String> remembered() {
        try {
            return Files.exists(FIRST_SEEDS) ? Files.readAllLines(FIRST_SEEDS) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remember(Bug bug, long seed) {
        var finding = new Simulation(seed, Optional.of(bug.planted())).finding().orElseThrow();
        var lines = new ArrayList<>(remembered());
        lines.removeIf(line -> line.startsWith(bug.id() + " "));
        lines.add(line(bug, seed, finding));
        try {
            Files.createDirectories(FIRST_SEEDS.getParent());
            Files.write(FIRST_SEEDS, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
