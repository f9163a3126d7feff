package dev.ordeal.nemesis;

import java.util.Comparator;

/// One direction between two nodes: what `from` sends to `to`, be it a request or the answer to one.
public record Link(NodeId from, NodeId to) implements Comparable<Link> {
    private static final Comparator<Link> ORDER =
            Comparator.comparing(Link::from).thenComparing(Link::to);

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
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return from + "→" + to;
    }
}
