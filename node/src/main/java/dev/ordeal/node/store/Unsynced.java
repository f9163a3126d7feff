package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;

/// A directory in which some files are never synced, nor their names: of those, a power loss may take anything that was ever
/// written. Asked for with `--fsync off`, and what two planted bugs are made of.
public final class Unsynced implements Directory {
    private final Directory directory;
    private final Predicate<String> unsynced;
    private boolean namesDirty;

    /// @param unsynced which files, by name
    public Unsynced(Directory directory, Predicate<String> unsynced) {
        this.directory = directory;
        this.unsynced = unsynced;
    }

    @Override
    public List<String> names() throws IOException {
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
    public File create(String name) throws IOException {
        File file = directory.create(name);
        changed(name);
        return unsynced.test(name) ? new UnsyncedFile(file) : file;
    }

    @Override
    public File open(String name) throws IOException {
        File file = directory.open(name);
        return unsynced.test(name) ? new UnsyncedFile(file) : file;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        directory.rename(from, to);
        changed(to);
    }

    @Override
    public void delete(String name) throws IOException {
        directory.delete(name);
        changed(name);
    }

    /// Names are synced all together: not, as long as only names have changed that are not to be.
    @Override
    public synchronized void sync() throws IOException {
        if (namesDirty) {
            directory.sync();
            namesDirty = false;
        }
    }

    private synchronized void changed(String name) {
        namesDirty |= !unsynced.test(name);
    }

    @Override
    public String path(String name) {
        return directory.path(name);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }

    private record UnsyncedFile(File file) implements File {
        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            file.write(bytes, at);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void sync() {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
