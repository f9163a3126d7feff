package dev.ordeal.node.store;

import java.io.IOException;
import java.util.List;

/// Does what another directory does: for those that change a part of that.
public abstract class ForwardingDirectory implements Directory {
    private final Directory directory;

    protected ForwardingDirectory(Directory directory) {
        this.directory = directory;
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
        return directory.create(name);
    }

    @Override
    public File open(String name) throws IOException {
        return directory.open(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        directory.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        directory.delete(name);
    }

    @Override
    public void sync() throws IOException {
        directory.sync();
    }

    @Override
    public String path(String name) {
        return directory.path(name);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
