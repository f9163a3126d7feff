package dev.ordeal.workloads.plan;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Strike;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// When what strikes. Short and often beats long and rare: most bugs live in the first second of a fault and the first after it.
///
/// The kinds take turns in random order, partitions twice as often, and so do the variants of a kind, those that hit the leader
/// three times as often: every kind that was asked for strikes several times even in a short run, and leaders are deposed again
/// and again.
final class StrikePlan {
    private static final long MILLI = 1_000_000L;

    /// Long enough for clients to have seen the cluster work before the first strike.
    private static final long QUIET_NANOS = 800 * MILLI;

    private StrikePlan() {}

    /// @param random decides what strikes in the foreground
    /// @param background decides what strikes in the background ([Fault#isBackground]) meanwhile
    static List<Strike> of(
            RunSpec spec, Tempo tempo, RandomGenerator random, RandomGenerator background) {
        List<Strike> strikes = new ArrayList<>();
        add(strikes, spec, false, tempo, random);
        add(strikes, spec, true, tempo, background);
        strikes.sort(Comparator.comparingLong(Strike::atNanos));
        return IntStream.range(0, strikes.size())
                .mapToObj(i -> {
                    Strike strike = strikes.get(i);
                    return new Strike(
                            i + 1,
                            strike.atNanos(),
                            strike.durationNanos(),
                            strike.fault(),
                            strike.choice());
                })
                .toList();
    }

    private static void add(
            List<Strike> strikes,
            RunSpec spec,
            boolean background,
            Tempo tempo,
            RandomGenerator random) {
        Map<Kind, List<Fault>> ofKind = new EnumMap<>(Kind.class);
        for (Fault fault : spec.faults()) {
            if (fault.isBackground() == background) {
                ofKind.computeIfAbsent(Kind.of(fault), kind -> new ArrayList<>()).add(fault);
            }
        }
        if (ofKind.isEmpty()) {
            return;
        }
        Map<Kind, Deck<Fault>> faults = new EnumMap<>(Kind.class);
        ofKind.forEach((kind, some) -> faults.put(kind, new Deck<>(weighted(some), random)));
        List<Kind> turns = new ArrayList<>(faults.keySet());
        if (faults.containsKey(Kind.PARTITION)) {
            turns.add(Kind.PARTITION);
        }
        Deck<Kind> kinds = new Deck<>(turns, random);
        long length = spec.time().toNanos();
        // The last one is lifted before the load ends: how the cluster recovers under load is part
        // of what is seen.
        long end = length - Math.min(1_000 * MILLI, length / 5);
        long at = Math.min(QUIET_NANOS, length / 10);
        while (true) {
            Kind kind = kinds.draw();
            long duration =
                    (long)
                            (tempo.lasting()
                                    * between(random, kind.shortestMillis, kind.longestMillis)
                                    * MILLI);
            Fault fault = Objects.requireNonNull(faults.get(kind)).draw();
            if (at + duration > end) {
                return;
            }
            strikes.add(new Strike(0, at, duration, fault, random.nextLong()));
            at += duration + (long) (tempo.apart() * between(random, 150, 700) * MILLI);
        }
    }

    private static List<Fault> weighted(List<Fault> faults) {
        List<Fault> weighted = new ArrayList<>(faults);
        for (Fault fault : faults) {
            if (fault.aimsAtTheLeader()) {
                weighted.addAll(List.of(fault, fault));
            }
        }
        return weighted;
    }

    private static long between(RandomGenerator random, long low, long high) {
        return random.nextLong(low, high + 1);
    }

    /// How long each kind lasts. A cut and a pause must outlast an election (150 to 300 ms, and a second try) to leave two that
    /// think they lead, and a cut long enough for clients to come back to the deposed one; a pause must end before the calls that wait at the paused node give up, so that it answers them.
    /// A killed node comes back at once: what it forgot matters while the others still are in the term in which it knew. What is in
    /// the background stays for as long as it takes others to strike meanwhile.
    private enum Kind {
        PARTITION(1_000, 2_400),
        KILL(20, 400),
        PAUSE(450, 1_100),
        POWER(20, 400),
        NETWORK(600, 2_500),
        DISK(300, 1_500),
        CLOCK(300, 2_000),
        MEMBERSHIP(200, 2_000),
        ELECTION_STORM(1_000, 3_000);

        private final long shortestMillis;
        private final long longestMillis;

        Kind(long shortestMillis, long longestMillis) {
            this.shortestMillis = shortestMillis;
            this.longestMillis = longestMillis;
        }

        static Kind of(Fault fault) {
            return switch (fault) {
                case Fault.Partition ignored -> PARTITION;
                case Fault.Kill ignored -> KILL;
                case Fault.Pause ignored -> PAUSE;
                case Fault.Power ignored -> POWER;
                case Fault.Network ignored -> NETWORK;
                case Fault.Disk ignored -> DISK;
                case Fault.Clock ignored -> CLOCK;
                case Fault.Membership ignored -> MEMBERSHIP;
                case Fault.ElectionStorm ignored -> ELECTION_STORM;
            };
        }
    }

    /// Deals every card before it shuffles again.
    private static final class Deck<T> {
        private final List<T> cards;
        private final RandomGenerator random;
        private int dealt;

        Deck(List<T> cards, RandomGenerator random) {
            this.cards = new ArrayList<>(cards);
            this.random = random;
            this.dealt = cards.size();
        }

        T draw() {
            if (dealt == cards.size()) {
                for (int i = cards.size() - 1; i > 0; i--) {
                    Collections.swap(cards, i, random.nextInt(i + 1));
                }
                dealt = 0;
            }
            return cards.get(dealt++);
        }
    }
}
