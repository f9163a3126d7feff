package dev.ordeal.nemesis.fault;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// A fault with its victims: what a cluster applies and lifts. A wound hurts somebody: an empty one does not exist.
public sealed interface Wound {
    /// What these links carry does not arrive.
    record Cut(SortedSet<Link> links) implements Wound {
        public Cut {
            links = copyOf(links);
        }

        public Cut(Collection<Link> links) {
            this(new TreeSet<>(links));
        }
    }

    /// These nodes' processes are dead.
    record Killed(SortedSet<NodeId> nodes) implements Wound {
        public Killed {
            nodes = copyOf(nodes);
        }

        public Killed(Collection<NodeId> nodes) {
            this(new TreeSet<>(nodes));
        }
    }

    /// These nodes' processes stand still.
    record Paused(SortedSet<NodeId> nodes) implements Wound {
        public Paused {
            nodes = copyOf(nodes);
        }

        public Paused(Collection<NodeId> nodes) {
            this(new TreeSet<>(nodes));
        }
    }

    /// Every node that it touches.
    default SortedSet<NodeId> touched() {
        return switch (this) {
            case Cut(var links) -> {
                SortedSet<NodeId> ends = new TreeSet<>();
                for (Link link : links) {
                    ends.add(link.from());
                    ends.add(link.to());
                }
                yield ends;
            }
            case Killed(var nodes) -> nodes;
            case Paused(var nodes) -> nodes;
        };
    }

    private static <T> SortedSet<T> copyOf(SortedSet<T> victims) {
        if (victims.isEmpty()) {
            throw new IllegalArgumentException("a wound without victims");
        }
        return Collections.unmodifiableSortedSet(new TreeSet<>(victims));
    }

    /// Decides whom `fault` hits. Empty if there is nobody to hit: the leader is asked for and none is known, or the cluster is
    /// too small for it (a minority of two nodes, a partition of one).
    ///
    /// Pure: the same arguments and the same state of `random` give the same wound.
    ///
    /// @param nodes every node of the cluster, up or not, in an order that does not change
    /// @param leader who is believed to lead; one of `nodes`
    static Optional<Wound> resolve(
            Fault fault, List<NodeId> nodes, Optional<NodeId> leader, RandomGenerator random) {
        if (leader.isPresent() && !nodes.contains(leader.get())) {
            throw new IllegalArgumentException(
                    "the leader " + leader.get() + " is not one of " + nodes);
        }
        return switch (fault) {
            case Fault.Partition(Fault.Shape shape) -> {
                List<Link> links = cut(shape, nodes, leader, random);
                yield links.isEmpty() ? Optional.empty() : Optional.of(new Cut(links));
            }
            case Fault.Kill(Fault.Target target) -> {
                List<NodeId> victims = victims(target, nodes, leader, random);
                yield victims.isEmpty() ? Optional.empty() : Optional.of(new Killed(victims));
            }
            case Fault.Pause(Fault.Target target) -> {
                List<NodeId> victims = victims(target, nodes, leader, random);
                yield victims.isEmpty() ? Optional.empty() : Optional.of(new Paused(victims));
            }
        };
    }

    private static List<NodeId> victims(
            Fault.Target target,
            List<NodeId> nodes,
            Optional<NodeId> leader,
            RandomGenerator random) {
        List<NodeId> shuffled = shuffled(nodes, random);
        return switch (target) {
            case ONE -> shuffled.subList(0, Math.min(1, nodes.size()));
            case LEADER -> leader.stream().toList();
            case MINORITY -> shuffled.subList(0, Math.max(0, (nodes.size() - 1) / 2));
            case ALL -> nodes;
        };
    }

    private static List<Link> cut(
            Fault.Shape shape,
            List<NodeId> nodes,
            Optional<NodeId> leader,
            RandomGenerator random) {
        List<NodeId> shuffled = shuffled(nodes, random);
        return switch (shape) {
            case ONE -> between(shuffled.subList(0, Math.min(1, nodes.size())), nodes);
            case LEADER -> between(leader.stream().toList(), nodes);
            case HALVES -> between(shuffled.subList(0, nodes.size() / 2), nodes);
            case MAJORITY_RING -> ring(shuffled);
            case ONE_WAY -> {
                boolean deaf = random.nextBoolean();
                yield between(shuffled.subList(0, Math.min(1, nodes.size())), nodes).stream()
                        .filter(link ->
                                (deaf ? link.to() : link.from()).equals(shuffled.getFirst()))
                        .toList();
            }
        };
    }

    /// Both directions of every link between `group` and the rest.
    private static List<Link> between(List<NodeId> group, List<NodeId> nodes) {
        List<Link> links = new ArrayList<>();
        for (NodeId one : group) {
            for (NodeId other : nodes) {
                if (!group.contains(other)) {
                    links.add(new Link(one, other));
                    links.add(new Link(other, one));
                }
            }
        }
        return links;
    }

    /// The nodes stand in a ring and each talks to its nearest neighbours only, as few on either side as give a majority
    /// together with itself. With three nodes that would still be everybody, so there the ring is opened: two nodes that were
    /// neighbours talk through the third. Below three there is no such partition.
    private static List<Link> ring(List<NodeId> ring) {
        int size = ring.size();
        int majority = size / 2 + 1;
        int reach = majority / 2; // on either side: 1 + 2 * reach >= majority
        List<Link> links = new ArrayList<>();
        if (size == 3) {
            links.add(new Link(ring.get(0), ring.get(2)));
            links.add(new Link(ring.get(2), ring.get(0)));
            return links;
        }
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                int distance =
                        Math.min(Math.floorMod(to - from, size), Math.floorMod(from - to, size));
                if (distance > reach) {
                    links.add(new Link(ring.get(from), ring.get(to)));
                }
            }
        }
        return links;
    }

    /// Not `Collections.shuffle`: it draws from `java.util.Random` only.
    private static List<NodeId> shuffled(List<NodeId> nodes, RandomGenerator random) {
        List<NodeId> shuffled = new ArrayList<>(nodes);
        for (int last = shuffled.size() - 1; last > 0; last--) {
            Collections.swap(shuffled, last, random.nextInt(last + 1));
        }
        return shuffled;
    }
}
