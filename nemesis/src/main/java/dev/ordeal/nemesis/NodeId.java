package dev.ordeal.nemesis;

import java.util.Comparator;

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

    @Override
    public int compareTo(NodeId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name;
    }
}
