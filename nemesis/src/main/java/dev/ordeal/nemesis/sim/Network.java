package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The links between the nodes: what each of them carries takes its time, gets lost, or arrives twice, as the [Conditions]
/// have it and the trouble that they are in. A message is a task to be run where and when it arrives.
final class Network {
    private static final long MILLI = 1_000_000;

    /// What the worst of each trouble comes to.
    private static final long SLOWEST_NANOS = 200 * MILLI;

    private static final long REORDERED_NANOS = 100 * MILLI;
    private static final double MOST_LOST = 0.6;
    private static final double MOST_REPEATED = 0.8;

    private final Scheduler time;
    private final Supplier<Conditions> conditions;
    private final RandomGenerator random;
    private final Set<Link> cut = new TreeSet<>();
    private final Map<Link, Trouble> trouble = new TreeMap<>();

    /// What cut links hold, in the order in which it was sent.
    private final Map<Link, List<Runnable>> held = new TreeMap<>();

    /// When the last message of each link arrives that was sent so far.
    private final Map<Link, Long> lastArrival = new TreeMap<>();

    /// What all that is wrong with a link comes to.
    ///
    /// @param lateNanos how much longer its messages take, on average
    private record Trouble(long lateNanos, boolean reorders, double loss, double duplication) {
        static final Trouble NONE = new Trouble(0, false, 0, 0);

        Trouble and(Fault.Trouble more, double strength) {
            return switch (more) {
                case SLOW, SLOW_LINK -> late((long) (strength * SLOWEST_NANOS), reorders);
                case REORDER -> late((long) (strength * REORDERED_NANOS), true);
                case LOSSY ->
                        new Trouble(
                                lateNanos,
                                reorders,
                                Math.max(loss, strength * MOST_LOST),
                                duplication);
                case DUPLICATE ->
                        new Trouble(
                                lateNanos,
                                reorders,
                                loss,
                                Math.max(duplication, strength * MOST_REPEATED));
                case FLAPPING -> this; // it is cut and opened
            };
        }

        private Trouble late(long nanos, boolean outOfOrder) {
            return new Trouble(Math.max(lateNanos, nanos), outOfOrder, loss, duplication);
        }
    }

    Network(Scheduler time, Supplier<Conditions> conditions, RandomGenerator random) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
    }

    private Trouble on(Link link) {
        return trouble.isEmpty() ? Trouble.NONE : trouble.getOrDefault(link, Trouble.NONE);
    }

    /// A message of the algorithm.
    void send(Link link, Runnable arrival) {
        sendOnce(link, arrival);
        double duplication = Math.max(conditions.get().duplication(), on(link).duplication);
        if (random.nextDouble() < duplication) {
            sendOnce(link, arrival);
        }
    }

    /// A call, or its answer: these arrive once or not at all, as those of a connection do.
    void sendOnce(Link link, Runnable arrival) {
        if (cut.contains(link)) {
            hold(link, arrival);
            return;
        }
        if (random.nextDouble() < Math.max(conditions.get().loss(), on(link).loss)) {
            return;
        }
        carry(link, arrival);
    }

    private void carry(Link link, Runnable arrival) {
        Trouble wrong = on(link);
        long at =
                time.nanos()
                        + Conditions.around(
                                conditions.get().latencyNanos() + wrong.lateNanos, random);
        if (conditions.get().ordered() && !wrong.reorders) {
            at = Math.max(at, lastArrival.getOrDefault(link, 0L));
            lastArrival.put(link, at);
        }
        var unused = time.after(at - time.nanos(), () -> arrive(link, arrival));
    }

    /// A link that was cut while something was on its way keeps that too.
    private void arrive(Link link, Runnable arrival) {
        if (!cut.contains(link)) {
            arrival.run();
        } else {
            hold(link, arrival);
        }
    }

    private void hold(Link link, Runnable arrival) {
        if (conditions.get().holding()) {
            held.computeIfAbsent(link, l -> new ArrayList<>()).add(arrival);
        }
    }

    /// Cuts exactly these links, and opens the others: what they held arrives.
    void cut(Set<Link> links) {
        cut.clear();
        cut.addAll(links);
        Map<Link, List<Runnable>> released = new TreeMap<>(held);
        released.keySet().removeIf(cut::contains);
        released.forEach((link, arrivals) -> {
            held.remove(link);
            arrivals.forEach(arrival -> carry(link, arrival));
        });
    }

    /// From now on exactly this is wrong with links.
    void trouble(Collection<Wound.Impaired> wounds) {
        trouble.clear();
        for (Wound.Impaired wound : wounds) {
            for (Link link : wound.links()) {
                trouble.merge(
                        link,
                        Trouble.NONE.and(wound.trouble(), wound.strength() / 100.0),
                        (known, ignored) -> known.and(wound.trouble(), wound.strength() / 100.0));
            }
        }
    }
}
