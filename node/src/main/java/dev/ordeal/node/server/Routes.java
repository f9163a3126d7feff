package dev.ordeal.node.server;

import dev.ordeal.node.raft.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where members are reached instead of where the cluster says that they are, because something stands in between. A file with
/// a `NAME=HOST:PORT` a line, read anew whenever the members change: so there can be a way to a member that nobody knew of when
/// this one was started.
///
/// @param file null: there are no such ways
record Routes(@Nullable Path file) {
    /// As the file says now. Whoever changes it puts a whole one in its place.
    ///
    /// @throws IllegalArgumentException if it cannot be read, or a line makes no sense: another way than the one that was meant
    /// is worse than none
    Map<NodeId, InetSocketAddress> read() {
        Map<NodeId, InetSocketAddress> routes = new TreeMap<>();
        if (file == null) {
            return routes;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.isBlank()) {
                    continue;
                }
                int equals = line.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(
                            "--routes " + file + " has NAME=HOST:PORT lines, not '" + line + "'");
                }
                routes.put(
                        new NodeId(line.substring(0, equals).strip()),
                        Flags.address("--routes " + file, line.substring(equals + 1).strip()));
            }
            return routes;
        } catch (IOException e) {
            throw new IllegalArgumentException("--routes " + file + " cannot be read: " + e, e);
        }
    }
}
