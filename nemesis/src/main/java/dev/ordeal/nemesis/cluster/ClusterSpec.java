package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.nio.file.Path;
import java.util.List;

/// What a cluster is to be made of.
///
/// @param nodes how many; they are called `n1`, `n2`, …
/// @param directory gets a folder for every node
/// @param seed of what a wound leaves to chance, such as which bit of a disk flips
/// @param clocks whether the clocks of real nodes may be set wrong: for that they run otherwise ([FakeTime]), and ask dearer
/// what time it is
public record ClusterSpec(
        int nodes, Path directory, SystemUnderTest system, long seed, boolean clocks) {
    /// So many nodes run on one machine.
    public static final int MOST = 9;

    public ClusterSpec {
        if (nodes < 1 || nodes > MOST) {
            throw new IllegalArgumentException(
                    "a cluster has 1 to " + MOST + " nodes, not " + nodes);
        }
        directory = directory.toAbsolutePath().normalize();
    }

    /// One of which nobody asks for the same chances again.
    public ClusterSpec(int nodes, Path directory, SystemUnderTest system) {
        this(nodes, directory, system, 1, false);
    }

    public ClusterSpec(int nodes, Path directory, SystemUnderTest system, long seed) {
        this(nodes, directory, system, seed, false);
    }

    public ClusterSpec withClocks() {
        return new ClusterSpec(nodes, directory, system, seed, true);
    }

    public List<NodeId> ids() {
        return NodeId.first(nodes);
    }
}
