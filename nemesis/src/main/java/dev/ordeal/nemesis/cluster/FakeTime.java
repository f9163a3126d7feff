package dev.ordeal.nemesis.cluster;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a process is made to see another time on its wall clock, while it runs: libfaketime, preloaded, reads how far that is to be
/// ahead from a file, each time the program asks for the time.
///
/// With a JVM version 0.9.10 does so in this combination of settings only; with others timers hang, burn the processor or go by the
/// wall clock. It takes offsets: a rate makes every timer hang, so whoever wants one has to write ever other offsets ([Clocks]).
public final class FakeTime {
    private static final List<String> SETTINGS =
            List.of(
                    "FAKETIME_NO_CACHE=1",
                    "FAKETIME_DONT_FAKE_MONOTONIC=1",
                    "FAKETIME_FORCE_MONOTONIC_FIX=0");

    /// It makes these as it is loaded, named after the process, does not remove them when that is killed, and ends a process that
    /// finds them there.
    private static final List<String> LEFT =
            List.of("/dev/shm/faketime_shm_", "/dev/shm/sem.faketime_sem_");

    /// Where distributions put it, in a folder of its own for each kind of processor or not.
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"));

    private FakeTime() {}

    /// Where it is installed on this machine.
    public static Optional<Path> library() {
        return library(FOLDERS);
    }

    static Optional<Path> library(List<Path> folders) {
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> found =
                        Files.newDirectoryStream(folder, path -> Files.exists(libraryIn(path)))) {
                    for (Path one : found) {
                        return Optional.of(libraryIn(one));
                    }
                } catch (IOException e) {
                    throw new ClusterException("cannot read " + folder + ": " + e, e);
                }
            }
        }
        return Optional.empty();
    }

    private static Path libraryIn(Path folder) {
        String name = "libfaketime.so.1";
        return folder.endsWith("faketime")
                ? folder.resolve(name)
                : folder.resolve("faketime").resolve(name);
    }

    /// Where the node with this directory is told how far ahead its clock is.
    public static Path file(Path nodeDirectory) {
        return nodeDirectory.resolve("clock");
    }

    /// The command that becomes `command`, with the same process id, under the library.
    ///
    /// @param file from where it takes how far ahead its clock is; there is one
    public static List<String> command(Path library, Path file, List<String> command) {
        List<String> under = new ArrayList<>(List.of("/bin/sh", "-c"));
        under.add(
                "rm -f "
                        + String.join(" ", LEFT.stream().map(left -> left + "$$").toList())
                        + "; exec env \"$@\"");
        under.add("sh");
        under.add("LD_PRELOAD=" + library);
        under.add("FAKETIME_TIMESTAMP_FILE=" + file);
        under.addAll(SETTINGS);
        under.addAll(command);
        return under;
    }

    /// Removes what a process that was killed may have left.
    public static void forget(long pid) {
        for (String left : LEFT) {
            try {
                Files.deleteIfExists(Path.of(left + pid));
            } catch (IOException e) {
                throw new ClusterException("cannot delete " + left + pid + ": " + e, e);
            }
        }
    }

    /// From now on the clock of whoever reads this file is so far ahead, or behind if that is negative.
    static void set(Path file, long aheadNanos) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text(aheadNanos));
        Files.move(next, file, ATOMIC_MOVE);
    }

    /// In seconds, with a sign.
    static String text(long aheadNanos) {
        return (aheadNanos < 0 ? "" : "+")
                + BigDecimal.valueOf(aheadNanos, 9).toPlainString()
                + "\n";
    }
}
