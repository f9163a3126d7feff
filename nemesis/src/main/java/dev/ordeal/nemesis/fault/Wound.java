package dev.ordeal.nemesis.fault;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A fault with its victims: what a cluster applies and lifts. A wound hurts somebody: an empty one does not exist.
public sealed interface Wound {
    /// The nodes that it hits by themselves; none where it hits links.
    SortedSet<NodeId> nodes();

    /// What these links carry does not arrive.
    record Cut(SortedSet<Link> links) implements Wound {
        public Cut {
            links = copyOf(links);
        }

        @Override
        public SortedSet<NodeId> nodes() {
            return Collections.emptySortedSet();
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
        SortedSet<NodeId> touched = new TreeSet<>(nodes());
        Set<Link> links =
                switch (this) {
                    case Cut cut -> cut.links();
                    case Impaired impaired -> impaired.links();
                    default -> Set.of();
                };
        for (Link link : links) {
            touched.add(link.from());
            touched.add(link.to());
        }
        return touched;
    }

    /// These nodes' machines have no power; what their disks had not synced when it went is gone, in whole or in part.
    record Unpowered(SortedSet<NodeId> nodes) implements Wound {
        public Unpowered {
            nodes = copyOf(nodes);
        }
    }

    /// These links are in this trouble.
    ///
    /// @param strength how badly, in percent of the worst
    record Impaired(Fault.Trouble trouble, int strength, SortedSet<Link> links) implements Wound {
        /// How much longer the worst of links take that are slow.
        public static final long SLOWEST_NANOS = 200_000_000;

        /// Which part arrives twice at worst.
        public static final double MOST_REPEATED = 0.8;

        /// How long links that flap are down at worst, and then up.
        public static final long LONGEST_FLAP_NANOS = 400_000_000;

        public Impaired {
            strength = percent(strength);
            links = copyOf(links);
        }

        @Override
        public SortedSet<NodeId> nodes() {
            return Collections.emptySortedSet();
        }
    }

    /// These nodes' disks fail in this way.
    ///
    /// @param strength how badly, in percent of the worst
    record DiskFailed(Fault.Failure failure, int strength, SortedSet<NodeId> nodes)
            implements Wound {
        public DiskFailed {
            strength = percent(strength);
            nodes = copyOf(nodes);
        }
    }

    /// These nodes' clocks are wrong in this way.
    ///
    /// @param strength how badly, in percent of the worst
    record Mistimed(Fault.ClockError error, int strength, SortedSet<NodeId> nodes)
            implements Wound {
        private static final double FASTEST = 10;
        private static final long LONGEST_LEAP_NANOS = 2_000_000_000;

        /// From one leap to the next; the first comes at once.
        public static final long BETWEEN_LEAPS_NANOS = 300_000_000;

        public Mistimed {
            strength = percent(strength);
            nodes = copyOf(nodes);
        }

        /// How many times as fast as time the clocks go, between two leaps if they leap.
        public double rate() {
            double times = 1 + (FASTEST - 1) * strength / 100;
            return switch (error) {
                case FAST -> times;
                case SLOW -> 1 / times;
                case JUMP -> 1;
                case FREEZE -> 0;
            };
        }

        /// How far ahead each leap takes the clocks.
        public long leapNanos() {
            return error == Fault.ClockError.JUMP ? strength * LONGEST_LEAP_NANOS / 100 : 0;
        }

        /// How far ahead of time a clock is that was right when this wound was struck.
        ///
        /// @param lastedNanos how long ago that is
        public long aheadNanos(long lastedNanos) {
            long leaps = 1 + lastedNanos / BETWEEN_LEAPS_NANOS;
            return leaps * leapNanos() + (long) ((rate() - 1) * lastedNanos);
        }
    }

    /// These nodes are removed, or, for a transfer, made the leader.
    record Reconfigured(Fault.Change change, SortedSet<NodeId> nodes) implements Wound {
        public Reconfigured {
            nodes = copyOf(nodes);
        }
    }

    /// These nodes draw the shortest election time-out each time.
    record Stormed(SortedSet<NodeId> nodes) implements Wound {
        public Stormed {
            nodes = copyOf(nodes);
        }
    }

