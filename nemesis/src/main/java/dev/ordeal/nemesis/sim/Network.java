package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/// The links between the nodes: what each of them carries takes its time, gets lost, or arrives twice, as the [Conditions]
/// have it and the trouble that they are in.
final class Network {
    private static final long MILLI = 1_000_000;

    /// By how much the worst of reordering delays a message, on average.
    private static final long REORDERED_NANOS = 100 * MILLI;

    /// Which part the worst of loss takes.
    private static final double MOST_LOST = 0.6;

    /// Takes for ever.
    private static final long LOST = -1;

    private final Scheduler time;
    private Conditions conditions;
    private final RandomGenerator random;
    private final RandomGenerator looks;
    private final Deliveries deliveries;
    private final BiConsumer<Delivery, Object> atPlanned;
    private final Map<Link, Line> lines = new TreeMap<>();

    /// Something to be carried over a link. It may arrive several times.
    abstract static class Parcel<T> implements Runnable {
        /// What is carried.
        final T content;

        private final Line line;

        Parcel(Line line, T content) {
            this.line = line;
            this.content = content;
        }

        /// Happens where and when it arrives.
        abstract void arrive();

        /// Sends it, as a message of the algorithm.
        final void send() {
            line.send(this, true);
        }

        /// Sends it, as a call or its answer: these arrive once or not at all, as those of a connection do.
        final void sendOnce() {
            line.send(this, false);
        }

        /// A link that was cut while something was on its way keeps that too.
        @Override
        public final void run() {
            if (line.cut) {
                line.hold(this, line.caught);
            } else {
                arrive();
            }
        }
    }

    /// What all that is wrong with a link comes to.
    ///
    /// @param lateNanos how much longer its messages take, on average
    private record Trouble(long lateNanos, boolean reorders, double loss, double duplication) {
        static final Trouble NONE = new Trouble(0, false, 0, 0);

        Trouble and(Fault.Trouble more, double strength) {
            return switch (more) {
                case SLOW, SLOW_LINK ->
                        late((long) (strength * Wound.Impaired.SLOWEST_NANOS), reorders);
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
                                Math.max(duplication, strength * Wound.Impaired.MOST_REPEATED));
                case FLAPPING -> this; // it is cut and opened
            };
        }

