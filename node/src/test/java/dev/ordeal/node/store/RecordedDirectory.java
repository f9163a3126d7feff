package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A simulated directory that notes every change made to it, so that the changes can be made again up to any point.
final class RecordedDirectory implements Directory {
    private final SimulatedDirectory directory;
    private final List<Change> changes = new ArrayList<>();
    private int files;

    /// Files are named by their number in the order in which they were opened: names change.
    private sealed interface Change {
        record Create(String name) implements Change {}

        record Open(String name) implements Change {}

        record Write(int file, Bytes bytes, long at, boolean adds) implements Change {}

        record Truncate(int file, long length) implements Change {}

        record Sync(int file) implements Change {}

        record Rename(String from, String to) implements Change {}

        record Delete(String name) implements Change {}

        record SyncNames() implements Change {}
    }

    RecordedDirectory(SimulatedDirectory directory) {
        this.directory = directory;
    }

    SimulatedDirectory directory() {
        return directory;
    }

    int changes() {
        return changes.size();
    }

    /// How many bytes this change adds to the end of a file. (What is written over is never more than a sector, and a sector is
    /// not torn.)
    int added(int change) {
        return changes.get(change) instanceof Change.Write write && write.adds
                ? write.bytes.length()
                : 0;
    }

    /// Makes the first `count` changes again, in an empty directory, and of the next one, a write, the first `bytes`.
    SimulatedDirectory again(int count, int bytes) throws IOException {
        SimulatedDirectory fresh = new SimulatedDirectory("n1");
        List<File> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            again(changes.get(i), fresh, open);
        }
        if (bytes > 0 && changes.get(count) instanceof Change.Write torn) {
            Bytes some = torn.bytes.slice(0, bytes);
            again(new Change.Write(torn.file, some, torn.at, torn.adds), fresh, open);
        }
        return fresh;
    }

    private static void again(Change change, SimulatedDirectory fresh, List<File> open)
            throws IOException {
        switch (change) {
            case Change.Create(String name) -> open.add(fresh.create(name));
            case Change.Open(String name) -> open.add(fresh.open(name));
            case Change.Write(int file, var bytes, long at, boolean adds) ->
                    open.get(file).write(ByteBuffer.wrap(bytes.array()), at);
            case Change.Truncate(int file, long length) -> open.get(file).truncate(length);
            case Change.Sync(int file) -> open.get(file).sync();
            case Change.Rename(String from, String to) -> fresh.rename(from, to);
            case Change.Delete(String name) -> fresh.delete(name);
            case Change.SyncNames() -> fresh.sync();
        }
    }

    @Override
    public List<String> names() {
        return directory.names();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return directory.read(name);
    }

    @Override
    public byte[] beginning(String name, int length) throws IOException {
        return directory.beginning(name, length);
    }

    @Override
    public File create(String name) {
        changes.add(new Change.Create(name));
        return new RecordedFile(files++, 0, directory.create(name));
    }

    @Override
    public File open(String name) throws IOException {
        changes.add(new Change.Open(name));
        return new RecordedFile(files++, directory.read(name).length, directory.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        changes.add(new Change.Rename(from, to));
        directory.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        changes.add(new Change.Delete(name));
        directory.delete(name);
    }

    @Override
    public void sync() {
        changes.add(new Change.SyncNames());
        directory.sync();
    }

    @Override
    public String path(String name) {
        return directory.path(name);
    }

    @Override
    public void close() {}

    private final class RecordedFile implements File {
        private final int number;
        private final File file;
        private long length;

        RecordedFile(int number, long length, File file) {
            this.number = number;
            this.length = length;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            changes.add(new Change.Write(number, Bytes.of(copy), at, at >= length));
            length = Math.max(length, at + copy.length);
            file.write(bytes, at);
        }

        @Override
        public void truncate(long length) throws IOException {
            changes.add(new Change.Truncate(number, length));
            this.length = Math.min(this.length, length);
            file.truncate(length);
        }

        @Override
        public void sync() throws IOException {
            changes.add(new Change.Sync(number));
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
