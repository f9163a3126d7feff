package dev.ordeal.workloads.sim;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.workloads.plan.Tempo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// What the faults of a run lean to. Most bugs need a few faults of any kind; some need the same few times in a row, and what is
/// drawn evenly never comes to that.
enum Regime {
    /// Two in five of the kinds, and half the variants of each; none is a fault mix too.
    ANY,

    /// Leaders fall one after the other, hardly elected, and come back soon: entries of one stay behind on a few, and others are
    /// overwritten (Figure 8 takes four in a row).
    LEADERS_FALL,

    /// Whoever runs the cluster changes who belongs to it again and again while the network splits and leaders fall: changes
    /// are begun and never heard of, and by several at once.
    MEMBERS_CHANGE;

    /// How many seeds of a hundred lean to each thing that there is to lean to.
    private static final int LEAN = 15;

    private static final List<Fault> FAULTS = Fault.all();

    static Regime drawn(RandomGenerator random) {
        int draw = random.nextInt(100);
        return draw < LEAN ? LEADERS_FALL : draw < 2 * LEAN ? MEMBERS_CHANGE : ANY;
    }

    /// How many nodes: as many as the regime needs to show anything, five at most.
    int nodes(RandomGenerator random) {
        return this == ANY ? 2 + random.nextInt(4) : 3 + random.nextInt(3);
    }

    List<Fault> faults(RandomGenerator random) {
        List<Fault> faults = new ArrayList<>();
        Map<String, Boolean> kinds = new TreeMap<>();
        for (Fault fault : FAULTS) {
            boolean drawn =
                    switch (this) {
                        case ANY ->
                                kinds.computeIfAbsent(fault.kind(), kind -> random.nextInt(5) < 2)
                                        && random.nextBoolean();
                        case LEADERS_FALL -> random.nextInt(100) < (fellsLeaders(fault) ? 75 : 5);
                        case MEMBERS_CHANGE ->
                                random.nextInt(100) < (separatesMembers(fault) ? 60 : 5);
                    };
            if (drawn) {
                faults.add(fault);
            }
        }
        return faults;
    }

    private static boolean fellsLeaders(Fault fault) {
        return fault.aimsAtTheLeader() && !fault.isBackground();
    }

    private static boolean separatesMembers(Fault fault) {
        return fault instanceof Fault.Membership
                || fault instanceof Fault.Partition
                || fault.equals(new Fault.Kill(Fault.Target.LEADER))
                || fault.equals(new Fault.Pause(Fault.Target.LEADER));
    }

    /// From a fifth to twice as usual, shorter more often than longer: timing shows more than variety does, and what is short can
    /// happen often. Leaning is shorter still: about as long as an election takes.
    Tempo tempo(RandomGenerator random) {
        return this == ANY
                ? new Tempo(factor(random, 0.2), factor(random, 0.2))
                : new Tempo(factor(random, 0.08), factor(random, 0.02));
    }

    /// From `least` to ten times as much.
    private static double factor(RandomGenerator random, double least) {
        return least * StrictMath.pow(10, random.nextDouble());
    }
}
