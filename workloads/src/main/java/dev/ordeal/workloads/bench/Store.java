package dev.ordeal.workloads.bench;

import java.util.List;
import java.util.function.Consumer;

/// A replicated key/value store that has been started for a measurement, with a disk that syncs. Closing it ends its
/// nodes.
public interface Store extends AutoCloseable {
    /// As a table calls it.
    String name();

    /// A client's way to each of its nodes.
    List<Way> ways();

    @Override
    void close();

    /// A connection. Calls do not block; whether each succeeded is told once, on a network thread.
    interface Way {
        /// Succeeds when the write is committed.
        void write(String key, String value, Consumer<Boolean> onEnd);

        /// A linearizable read, of a key that was written.
        void read(String key, Consumer<Boolean> onEnd);
    }
}
