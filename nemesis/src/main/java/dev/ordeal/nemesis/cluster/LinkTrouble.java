package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.fault.Wound;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// What all wounds in force come to for what is sent over the links of real nodes and arrives, but not as it should. None is so
/// weak that a look could not tell it.
///
/// @param lateNanos how late what links carry arrives
/// @param repeated which part of the clients' requests comes twice
record LinkTrouble(Map<Link, Long> lateNanos, double repeated) {
    private static final long MILLI = 1_000_000;

    /// What the least of each trouble comes to.
    private static final long LEAST_SLOW_NANOS = 20 * MILLI;

    private static final double LEAST_REPEATED = 0.2;
    private static final long SHORTEST_FLAP_NANOS = 100 * MILLI;

    static LinkTrouble of(Collection<Wound> wounds) {
        Map<Link, Long> late = new TreeMap<>();
        double repeated = 0;
        for (Wound wound : wounds) {
            if (wound instanceof Wound.Impaired impaired) {
                switch (impaired.trouble()) {
                    case SLOW, SLOW_LINK ->
                            impaired.links()
                                    .forEach(link ->
                                            late.merge(link, lateNanos(impaired), Math::max));
                    case DUPLICATE ->
                            repeated =
                                    Math.max(
                                            repeated,
                                            between(
                                                    LEAST_REPEATED,
                                                    Wound.Impaired.MOST_REPEATED,
                                                    impaired.strength()));
                    case FLAPPING -> {} // cut and opened
                    case LOSSY, REORDER ->
                            throw new IllegalStateException(
                                    "real nodes have no such links: " + impaired);
                }
            }
        }
        return new LinkTrouble(late, repeated);
    }

    /// By how much a wound delays what its links carry.
    static long lateNanos(Wound.Impaired slow) {
        return (long) between(LEAST_SLOW_NANOS, Wound.Impaired.SLOWEST_NANOS, slow.strength());
    }

    /// How long links that flap are down, and then up.
    static long flapNanos(Wound.Impaired flapping) {
        return (long)
                between(
                        SHORTEST_FLAP_NANOS,
                        Wound.Impaired.LONGEST_FLAP_NANOS,
                        flapping.strength());
    }

    /// How late the answer comes to what is sent over a link.
    long roundNanos(Link link) {
        return lateNanos.getOrDefault(link, 0L) + lateNanos.getOrDefault(link.reverse(), 0L);
    }

    private static double between(double least, double most, int percent) {
        return least + (most - least) * percent / 100;
    }
}
