package dev.ordeal.node.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The files of one node, as [Disk] sees them: the port behind which a real directory stands or a simulated one.
///
/// Two things become durable separately, as POSIX has it. What is in a file is durable after [File#sync]; that a file has its
/// name, got another or has none any more, is durable after [#sync]. Until then a power loss may undo it. The end of the
/// process alone undoes nothing.
///
/// What an implementation may be expected to do, and [Disk] relies on: a [#rename] is seen whole or not at all, changes of
/// names become durable in the order in which they were made (a journal), and a sector of [#SECTOR] bytes that is written
/// over is the old one or the new one. Everything else may happen: of what was written and not synced any sectors may get to the disk,
/// and a file may have grown to any length with zeros in it.
///
/// One thread uses a file. Names may be changed by several threads, each its own.
public interface Directory extends Closeable {
    /// What a disk writes whole or not at all.
    int SECTOR = 512;

    /// The names of all files, in their natural order.
    List<String> names() throws IOException;

    /// Whether there is a file of this name.
    default boolean has(String name) throws IOException {
        return names().contains(name);
    }

    /// All that is in the file.
    byte[] read(String name) throws IOException;

    /// Its first bytes, `length` of them or as many as there are.
    byte[] beginning(String name, int length) throws IOException;

    /// A file to write to that is empty: a new one or, if there was one of this name, emptied.
    File create(String name) throws IOException;

    /// The file that is there, to write to.
    File open(String name) throws IOException;

    /// Gives a file another name, in place of the file that had it.
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /// Makes durable which file has which name.
    void sync() throws IOException;

    /// How a message to somebody calls this file.
    String path(String name);

    /// Creates or replaces a file as a whole; durable when it returns. After a crash the old content is there or the new one,
    /// never a mixture: the new one is written beside the file and synced before it takes its name.
    default void replace(String name, ByteBuffer... parts) throws IOException {
        write(name + UNFINISHED, parts);
        rename(name + UNFINISHED, name);
        sync();
    }

    /// Writes a file from its beginning. What is in it is durable when this returns, its name is not.
    default void write(String name, ByteBuffer... parts) throws IOException {
        try (File file = create(name)) {
            long at = 0;
            for (ByteBuffer part : parts) {
                int length = part.remaining();
                file.write(part, at);
                at += length;
            }
            file.sync();
        }
    }

    /// How the names of files end that [#replace] had not finished when the node stopped.
    String UNFINISHED = ".new";

    /// A file that is open for writing.
    interface File extends Closeable {
        /// All of the bytes, from this offset on. Nobody changes them afterwards: the file may keep them.
        void write(ByteBuffer bytes, long at) throws IOException;

        /// Makes it this short.
        void truncate(long length) throws IOException;

        /// Makes all that was written durable, and the length.
        void sync() throws IOException;
    }
}
