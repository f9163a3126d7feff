package dev.ordeal.node.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A directory of this machine, locked: it belongs to one node at a time.
public final class LocalDirectory implements Directory {
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;

    private LocalDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /// Creates it if it is missing.
    ///
    /// @throws IOException also if another running node has it
    public static LocalDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new LocalDirectory(directory, lock(directory));
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another node in this very process has it.
        }
        channel.close();
        throw new IOException(
                directory + " is in use by another running node: give each its own directory");
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    @Override
    public byte[] beginning(String name, int length) throws IOException {
        try (InputStream file = Files.newInputStream(directory.resolve(name))) {
            return file.readNBytes(length);
        }
    }

    @Override
    public File create(String name) throws IOException {
        return opened(
                name,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public File open(String name) throws IOException {
        return opened(name, StandardOpenOption.WRITE);
    }

    private File opened(String name, OpenOption... options) throws IOException {
        return new LocalFile(FileChannel.open(directory.resolve(name), options));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public String path(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private record LocalFile(FileChannel channel) implements File {
        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            long next = at;
            while (bytes.hasRemaining()) {
                next += channel.write(bytes, next);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        /// fdatasync: it leaves out the times of the file, not its length.
        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
