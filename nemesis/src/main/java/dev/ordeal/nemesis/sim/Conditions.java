package dev.ordeal.nemesis.sim;

import dev.ordeal.node.member.Member;
import dev.ordeal.node.raft.Settings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// What the outside of a simulated cluster is like, and how its members are tuned.
///
/// @param latencyNanos how long a message takes on average; each one's time is drawn from an exponential distribution, so that
///     some take many times as long
/// @param ordered whether messages of one link arrive in the order in which they were sent, as on a connection
/// @param loss which share of the messages is lost
/// @param duplication which share arrives twice
/// @param holding whether a cut link holds what it is given until it is open again, as connections do, or drops it
/// @param syncNanos how long a disk takes to sync, on average
/// @param drift by how much the clocks of two members may go apart: with 0.1 each goes 0.9 to 1.1 times as fast as time
/// @param settings of the members
/// @param tickNanos of the members
/// @param sessionTimeout of the members
public record Conditions(
        long latencyNanos,
        boolean ordered,
        double loss,
        double duplication,
        boolean holding,
        long syncNanos,
        double drift,
        Settings settings,
        long tickNanos,
        Duration sessionTimeout) {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    /// Clocks show whole nanoseconds, and so drift a little more than they do.
    private static final double ROUNDING = 0.001;

    private static final int POINTS = 1024;

    /// By which time, in means of it, what is drawn from an exponential distribution has come to pass in 0, 1, 2, … of
    /// [#POINTS] cases.
    private static final double[] TIMES = times();

    /// A good network, good disks, and members tuned as the service is by default: what `./ordeal run --cluster sim` puts them
    /// on. The faults come on top.
    public static Conditions calm() {
        return new Conditions(
                300 * MICRO,
                true,
                0,
                0,
                true,
                500 * MICRO,
                0,
                Settings.defaults(),
                10 * MILLI,
                Member.SESSION_TIMEOUT);
    }

    /// The same members on a good network and good disks. Their clocks go on as they do.
    Conditions calmed() {
        Conditions calm = calm();
        return new Conditions(
                Math.min(latencyNanos, calm.latencyNanos),
                ordered,
                calm.loss,
                calm.duplication,
                holding,
                Math.min(syncNanos, calm.syncNanos),
                drift,
                settings,
                tickNanos,
                sessionTimeout);
    }

    /// The same, with members that take a snapshot every so many entries.
    public Conditions withSnapshotEntries(int entries) {
        return with(settings.withSnapshotEntries(entries));
    }

    /// The same, with members whose leaders read under leases, which allow for as much as these clocks drift apart.
    public Conditions withLeases() {
        double apart = (1 + drift) / (1 - drift) - 1;
        return with(settings.withTickNanos(tickNanos).withLeases(apart + ROUNDING));
    }

    /// The same, with members that are tuned so.
    public Conditions with(Settings tuned) {
        return new Conditions(
                latencyNanos,
                ordered,
                loss,
                duplication,
                holding,
                syncNanos,
                drift,
                tuned,
                tickNanos,
                sessionTimeout);
    }

    /// Conditions of their own for each seed, from calm to wild: what is rare in one is common in another, for many bugs show
    /// only where one thing happens often and others not at all.
    public static Conditions drawn(RandomGenerator random) {
        long latency = pick(random, 100 * MICRO, 500 * MICRO, 2 * MILLI, 10 * MILLI, 20 * MILLI);
        // The smallest takes an entry a message. A snapshot travels in messages of this size
        // too, and a run does not wait for ever: with the smallest there are no snapshots.
        int messageBytes = (int) pick(random, 1, 512, 512, 64 << 10, 64 << 10);
        int inFlight = (int) pick(random, 1, 3, 64);
        int snapshotEntries = messageBytes == 1 ? 10_000 : (int) pick(random, 3, 20, 100, 10_000);
        int electionMin = (int) pick(random, 8, 15, 25);
        Settings settings =
                new Settings(
                        electionMin,
                        electionMin + (int) pick(random, 2, 15, 30),
                        5,
                        messageBytes,
                        inFlight,
                        snapshotEntries);
        return new Conditions(
                latency,
                random.nextInt(3) > 0,
                sometimes(random, 0.2),
                sometimes(random, 0.2),
                random.nextBoolean(),
                pick(random, 20 * MICRO, 500 * MICRO, 5 * MILLI, 15 * MILLI),
                sometimes(random, 0.2),
                settings,
                10 * MILLI,
                Duration.ofSeconds(pick(random, 1, 5, 3_600)));
    }

    /// A time of this length on average, drawn from an exponential distribution: by its inverse, which runs straight between
    /// the points of a table. Beyond the last of them it begins anew, for this distribution has no memory.
    static long around(long meanNanos, RandomGenerator random) {
        double behind = 0;
        while (true) {
            double at = random.nextDouble() * POINTS;
            int point = (int) at;
            if (point < POINTS - 1) {
                double between = (at - point) * (TIMES[point + 1] - TIMES[point]);
                return (long) ((behind + TIMES[point] + between) * meanNanos);
            }
            behind += TIMES[point];
        }
    }

    private static double[] times() {
        double[] times = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            times[i] = -StrictMath.log(1 - (double) i / POINTS);
        }
        return times;
    }

    private static long pick(RandomGenerator random, long... from) {
        return from[random.nextInt(from.length)];
    }

    private static double sometimes(RandomGenerator random, double most) {
        return random.nextBoolean() ? 0 : most * random.nextDouble();
    }
}
