package dev.ordeal.node.raft;

/// The name of a member of the cluster, such as `n1`. Members are ordered by name, so that whatever is done for each of
/// them is done in the same order every time.
public record NodeId(String name) implements Comparable<NodeId> {
    public NodeId {
        if (name.isBlank()) throw new IllegalArgumentException("a node needs a name");
    }

    @Override
    public int compareTo(NodeId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
