package dev.ordeal.nemesis.fault;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A kind of fault, before it is decided whom it hits. Its `toString` is how it is written in histories and reports
/// (`partition leader`); [#parse(String)] reads that, and what users write (`partition:leader`, or `partition` for all its variants).
public sealed interface Fault {
    /// Messages between some nodes no longer arrive.
    record Partition(Shape shape) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Processes are killed (SIGKILL) and, when the fault is lifted, started again on the same data.
    record Kill(Target target) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Processes stand still: they keep their memory, connections and locks but do nothing until the fault is lifted.
    record Pause(Target target) implements Fault {
        public Pause {
            if (target != Target.ONE && target != Target.LEADER) {
                throw new IllegalArgumentException(
                        "a pause hits one node or the leader, not " + target);
            }
        }

        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Machines lose their power: their processes end, and with them whatever their disks had not synced, in whole or in part.
    record Power(Target target) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Messages arrive, but not as they should.
    record Network(Trouble trouble) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Disks are slow, full, or not what they were.
    record Disk(Failure failure) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// A node's own clock does not go as time does. Of simulated nodes it is the monotonic one, and neither do the ticks that they
    /// make of it; of real ones it is the clock on the wall.
    record Clock(ClockError error, Target target) implements Fault {
        public Clock {
            if (target != Target.ONE && target != Target.LEADER) {
                throw new IllegalArgumentException(
                        "the clock of one node or of the leader goes wrong, not of " + target);
            }
        }

        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Whoever runs the cluster changes who belongs to it, or who leads it, by the service's own calls. When it is lifted,
    /// every node is a member again.
    record Membership(Change change) implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// Every node draws the same, the shortest election time-out, so that elections collide.
    record ElectionStorm() implements Fault {
        @Override
        public String toString() {
            return kind() + " " + variant();
        }
    }

    /// What can be wrong with the network.
    enum Trouble {
        /// Everything takes long.
        SLOW,
        /// Some of what is sent is lost.
        LOSSY,
        /// Some arrives twice. Between real nodes nothing can, for connections deliver once: there it is what clients ask that
        /// comes a second time, of the same session and number.
        DUPLICATE,
        /// What was sent later arrives earlier.
        REORDER,
        /// The links between two nodes, any, are slow.
        SLOW_LINK,
        /// The links of one node, any, fail and come back, again and again.
        FLAPPING
    }

    /// What can be wrong with disks.
    enum Failure {
        /// Syncs take long, on some nodes.
        SLOW,
        /// Nothing more fits, on a minority at most.
        FULL,
        /// While a minority is down, a bit changes on the disk of each. A node that notices does not start any more, and must
        /// not: what it promised is no longer there.
        FLIP
    }

    /// How a clock can be wrong. None goes back, but for a wall clock that is set right.
    enum ClockError {
        /// It goes several times as fast as time.
        FAST,
        /// It takes several times as long.
        SLOW,
        /// It leaps ahead, again and again.
        JUMP,
        /// It stands.
        FREEZE
    }

    /// How the membership can change.
    enum Change {
        /// One node, any, is removed.
        REMOVE_ONE,
        /// The leader is removed.
        REMOVE_LEADER,
        /// Leadership is handed to another node.
        TRANSFER,
        /// Several nodes are removed and added at once, again and again, by whoever believes to lead.
        SEVERAL
    }

    /// Who can no longer talk to whom.
    enum Shape {
        /// One node, any, is alone.
        ONE,
        /// The leader is alone.
        LEADER,
        /// Two groups, as equal as can be.
        HALVES,
        /// Every node still talks to a majority, but no two nodes to the same one.
        MAJORITY_RING,
        /// One node, any, either hears nobody or is heard by nobody, while the other direction works.
        ONE_WAY
    }

    /// Which processes.
    enum Target {
        /// One node, any.
        ONE,
        /// The leader.
        LEADER,
        /// As many as may be missing while a majority is left.
        MINORITY,
        /// Every node.
        ALL
    }

