package dev.ordeal.nemesis.process;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.nemesis.cluster.FakeTime;
import dev.ordeal.nemesis.cluster.ProcessIdentity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The processes that must not outlive this one, in a file that others can read when this one is gone.
///
/// The first line is the tool, the others are its processes, each a [ProcessIdentity]. Thread-safe.
final class Ledger implements AutoCloseable {
    private final Path file;
    private final TreeMap<Long, ProcessHandle> processes = new TreeMap<>();

    private Ledger(Path file) {
        this.file = file;
    }

    /// Where the ledgers of all runs of this user are.
    static Path directory() {
        return Path.of(System.getProperty("user.home"), ".cache", "ordeal", "processes");
    }

    /// Opens a new one in `directory`.
    static Ledger open(Path directory) {
        try {
            Files.createDirectories(directory);
            Ledger ledger =
                    new Ledger(
                            Files.createTempFile(
                                    directory, ProcessHandle.current().pid() + "-", ".pids"));
            ledger.write();
            return ledger;
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot write down which processes run in "
                            + directory
                            + " ("
                            + e
                            + "): make it writable",
                    e);
        }
    }

    Path file() {
        return file;
    }

    synchronized void add(ProcessHandle process) {
        processes.put(process.pid(), process);
        try {
            write();
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot write " + file + " (" + e + "): make it writable", e);
        }
    }

    synchronized void remove(ProcessHandle process) {
        if (processes.remove(process.pid()) != null && Files.exists(file)) {
            try {
                write();
            } catch (IOException e) {
                throw new ClusterException(
                        "cannot write " + file + " (" + e + "): make it writable", e);
            }
        }
    }

    private void write() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(ProcessIdentity.of(ProcessHandle.current()).toString());
        processes.values().forEach(process -> lines.add(ProcessIdentity.of(process).toString()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, lines);
        Files.move(next, file, ATOMIC_MOVE);
    }

    /// All of them have ended: nothing is left to sweep.
    @Override
    public synchronized void close() {
        processes.clear();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ClusterException("cannot delete " + file + ": " + e, e);
        }
    }

    /// Kills what tools that are gone have left, according to the ledgers in `directory`.
    ///
    /// @return how many processes that were
    static int sweepAll(Path directory) {
        int killed = 0;
        try (DirectoryStream<Path> ledgers = Files.newDirectoryStream(directory, "*.pids")) {
            for (Path ledger : ledgers) {
                if (!toolRuns(ledger)) {
                    killed += sweep(ledger);
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new ClusterException("cannot read " + directory + ": " + e, e);
        }
        return killed;
    }

    private static boolean toolRuns(Path ledger) throws IOException {
        List<String> lines = lines(ledger);
        return !lines.isEmpty() && running(lines.getFirst()).isPresent();
    }

    /// Kills what is left of the run that kept this ledger, and deletes the ledger. That its tool is gone the caller knows: a
    /// tool that was just killed, or that nobody has buried yet, still counts as a process.
    static int sweep(Path ledger) throws IOException {
        int killed = 0;
        for (String line : lines(ledger).stream().skip(1).toList()) {
            Optional<ProcessHandle> left = running(line);
            if (left.isPresent() && left.get().destroyForcibly()) {
                left.get().onExit().join();
                FakeTime.forget(left.get().pid());
                killed++;
            }
        }
        Files.deleteIfExists(ledger);
        return killed;
    }

    /// None if somebody else has swept it.
    private static List<String> lines(Path ledger) throws IOException {
        try {
            return Files.readAllLines(ledger);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Optional<ProcessHandle> running(String line) {
        return ProcessIdentity.parse(line).flatMap(ProcessIdentity::running);
    }
}
