package dev.ordeal.workloads.cli;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

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

    /// The plan of a run's folder, or the file itself.
    static Path file(Path path) {
        return Files.isDirectory(path) ? RunDirectory.open(path).plan() : path;
    }

    /// Reads it from a run's folder or from a file.
    ///
    /// @throws ParameterException in one line, if there is none or it cannot be read
    static Scenario read(CommandLine command, Path path) {
        try {
            return read(file(path));
        } catch (RecordException | IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    private static Scenario read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RecordException(
                    "there is no plan " + file + ": give a run's folder or a plan's file");
        }
        try {
            Scenario scenario = PlanJson.read(Files.readString(file));
            String bug = scenario.spec().bug();
            if (bug != null && Bugs.find(bug).isEmpty()) {
                throw new RecordException(file + ": spec.bug: there is no bug \"" + bug + "\"");
            }
            return scenario;
        } catch (CharacterCodingException e) {
            throw new RecordException(file + ": this is not a plan: it is not text in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file + ": " + e.getMessage(), e);
        }
    }
}
