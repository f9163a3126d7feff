package dev.ordeal.workloads.plan;

import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.workloads.workload.Action;
import dev.ordeal.workloads.workload.Emphasis;
import dev.ordeal.workloads.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Everything that a seed decides. The same specification gives the same plan, on every machine.
///
/// @param arrivals the load, by time
/// @param strikes the faults, by time; they are resolved (who is hit) when they strike
/// @param demands what is tried, one after the other, before the load and when all faults are lifted, until a change and a read are answered
/// @param finalReads a read of every key that the load touches
public record RunPlan(
        List<Arrival> arrivals,
        List<Strike> strikes,
        List<Action> demands,
        List<Action> finalReads) {
    private static final int DEMANDS = 1_000;

    /// More than most runs come to, before the load and behind it.
    private static final int CHANGES_READ_BACK = 10;

    public RunPlan {
        arrivals = List.copyOf(arrivals);
        strikes = List.copyOf(strikes);
        demands = List.copyOf(demands);
        finalReads = List.copyOf(finalReads);
    }

    public static RunPlan of(RunSpec spec) {
        return of(spec, Emphasis.NONE, Tempo.USUAL);
    }

    /// The plan of a specification that a swarm drew more to.
    ///
    /// @param emphasis on which operations
    /// @param tempo of the strikes
    public static RunPlan of(RunSpec spec, Emphasis emphasis, Tempo tempo) {
        List<String> keys = IntStream.rangeClosed(1, spec.keys()).mapToObj(i -> "k" + i).toList();
        FreshValues fresh = new FreshValues();
        List<Arrival> arrivals = arrivals(spec, keys, emphasis, fresh);
        List<Action> demands = demands(spec, keys, fresh);
        return new RunPlan(
                arrivals,
                StrikePlan.of(
                        spec,
                        tempo,
                        random(spec, Concern.STRIKES),
                        random(spec, Concern.BACKGROUND)),
                demands,
                reads(touched(keys, demands, arrivals)));
    }

    /// The keys of the load, each once, behind those of as many demands as it takes to come to every key; where each demand has a key
    /// of its own, behind those that a run is likely to come to: what one of them was acknowledged must be seen to have stayed.
    private static Set<String> touched(
            List<String> keys, List<Action> demands, List<Arrival> arrivals) {
        Set<String> touched = new LinkedHashSet<>();
        int changes = Math.max(keys.size(), CHANGES_READ_BACK);
        for (Action demand : demands.subList(0, Math.min(demands.size(), 2 * changes))) {
            touched.add(demand.key());
        }
        for (Arrival arrival : arrivals) {
            touched.add(arrival.action().key());
        }
        return touched;
    }

    private static List<Action> reads(Set<String> keys) {
        return keys.stream().<Action>map(Action.Read::new).toList();
    }

    /// Arrivals as of many independent clients: exponential gaps, so that bursts and lulls both happen.
    private static List<Arrival> arrivals(
            RunSpec spec, List<String> keys, Emphasis emphasis, FreshValues fresh) {
        RandomGenerator times = random(spec, Concern.ARRIVALS);
        RandomGenerator operations = random(spec, Concern.OPERATIONS);
        List<Arrival> arrivals = new ArrayList<>();
        double at = 0;
        while (true) {
            at += -StrictMath.log(1 - times.nextDouble()) / spec.rate() * 1e9;
            if (at >= spec.time().toNanos()) {
                return arrivals;
            }
            String key = keys.get(operations.nextInt(keys.size()));
            int slot = operations.nextInt(spec.clients());
            Action next = spec.workload().next(key, fresh.next(), emphasis, operations);
            arrivals.add(
                    new Arrival(
                            (long) at,
                            slot,
                            spec.onlyReads(slot) ? new Action.Read(next.key()) : next));
        }
    }

    /// The same with as many demands as a plan has that was drawn: a real cluster starts and heals in its own time, and what was
    /// enough in simulation may be used up there. Their values are no numbers, so that no other operation has them.
    public RunPlan withMoreDemands(Workload workload) {
        List<String> keys = demands.stream().map(Action::key).distinct().toList();
        List<Action> more = new ArrayList<>(demands);
        for (int i = 0; more.size() < DEMANDS; i++) {
            Action change = workload.change(keys.get(i % keys.size()), "more" + i);
            more.add(change);
            more.add(new Action.Read(change.key()));
        }
        return new RunPlan(arrivals, strikes, more, finalReads);
    }

    private static List<Action> demands(RunSpec spec, List<String> keys, FreshValues fresh) {
        List<Action> demands = new ArrayList<>();
        for (int i = 0; demands.size() < DEMANDS; i++) {
            String key = keys.get(i % keys.size());
            Action change = spec.workload().change(key, fresh.next());
            demands.add(change);
            demands.add(new Action.Read(change.key()));
        }
        return demands;
    }

    /// One seed, split by concern: a new draw in one leaves the others as they were.
    private enum Concern {
        ARRIVALS(1),
        OPERATIONS(2),
        STRIKES(3),
        BACKGROUND(4);

        private final int number;

        Concern(int number) {
            this.number = number;
        }
    }

    private static RandomGenerator random(RunSpec spec, Concern concern) {
        return new SplittableRandom(spec.seed() * 31 + concern.number);
    }

    private static final class FreshValues {
        private int last;

        String next() {
            return Integer.toString(++last);
        }
    }
}
