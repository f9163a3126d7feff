package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Delivery;
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
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
    private final Deliveries deliveries;
    private final BiConsumer<Delivery, Object> atPlanned;
    private final Set<Link> cut = new TreeSet<>();
    private final Map<Link, Trouble> trouble = new TreeMap<>();

    /// What cut links hold, in the order in which it was sent.
    private final Map<Link, List<Held>> held = new TreeMap<>();

    /// When the last message of each link arrives that was sent so far.
    private final Map<Link, Long> lastArrival = new TreeMap<>();

    /// @param what null: a look
    private record Held(@Nullable Object what, Runnable arrival) {}

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

    /// @param atPlanned told of each message whose delivery is planned, and what it is, when its link takes it
    Network(
            Scheduler time,
            Supplier<Conditions> conditions,
            RandomGenerator random,
            Deliveries deliveries,
            BiConsumer<Delivery, Object> atPlanned) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.deliveries = deliveries;
        this.atPlanned = atPlanned;
    }

    private Trouble on(Link link) {
        return trouble.isEmpty() ? Trouble.NONE : trouble.getOrDefault(link, Trouble.NONE);
    }

    /// A message of the algorithm.
    ///
    /// @param what for people: its `toString` is what it is called
    void send(Link link, Object what, Runnable arrival) {
        send(link, what, arrival, true);
    }

    /// A call, or its answer: these arrive once or not at all, as those of a connection do.
    void sendOnce(Link link, Object what, Runnable arrival) {
        send(link, what, arrival, false);
    }

    /// What somebody sends who wants to see how the link is: like a message of the algorithm, but it is none, and has no number.
    void look(Link link, Runnable arrival) {
        send(link, null, arrival, true);
    }

    /// @param what null: a look
    private void send(Link link, @Nullable Object what, Runnable arrival, boolean mayRepeat) {
        if (cut.contains(link)) {
            hold(link, what, arrival);
            if (mayRepeat && repeats(link)) {
                hold(link, what, arrival);
            }
            return;
        }
        carry(link, what, arrival, true, mayRepeat);
    }

    /// Draws what becomes of a message, or takes it from the plan.
    private void carry(
            Link link,
            @Nullable Object what,
            Runnable arrival,
            boolean mayBeLost,
            boolean mayRepeat) {
        List<Long> takes = new ArrayList<>(2);
        draw(link, mayBeLost, takes);
        if (mayRepeat && repeats(link)) {
            draw(link, mayBeLost, takes);
        }
        boolean told = what != null && !deliveries.nobodyAsks();
        int number = told ? deliveries.next(link) : 0;
        Delivery planned = told ? deliveries.planned(link, number) : null;
        if (planned != null && what != null) {
            atPlanned.accept(planned, what);
            takes = new ArrayList<>(planned.takesNanos());
        }
        takes.replaceAll(nanos -> behindOthers(link, nanos));
        if (told) {
            deliveries.carried(new Delivery(link, number, takes));
        }
        for (long nanos : takes) {
            var unused = time.after(nanos, () -> arrive(link, what, arrival));
        }
    }

    private boolean repeats(Link link) {
        return random.nextDouble() < Math.max(conditions.get().duplication(), on(link).duplication);
    }

    /// One copy of a message: how long it takes, if it is not lost.
    private void draw(Link link, boolean mayBeLost, List<Long> takes) {
        Trouble wrong = on(link);
        if (!mayBeLost || random.nextDouble() >= Math.max(conditions.get().loss(), wrong.loss)) {
            takes.add(Conditions.around(conditions.get().latencyNanos() + wrong.lateNanos, random));
        }
    }

    /// How long a message takes that does not overtake those that were sent before it, where links keep the order.
    private long behindOthers(Link link, long nanos) {
        if (!conditions.get().ordered() || on(link).reorders) {
            return nanos;
        }
        long now = time.nanos();
        long at = Math.max(now + nanos, lastArrival.getOrDefault(link, 0L));
        lastArrival.put(link, at);
        return at - now;
    }

    /// A link that was cut while something was on its way keeps that too.
    private void arrive(Link link, @Nullable Object what, Runnable arrival) {
        if (!cut.contains(link)) {
            arrival.run();
        } else {
            hold(link, what, arrival);
        }
    }

    private void hold(Link link, @Nullable Object what, Runnable arrival) {
        if (conditions.get().holding()) {
            held.computeIfAbsent(link, l -> new ArrayList<>()).add(new Held(what, arrival));
        }
    }

    /// Cuts exactly these links, and opens the others: what they held arrives.
    void cut(Set<Link> links) {
        cut.clear();
        cut.addAll(links);
        Map<Link, List<Held>> released = new TreeMap<>(held);
        released.keySet().removeIf(cut::contains);
        released.forEach((link, arrivals) -> {
            held.remove(link);
            arrivals.forEach(it -> carry(link, it.what, it.arrival, false, false));
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