        private Trouble late(long nanos, boolean outOfOrder) {
            return new Trouble(Math.max(lateNanos, nanos), outOfOrder, loss, duplication);
        }
    }

    /// What becomes of messages on a link at this moment, by the conditions and by its trouble: worked out when one of these
    /// changes, since every message asks for it.
    private record Quality(double loss, double duplication, long latencyNanos, boolean inOrder) {
        static Quality of(Conditions conditions, Trouble trouble) {
            return new Quality(
                    Math.max(conditions.loss(), trouble.loss),
                    Math.max(conditions.duplication(), trouble.duplication),
                    conditions.latencyNanos() + trouble.lateNanos,
                    conditions.ordered() && !trouble.reorders);
        }
    }

    /// @param conditions of its links until they are [others][#under]
    /// @param random decides what becomes of messages
    /// @param looks decides what is seen of links
    /// @param atPlanned told of each message whose delivery is planned, and what it is, when its link takes it
    Network(
            Scheduler time,
            Conditions conditions,
            RandomGenerator random,
            RandomGenerator looks,
            Deliveries deliveries,
            BiConsumer<Delivery, Object> atPlanned) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.looks = looks;
        this.deliveries = deliveries;
        this.atPlanned = atPlanned;
    }

    /// What carries messages over this link.
    Line line(Link link) {
        return lines.computeIfAbsent(link, Line::new);
    }

    /// One direction between two nodes.
    final class Line {
        private final Link link;
        private boolean cut;
        private Trouble trouble = Trouble.NONE;
        private Quality quality = Quality.of(conditions, trouble);

        /// What was on its way and would have arrived while it is cut, in that order.
        private List<Parcel<?>> caught = new ArrayList<>();

        /// What was sent while it is cut, in that order.
        private List<Parcel<?>> held = new ArrayList<>();

        /// When the last message arrives that was sent so far.
        private long lastArrival;

        /// How many messages it has taken, if anybody asks for their numbers.
        private int numbered;

        private Line(Link link) {
            this.link = link;
        }

        /// What somebody sees who wants to know how the link is: what would become of so many messages of the algorithm. They
        /// are drawn from random numbers of their own and hold up none of the others.
        ///
        /// @return how long each copy takes that arrives, if nothing changes meanwhile
        long[] look(int messages) {
            long[] took = new long[2 * messages];
            int arrived = 0;
            long last = 0;
            for (int i = 0; i < messages && !cut; i++) {
                int copies = repeats(looks) ? 2 : 1;
                for (int copy = 0; copy < copies; copy++) {
                    long takes = draw(true, looks);
                    if (takes != LOST) {
                        last = quality.inOrder ? Math.max(last, takes) : takes;
                        took[arrived++] = last;
                    }
                }
            }
            return Arrays.copyOf(took, arrived);
        }

        private void send(Parcel<?> parcel, boolean mayRepeat) {
            if (cut) {
                hold(parcel, held);
                if (mayRepeat && repeats(random)) {
                    hold(parcel, held);
                }
                return;
            }
            carry(parcel, true, mayRepeat);
        }

        /// Draws what becomes of a message, or takes it from the plan.
        private void carry(Parcel<?> parcel, boolean mayBeLost, boolean mayRepeat) {
            long takes = draw(mayBeLost, random);
            long again = mayRepeat && repeats(random) ? draw(mayBeLost, random) : LOST;
            if (!deliveries.nobodyAsks()) {
                asPlanned(parcel, takes, again);
            } else {
                copy(parcel, takes);
                copy(parcel, again);
            }
        }

        private void asPlanned(Parcel<?> parcel, long takes, long again) {
            int number = ++numbered;
            Delivery planned = deliveries.planned(link, number);
            if (planned != null) {
                atPlanned.accept(planned, parcel.content);
            }
            List<Long> copies =
                    planned != null
                            ? planned.takesNanos()
                            : LongStream.of(takes, again).filter(it -> it != LOST).boxed().toList();
            List<Long> took = copies.stream().map(nanos -> copy(parcel, nanos)).toList();
            deliveries.carried(new Delivery(link, number, took));
        }

        /// One copy of a message arrives after this time, or later; none if it is lost.
        ///
        /// @return how long it takes
        private long copy(Parcel<?> parcel, long nanos) {
            if (nanos == LOST) {
                return LOST;
            }
            long takes = behindOthers(nanos);
            var unused = time.after(takes, parcel);
            return takes;
        }

        private boolean repeats(RandomGenerator from) {
            return from.nextDouble() < quality.duplication;
        }

        /// How long one copy of a message takes, if it is not lost.
        private long draw(boolean mayBeLost, RandomGenerator from) {
            return mayBeLost && from.nextDouble() < quality.loss
                    ? LOST
                    : Conditions.around(quality.latencyNanos, from);
        }

        /// How long a message takes that does not overtake those that were sent before it, where links keep the order.
        private long behindOthers(long nanos) {
            if (!quality.inOrder) {
                return nanos;
            }
            long now = time.nanos();
            lastArrival = Math.max(now + nanos, lastArrival);
            return lastArrival - now;
        }

        private void suffer(Trouble now) {
            trouble = now;
            quality = Quality.of(conditions, now);
        }

        private void hold(Parcel<?> parcel, List<Parcel<?>> among) {
            if (conditions.holding()) {
                among.add(parcel);
            }
        }

        /// What should have arrived does so now, before what is still on its way, and that before what was sent later.
        private void release() {
            if (!caught.isEmpty()) {
                List<Parcel<?>> overdue = caught;
                caught = new ArrayList<>();
                for (Parcel<?> parcel : overdue) {
                    var unused = time.after(0, parcel);
                }
            }
            if (!held.isEmpty()) {
                List<Parcel<?>> released = held;
                held = new ArrayList<>();
                released.forEach(it -> carry(it, false, false));
            }
        }
    }

    /// From now on its links are under these conditions.
    void under(Conditions now) {
        conditions = now;
        for (Line line : lines.values()) {
            line.suffer(line.trouble);
        }
    }

    /// Cuts exactly these links, and opens the others: what they held arrives.
    void cut(Set<Link> links) {
        for (Link link : links) {
            line(link).cut = true;
        }
        for (Line line : lines.values()) {
            if (line.cut && !links.contains(line.link)) {
                line.cut = false;
                line.release();
            }
        }
    }

    /// From now on exactly this is wrong with links.
    void trouble(Collection<Wound.Impaired> wounds) {
        for (Line line : lines.values()) {
            line.suffer(Trouble.NONE);
        }
        for (Wound.Impaired wound : wounds) {
            for (Link link : wound.links()) {
                Line line = line(link);
                line.suffer(line.trouble.and(wound.trouble(), wound.strength() / 100.0));
            }
        }
    }
}
