package dev.ordeal.nemesis;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The name of a node, as it stands in histories, streams and settings: `n1`, `n2`, …
///
/// Ordered as one counts: `n2` before `n10`.
public record NodeId(String name) implements Comparable<NodeId> {
    private static final Comparator<NodeId> ORDER =
            Comparator.<NodeId>comparingInt(id -> id.name.length()).thenComparing(NodeId::name);

    public NodeId {
        if (!name.matches("[A-Za-z][A-Za-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a node's name is a letter, then letters, digits or dashes, not \""
                            + name
                            + "\"");
        }
    }

    /// The names that the nodes of a cluster of this size have.
    public static List<NodeId> first(int nodes) {
        return IntStream.rangeClosed(1, nodes).mapToObj(i -> new NodeId("n" + i)).toList();
    }

    @Override
    public int compareTo(NodeId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name;
    }
}
