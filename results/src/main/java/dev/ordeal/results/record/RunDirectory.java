package dev.ordeal.results.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// One run's folder, `results/runs/<time>-<name>/`. It knows where everything lies, and writes and reads `spec.json`; the other
/// files belong to those who write them.
///
/// Runs may start at the same moment, from any number of processes: each gets a folder of its own, and `results/latest`
/// always points at a whole one.
public record RunDirectory(Path path) {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /// Makes the folder of a new run. `results/latest` does not point at it before [#publish()].
    ///
    /// @throws RecordException if the results folder cannot be written to
    public static RunDirectory create(Path results, LocalDateTime startedAt, String name) {
        Path runs = results.resolve("runs");
        String stem = STAMP.format(startedAt) + "-" + name;
        try {
            Files.createDirectories(runs);
            for (int attempt = 1; ; attempt++) {
                Path path = runs.resolve(attempt == 1 ? stem : stem + "-" + attempt);
                try {
                    Files.createDirectory(path);
                    Files.createDirectory(path.resolve("nodes"));
                    return new RunDirectory(path);
                } catch (FileAlreadyExistsException taken) {
                    // A run that started in the same second has it; createDirectory is atomic, so
                    // only one of us can.
                }
            }
        } catch (IOException e) {
            throw unwritable(results, e);
        }
    }

    /// What to say where nothing can be kept.
    public static RecordException unwritable(Path results, IOException e) {
        return new RecordException(
                "cannot write to the results folder "
                        + results.toAbsolutePath().normalize()
                        + " ("
                        + reason(e)
                        + "): choose another with --results DIR",
                e);
    }

    /// A folder that an earlier run has made; `path` may be a symbolic link such as `results/latest`.
    ///
    /// @throws RecordException if it is not a run's folder
    public static RunDirectory open(Path path) {
        RunDirectory directory = new RunDirectory(real(path));
        if (!Files.isRegularFile(directory.spec())) {
            throw new RecordException(
                    path
                            + " is not a run directory: it has no spec.json (ls results/runs shows the runs)");
        }
        return directory;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new RecordException(
                    "cannot open "
                            + path
                            + " ("
                            + reason(e)
                            + "): give a run directory, for example results/latest",
                    e);
        }
    }

    /// Points `results/latest` at this run. Atomic: whoever follows the link finds the old run or this one.
    public void publish() {
        Path latest = path.resolveSibling("../latest").normalize();
        Path fresh = path.resolveSibling("../.latest-" + path.getFileName()).normalize();
        try {
            Files.deleteIfExists(fresh);
            Files.createSymbolicLink(fresh, Path.of("runs").resolve(path.getFileName()));
            Files.move(
                    fresh,
                    latest,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RecordException(
                    "cannot point " + latest + " at this run (" + reason(e) + ")", e);
        }
    }

    public Path spec() {
        return path.resolve("spec.json");
    }

    /// What was going to happen: `./ordeal replay` reads it.
    public Path plan() {
        return path.resolve("plan.json");
    }

    public Path history() {
        return path.resolve("history.jsonl");
    }

    /// Holds one folder a node, with its streams and its log.
    public Path nodes() {
        return path.resolve("nodes");
    }

    public Path node(String name) {
        return nodes().resolve(name);
    }

    public Path verdict() {
        return path.resolve("verdict.json");
    }

    public Path junit() {
        return path.resolve("junit.xml");
    }

    /// Of a violated run: how it came to that.
    public Path story() {
        return path.resolve("story.txt");
    }

    public Path report() {
        return path.resolve("report.html");
    }

    /// What the tool itself has to say, stack traces included.
    public Path toolLog() {
        return path.resolve("tool.log");
    }

    /// The nodes that left a folder, by name.
    public List<String> nodeNames() {
        try (Stream<Path> entries = Files.list(nodes())) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new RecordException("cannot list " + nodes() + " (" + reason(e) + ")", e);
        }
    }

    /// Deletes what the nodes kept for themselves: their logs and votes on disk. The record stays whole.
    public void deleteNodeData() {
        nodeNames().forEach(name -> delete(node(name).resolve("data")));
    }

    /// Deletes all of it.
    public void delete() {
        delete(path);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (NoSuchFileException none) {
            // nothing to delete
        } catch (UncheckedIOException e) {
            throw new RecordException("cannot delete " + folder + " (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new RecordException("cannot delete " + folder + " (" + reason(e) + ")", e);
        }
    }

    /// Writes `spec.json`.
    public void write(RunFacts facts) {
        try {
            Files.writeString(spec(), JSON.writeValueAsString(facts) + "\n");
        } catch (IOException e) {
            throw new RecordException(
                    "cannot write " + spec() + " (" + reason(e) + "): free some space", e);
        }
    }

    /// Reads `spec.json`.
    ///
    /// @throws RecordException if it is missing or not what a run writes
    public RunFacts facts() {
        try {
            return JSON.readValue(Files.readString(spec()), RunFacts.class);
        } catch (JsonProcessingException e) {
            throw new RecordException(
                    spec()
                            + " is not a run's specification: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        } catch (IOException e) {
            throw new RecordException("cannot read " + spec() + " (" + reason(e) + ")", e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException missing -> "no such file: " + missing.getFile();
            case FileAlreadyExistsException taken -> "a file is in the way: " + taken.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
