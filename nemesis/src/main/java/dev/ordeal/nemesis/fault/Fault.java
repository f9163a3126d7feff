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
        return Stream.concat(
                        Stream.of(Shape.values()).<Fault>map(Partition::new),
                        Stream.concat(
                                Stream.of(Target.values()).<Fault>map(Kill::new),
                                Stream.of(Target.ONE, Target.LEADER).<Fault>map(Pause::new)))
                .toList();
    }

    /// What kind it is: `partition`, `kill`, `pause`.
    default String kind() {
        return switch (this) {
            case Partition p -> "partition";
            case Kill k -> "kill";
            case Pause p -> "pause";
        };
    }

    /// Which variant of its kind: `leader`, `majority-ring`, …
    default String variant() {
        Enum<?> variant =
                switch (this) {
                    case Partition p -> p.shape;
                    case Kill k -> k.target;
                    case Pause p -> p.target;
                };
        return variant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
