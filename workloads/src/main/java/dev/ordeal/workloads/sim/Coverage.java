package dev.ordeal.workloads.sim;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What happened in simulated runs, counted: runs in which little happened have shown little. One thread at a time.
public final class Coverage {
    /// What is counted.
    public enum Happening {
        OPERATION("operations"),
        UNKNOWN("unknown outcomes"),
        /// A node stood for one.
        ELECTION("elections"),
        /// A node won one.
        LEADER("leaders"),
        RESTART("restarts"),
        /// What another leader had left at a log's end was cut off.
        TRUNCATION("truncations"),
        /// A leader's, not the node's own.
        INSTALLED("snapshots installed"),
        /// Of those that asked for one and were told that it is committed.
        CHANGE("membership changes");

        private final String many;

        Happening(String many) {
            this.many = many;
        }
    }

    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

    void saw(Happening what) {
        saw(what, 1);
    }

    void saw(Happening what, long times) {
        counts.merge(what, times, Long::sum);
    }

    /// Counts what another run showed, too.
    public void add(Coverage other) {
        for (Happening what : Happening.values()) {
            saw(what, other.count(what));
        }
    }

    public long count(Happening what) {
        return counts.getOrDefault(what, 0L);
    }

    /// `1,200 operations, 31 unknown outcomes, 24 elections, …`
    @Override
    public String toString() {
        return Stream.of(Happening.values())
                .map(what -> String.format(Locale.ROOT, "%,d %s", count(what), what.many))
                .collect(Collectors.joining(", "));
    }
}
