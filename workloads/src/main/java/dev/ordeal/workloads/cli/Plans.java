package dev.ordeal.workloads.cli;

import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Scenarios in files.
final class Plans {
    private Plans() {}

    static void write(Scenario scenario, Path file) {
        try {
            Files.writeString(file, PlanJson.write(scenario));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Of a run's folder, or of a plan's file.
    ///
    /// @throws RecordException in one line, if there is none or it cannot be read
    static Scenario read(Path path) {
        Path file = Files.isDirectory(path) ? RunDirectory.open(path).plan() : path;
        if (!Files.isRegularFile(file)) {
            throw new RecordException(
                    "there is no plan " + file + ": give a run's folder or a plan's file");
        }
        try {
            return PlanJson.read(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new RecordException(file + ": this is not a plan: it is not text in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file + ": " + e.getMessage(), e);
        }
    }
}
