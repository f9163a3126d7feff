package dev.ordeal.nemesis;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The name of a node, as it stands in histories, streams and settings: `n1`, `n2`, …
///
/// Ordered as one counts: `n2` before `n10`.
public record NodeId(String name) implements Comparable<NodeId> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

    public NodeId {
        if (!NAME.matcher(name).matches()) {
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
        int byLength = Integer.compare(name.length(), other.name.length());
        return byLength != 0 ? byLength : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
