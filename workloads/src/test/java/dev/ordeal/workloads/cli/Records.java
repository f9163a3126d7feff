package dev.ordeal.workloads.cli;

import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;

/// Records of runs that never were, with the history of one's choice.
final class Records {
    private Records() {}

    /// A run of registers on three processes, without faults, of which the nodes left nothing.
    ///
    /// @param repeat the command that would repeat it
    static RunDirectory register(Path results, List<String> checks, String repeat, String history)
            throws IOException {
        RunDirectory directory =
                RunDirectory.create(results, LocalDateTime.of(2026, 3, 1, 12, 0), "register");
        directory.write(
                new RunFacts(
                        "register",
                        "process",
                        3,
                        2,
                        100,
                        30_000_000_000L,
                        1_000_000_000L,
                        1,
                        List.of(),
                        42,
                        null,
                        true,
                        true,
                        checks,
                        0,
                        "2026-03-01T12:00:00+01:00",
                        repeat));
        Files.writeString(directory.history(), history);
        return directory;
    }
}
