package dev.ordeal.node.raft;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Who belongs to the cluster and votes in it: distinct names, in order. A value, so that one membership can follow another.
public record Membership(List<NodeId> voters) {
    public Membership {
        if (voters.isEmpty()) throw new IllegalArgumentException("a cluster needs a member");
        var sorted = new TreeSet<>(voters);
        if (sorted.size() != voters.size())
            throw new IllegalArgumentException("a member is named twice: " + voters);
        voters = List.copyOf(sorted);
    }

    public static Membership of(Collection<NodeId> voters) {
        return new Membership(List.copyOf(voters));
    }

    public boolean contains(NodeId node) {
        return voters.contains(node);
    }

    public int size() {
        return voters.size();
    }

    /// All members but `self`, in order.
    public List<NodeId> othersThan(NodeId self) {
        return voters.stream().filter(voter -> !voter.equals(self)).toList();
    }
}
