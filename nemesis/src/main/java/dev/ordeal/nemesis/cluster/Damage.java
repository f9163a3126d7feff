package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The bits that were flipped on the disks of real nodes, and what became of these nodes. Flipped by one thread; asked by any.
final class Damage {
    private final SystemUnderTest system;
    private final NodeHost host;
    private final Function<NodeId, Path> data;
    private final RandomGenerator random;

    /// What changed on the disk of a node that has not started on it yet.
    private final Map<NodeId, Flip> unread = new ConcurrentHashMap<>();

    /// Why nodes do not start any more.
    private final Map<NodeId, String> lost = new ConcurrentHashMap<>();

    /// @param data the folder of a node's data, readable on this machine
    /// @param random decides which bits flip
    Damage(
            SystemUnderTest system,
            NodeHost host,
            Function<NodeId, Path> data,
            RandomGenerator random) {
        this.system = system;
        this.host = host;
        this.data = data;
        this.random = random;
    }

    /// Flips a bit on the disk of each of these nodes, which are dead; but puts no more than `most` at risk altogether.
    void flip(Collection<NodeId> victims, int most) {
        for (NodeId victim : victims) {
            if (!lost.containsKey(victim)
                    && (unread.containsKey(victim) || unread.size() + lost.size() < most)) {
                flip(victim);
            }
        }
    }

    private void flip(NodeId node) {
        Path folder = data.apply(node);
        try {
            Optional<Flip> drawn = Flip.draw(lengths(folder), system::isLog, random);
            if (drawn.isPresent()) {
                Flip flip = drawn.get();
                byte[] bytes = Files.readAllBytes(folder.resolve(flip.file()));
                host.overwrite(node, flip.file(), flip.of(bytes));
                unread.put(node, flip);
            }
        } catch (IOException e) {
            throw new ClusterException("the data of " + node + " cannot be read: " + e, e);
        }
    }

    private static SortedMap<String, Integer> lengths(Path folder) throws IOException {
        SortedMap<String, Integer> lengths = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lengths.put(file.getFileName().toString(), Math.toIntExact(Files.size(file)));
            }
        }
        return lengths;
    }

    /// The node has ended while it was starting. A node whose disk is not what it was must, and is lost.
    ///
    /// @param lastWords of it
    /// @return whether that is so
    boolean explains(NodeId node, String lastWords) {
        boolean damaged = unread.remove(node) != null;
        if (damaged) {
            lost.put(node, lastWords);
        }
        return damaged;
    }

    /// The node serves, with what it has read.
    void read(NodeId node) {
        unread.remove(node);
    }

    /// Those that do not start any more.
    Set<NodeId> lost() {
        return Set.copyOf(lost.keySet());
    }

    /// What is known of the disks of these nodes, in words; nothing where nothing is wrong.
    Optional<String> of(Collection<NodeId> nodes) {
        return nodes.stream()
                .sorted()
                .flatMap(node ->
                        Stream.concat(
                                Optional.ofNullable(unread.get(node)).stream()
                                        .map(flip -> flip + " of " + node + " has changed"),
                                Optional.ofNullable(lost.get(node)).stream()
                                        .map(why -> node + " stays down: " + why)))
                .reduce((one, other) -> one + "; " + other);
    }
}
