package dev.ordeal.results.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunDirectoryTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 3, 1, 12, 0, 0);
    private static final RunFacts FACTS =
            new RunFacts(
                    "register",
                    "process",
                    5,
                    10,
                    100.0,
                    30_000_000_000L,
                    1_000_000_000L,
                    10,
                    List.of("partition leader"),
                    42,
                    null,
                    true,
                    true,
                    List.of("commit"),
                    7,
                    "2026-03-01T12:00:00+01:00",
                    "./ordeal run register --seed 42");

    @TempDir Path results;

    @Test
    void runsThatStartInTheSameSecondGetFoldersOfTheirOwn() throws Exception {
        Set<Path> paths = new HashSet<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            Callable<RunDirectory> start =
                    () -> RunDirectory.create(results, NOON, "register-kill");
            for (Future<RunDirectory> run :
                    pool.invokeAll(java.util.Collections.nCopies(8, start))) {
                paths.add(run.get().path());
            }
        }
        assertThat(paths).hasSize(8).allMatch(Files::isDirectory);
        assertThat(results.resolve("runs/20260301-120000-register-kill")).isIn(paths);
    }

    @Test
    void latestPointsAtTheLastOnePublished() {
        RunDirectory first = RunDirectory.create(results, NOON, "register-kill");
        first.write(FACTS);
        first.publish();
        RunDirectory second = RunDirectory.create(results, NOON, "register-kill");
        second.write(FACTS);
        assertThat(RunDirectory.open(results.resolve("latest")).path().getFileName())
                .isEqualTo(first.path().getFileName());
        second.publish();
        assertThat(RunDirectory.open(results.resolve("latest")).path().getFileName())
                .isEqualTo(second.path().getFileName());
    }

    @Test
    void factsReadBackAsTheyWereWritten() {
        RunDirectory run = RunDirectory.create(results, NOON, "register-kill");
        run.write(FACTS);
        assertThat(RunDirectory.open(run.path()).facts()).isEqualTo(FACTS);
    }

    @Test
    void aResultsFolderThatIsAFileIsSaidInOneLine() throws IOException {
        Path file = Files.writeString(results.resolve("taken"), "");
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> RunDirectory.create(file, NOON, "register"))
                .withMessageContaining("cannot write to the results folder " + file)
                .withMessageContaining("--results")
                .satisfies(e -> assertThat(e).message().hasLineCount(1));
    }

    @Test
    void aFolderWithoutASpecIsNotARun() {
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> RunDirectory.open(results))
                .withMessageContaining("is not a run directory");
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> RunDirectory.open(results.resolve("nowhere")))
                .withMessageContaining("no such file");
    }

    @Test
    void aTornSpecIsSaidInOneLine() throws IOException {
        RunDirectory run = RunDirectory.create(results, NOON, "register");
        Files.writeString(run.spec(), "{\"workload\":\"reg");
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(run::facts)
                .withMessageContaining("is not a run's specification")
                .satisfies(e -> assertThat(e).message().hasLineCount(1));
    }
}