    private static int percent(int strength) {
        if (strength < 1 || strength > 100) {
            throw new IllegalArgumentException("a strength is 1 to 100 percent, not " + strength);
        }
        return strength;
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
            case Fault.Kill(Fault.Target target) ->
                    hit(victims(target, nodes, leader, random), Killed::new);
            case Fault.Pause(Fault.Target target) ->
                    hit(victims(target, nodes, leader, random), Paused::new);
            case Fault.Power(Fault.Target target) ->
                    hit(victims(target, nodes, leader, random), Unpowered::new);
            case Fault.Network(Fault.Trouble trouble) -> {
                List<Link> links = impaired(trouble, nodes, random);
                yield links.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Impaired(trouble, strength(random), new TreeSet<>(links)));
            }
            case Fault.Disk(Fault.Failure failure) -> {
                int strength = strength(random);
                yield hit(
                        failing(failure, nodes, random),
                        victims -> new DiskFailed(failure, strength, victims));
            }
            case Fault.Clock(Fault.ClockError error, Fault.Target target) -> {
                int strength = strength(random);
                yield hit(
                        victims(target, nodes, leader, random),
                        victims -> new Mistimed(error, strength, victims));
            }
            case Fault.Membership(Fault.Change change) ->
                    nodes.size() == 1
                            ? Optional.empty()
                            : hit(
                                    changing(change, nodes, leader, random),
                                    victims -> new Reconfigured(change, victims));
            case Fault.ElectionStorm() -> hit(nodes, Stormed::new);
        };
    }

    private static Optional<Wound> hit(
            List<NodeId> victims, Function<SortedSet<NodeId>, Wound> wound) {
        return victims.isEmpty()
                ? Optional.empty()
                : Optional.of(wound.apply(new TreeSet<>(victims)));
    }

    private static int strength(RandomGenerator random) {
        return 1 + random.nextInt(100);
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
            case MINORITY -> shuffled.subList(0, minority(nodes));
            case ALL -> nodes;
        };
    }

    /// How many may be missing while a majority is left.
    private static int minority(List<NodeId> nodes) {
        return Math.max(0, (nodes.size() - 1) / 2);
    }

    private static List<NodeId> failing(
            Fault.Failure failure, List<NodeId> nodes, RandomGenerator random) {
        List<NodeId> shuffled = shuffled(nodes, random);
        return switch (failure) {
            case SLOW -> some(shuffled, nodes.size(), random);
            case FULL -> some(shuffled, minority(nodes), random);
            case FLIP -> shuffled.subList(0, minority(nodes));
        };
    }

    /// One at least, `most` at most.
    private static List<NodeId> some(List<NodeId> shuffled, int most, RandomGenerator random) {
        return most == 0 ? List.of() : shuffled.subList(0, 1 + random.nextInt(most));
    }

    private static List<NodeId> changing(
            Fault.Change change,
            List<NodeId> nodes,
            Optional<NodeId> leader,
            RandomGenerator random) {
        List<NodeId> shuffled = shuffled(nodes, random);
        return switch (change) {
            case REMOVE_ONE -> shuffled.subList(0, 1);
            case REMOVE_LEADER -> leader.stream().toList();
            case TRANSFER ->
                    shuffled.stream()
                            .filter(node -> !leader.equals(Optional.of(node)))
                            .limit(1)
                            .toList();
            case SEVERAL -> some(shuffled, nodes.size() - 1, random);
        };
    }

    private static List<Link> impaired(
            Fault.Trouble trouble, List<NodeId> nodes, RandomGenerator random) {
        List<NodeId> shuffled = shuffled(nodes, random);
        return switch (trouble) {
            case SLOW, LOSSY, DUPLICATE, REORDER -> {
                List<Link> links = new ArrayList<>();
                for (NodeId from : nodes) {
                    for (NodeId to : nodes) {
                        if (!from.equals(to)) {
                            links.add(new Link(from, to));
                        }
                    }
                }
                yield links;
            }
            case SLOW_LINK ->
                    between(
                            shuffled.subList(0, 1),
                            shuffled.subList(0, Math.min(2, shuffled.size())));
            case FLAPPING -> between(shuffled.subList(0, 1), nodes);
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