    /// Every fault there is, in the order in which they are told to users.
    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        Stream.of(Shape.values()).map(Partition::new).forEach(all::add);
        Stream.of(Target.values()).map(Kill::new).forEach(all::add);
        Stream.of(Target.ONE, Target.LEADER).map(Pause::new).forEach(all::add);
        Stream.of(Target.values()).map(Power::new).forEach(all::add);
        Stream.of(Trouble.values()).map(Network::new).forEach(all::add);
        Stream.of(Failure.values()).map(Disk::new).forEach(all::add);
        for (Target target : List.of(Target.ONE, Target.LEADER)) {
            Stream.of(ClockError.values()).map(error -> new Clock(error, target)).forEach(all::add);
        }
        Stream.of(Change.values()).map(Membership::new).forEach(all::add);
        all.add(new ElectionStorm());
        return List.copyOf(all);
    }

    /// What kind it is: `partition`, `kill`, `pause`, …
    default String kind() {
        return switch (this) {
            case Partition p -> "partition";
            case Kill k -> "kill";
            case Pause p -> "pause";
            case Power p -> "power";
            case Network n -> "network";
            case Disk d -> "disk";
            case Clock c -> "clock";
            case Membership m -> "membership";
            case ElectionStorm s -> "election-storm";
        };
    }

    /// Which variant of its kind: `leader`, `majority-ring`, …
    default String variant() {
        return switch (this) {
            case Partition p -> word(p.shape);
            case Kill k -> word(k.target);
            case Pause p -> word(p.target);
            case Power p -> word(p.target);
            case Network n -> word(n.trouble);
            case Disk d -> word(d.failure);
            case Clock c -> c.target == Target.LEADER ? "leader-" + word(c.error) : word(c.error);
            case Membership m -> word(m.change);
            case ElectionStorm s -> word(Target.ALL);
        };
    }

    private static String word(Enum<?> variant) {
        return variant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Whether it hits whoever leads, and nobody when nobody does.
    default boolean aimsAtTheLeader() {
        return switch (this) {
            case Partition p -> p.shape == Shape.LEADER;
            case Kill k -> k.target == Target.LEADER;
            case Pause p -> p.target == Target.LEADER;
            case Power p -> p.target == Target.LEADER;
            case Network n -> false;
            case Disk d -> false;
            case Clock c -> c.target == Target.LEADER;
            case Membership m -> m.change == Change.REMOVE_LEADER;
            case ElectionStorm s -> false;
        };
    }

    /// Whether it takes nothing away and makes everything harder, so that it shows most when something else strikes meanwhile.
    default boolean isBackground() {
        return switch (this) {
            case Partition p -> false;
            case Kill k -> false;
            case Pause p -> false;
            case Power p -> false;
            case Network n -> true;
            case Disk d -> d.failure == Failure.SLOW;
            case Clock c -> true;
            case Membership m -> true;
            case ElectionStorm s -> true;
        };
    }

    /// Reads `partition,kill:leader`: kinds, each for all its variants, or single variants, separated by commas; `none` is no
    /// fault. Each fault is in the answer once, in the order in which it was first asked for.
    ///
    /// @throws IllegalArgumentException in one line, with everything that there is to choose from
    static List<Fault> parse(String text) {
        if (text.strip().equals("none")) {
            return List.of();
        }
        Set<Fault> faults = new LinkedHashSet<>();
        for (String item : text.split(",", -1)) {
            List<String> words = List.of(item.strip().split("[: ]+", -1));
            List<Fault> meant =
                    all().stream()
                            .filter(fault -> fault.kind().equals(words.get(0)))
                            .filter(fault ->
                                    words.size() == 1 || fault.variant().equals(words.get(1)))
                            .toList();
            if (meant.isEmpty() || words.size() > 2) {
                throw new IllegalArgumentException(
                        (item.isBlank()
                                        ? "a fault is missing in \"" + text + "\""
                                        : "there is no fault \"" + item.strip() + "\"")
                                + "; choose from "
                                + choices()
                                + ", or none");
            }
            faults.addAll(meant);
        }
        return List.copyOf(faults);
    }

    /// What there is to choose from, in one line: `partition (one, leader, …), kill (…), …`.
    static String choices() {
        Map<String, List<String>> variants = new LinkedHashMap<>();
        for (Fault fault : all()) {
            variants.computeIfAbsent(fault.kind(), kind -> new ArrayList<>()).add(fault.variant());
        }
        return variants.entrySet().stream()
                .map(kind -> kind.getKey() + " (" + String.join(", ", kind.getValue()) + ")")
                .collect(joining(", "));
    }
}
