package dev.ordeal.workloads.cli;

import dev.ordeal.results.record.RunDirectory;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/// When a run began, and the folder that was made for it then.
record RunStart(OffsetDateTime at, RunDirectory directory) {
    /// @param results where runs are kept
    /// @param title of this one, in the name of its folder
    static RunStart now(Path results, String title) {
        OffsetDateTime now =
                OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        return new RunStart(now, RunDirectory.create(results, now.toLocalDateTime(), title));
    }
}
