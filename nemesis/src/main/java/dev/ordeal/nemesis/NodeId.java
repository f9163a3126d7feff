package dev.ordeal.nemesis;

import java.util.List;
import java.util.stream.IntStream;

/// The name of a node, as it stands in histories, streams and settings: `n1`, `n2`, …
///
/// Ordered as one counts: `n2` before `n10`.
public record NodeId(String name) implements Comparable<NodeId> {
    public NodeId {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a node's name is a letter, then letters, digits or dashes, not \""
                            + name
                            + "\"");
        }
    }

    /// Without a pattern, which takes many times as long: whatever a node says of others names them anew.
    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            boolean other = (c >= '0' && c <= '9') || c == '-';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return !name.isEmpty();
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
