package dev.ordeal.workloads.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder for as long as a shell lives. It is locked by its owner; those that nobody holds any more, because their shell was
/// killed, are deleted when the next one is made.
final class ShellFolder implements AutoCloseable {
    private static final String PREFIX = "ordeal-shell-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private ShellFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /// A new one in this folder.
    static ShellFolder create(Path in) throws IOException {
        sweep(in);
        Path path = Files.createTempDirectory(in, PREFIX);
        FileChannel lock =
                FileChannel.open(
                        path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        return new ShellFolder(path, lock);
    }

    Path path() {
        return path;
    }

    private static void sweep(Path in) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(in, PREFIX + "*")) {
            for (Path folder : left) {
                if (isAbandoned(folder.resolve(LOCK))) {
                    delete(folder);
                }
            }
        }
    }

    /// A folder without the file is one that is just being made.
    private static boolean isAbandoned(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            delete(path);
        }
    }
}
