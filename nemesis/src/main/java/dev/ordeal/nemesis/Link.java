package dev.ordeal.nemesis;

/// One direction between two nodes: what `from` sends to `to`, be it a request or the answer to one.
public record Link(NodeId from, NodeId to) implements Comparable<Link> {
    public Link {
        if (from.equals(to)) {
            throw new IllegalArgumentException("a link needs two nodes, not " + from + " twice");
        }
    }

    public Link reverse() {
        return new Link(to, from);
    }

    @Override
    public int compareTo(Link other) {
        int byFrom = from.compareTo(other.from);
        return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }

    @Override
    public String toString() {
        return from + "→" + to;
    }
}
