package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A directory in which nothing is ever synced (`--fsync off`): a power loss may take anything that was ever written.
public final class Unsynced extends ForwardingDirectory {
    public Unsynced(Directory directory) {
        super(directory);
    }

    @Override
    public File create(String name) throws IOException {
        return new UnsyncedFile(super.create(name));
    }

    @Override
    public File open(String name) throws IOException {
        return new UnsyncedFile(super.open(name));
    }

    @Override
    public void sync() {}

    /// A file that is never synced.
    public record UnsyncedFile(File file) implements File {
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
