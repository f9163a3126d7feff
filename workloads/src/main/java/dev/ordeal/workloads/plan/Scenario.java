package dev.ordeal.workloads.plan;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.workload.Action;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/// Everything that a simulated run depends on: the same scenario gives the same run, byte for byte. On real clusters it gives the
/// same operations and strikes at the same times. [PlanJson] is how it stands in a run's `plan.json`.
///
/// @param spec of the run; where the plan is not what is drawn from it (it was made smaller), the plan counts
/// @param conditions of a simulated cluster; a real one has its own
/// @param deliveries of single messages of a simulated cluster, whatever else its conditions are; a link's in the order of their numbers
/// @param plan what clients do and what strikes
public record Scenario(
        RunSpec spec, Conditions conditions, List<Delivery> deliveries, RunPlan plan) {
    /// @throws IllegalArgumentException in one line, if the plan does not fit the cluster
    public Scenario {
        deliveries = List.copyOf(deliveries);
        Set<NodeId> nodes = new TreeSet<>(NodeId.first(spec.nodes()));
        for (Strike strike : plan.strikes()) {
            Wound wound = strike.wound();
            if (wound != null && !nodes.containsAll(wound.touched())) {
                throw new IllegalArgumentException(
                        "strike %d hits %s, and the nodes are %s"
                                .formatted(strike.id(), wound.touched(), nodes));
            }
        }
        Map<Link, Integer> last = new HashMap<>();
        for (Delivery delivery : deliveries) {
            Link link = delivery.link();
            if (!nodes.contains(link.from()) || !nodes.contains(link.to())) {
                throw new IllegalArgumentException(
                        "%s: there is no such link, the nodes are %s".formatted(delivery, nodes));
            }
            if (Objects.requireNonNullElse(last.put(link, delivery.number()), 0)
                    >= delivery.number()) {
                throw new IllegalArgumentException(
                        "%s: the messages of a link must stand in the order of their numbers"
                                .formatted(delivery));
            }
        }
        long before = 0;
        for (Arrival arrival : plan.arrivals()) {
            if (arrival.atNanos() < before) {
                throw new IllegalArgumentException(
                        "an operation arrives at %d ns, after one that arrives at %d ns: they must stand in the order of their times"
                                .formatted(arrival.atNanos(), before));
            }
            before = arrival.atNanos();
        }
        if (plan.demands().isEmpty()) {
            throw new IllegalArgumentException(
                    "there are no demands: nothing would be asked of the healed cluster");
        }
    }

    /// What a specification's seed decides, under these conditions.
    public static Scenario of(RunSpec spec, Conditions conditions) {
        return new Scenario(spec, conditions, List.of(), RunPlan.of(spec));
    }

    /// The same on nodes of another kind.
    public Scenario on(RunSpec.ClusterKind kind) {
        return new Scenario(spec.on(kind), conditions, deliveries, plan);
    }

    public Scenario with(RunPlan other) {
        return new Scenario(spec, conditions, deliveries, other);
    }

    /// The same under other conditions.
    public Scenario under(Conditions others) {
        return new Scenario(spec, others, deliveries, plan);
    }

    /// The same with these deliveries of single messages and no others.
    public Scenario delivering(List<Delivery> others) {
        return new Scenario(spec, conditions, others, plan);
    }

    /// The same with other dice: what is drawn while it runs is drawn from another seed; the plan stays.
    public Scenario withSeed(long seed) {
        return with(
                spec.with(spec.faults(), spec.time(), seed, spec.nodes(), spec.clients()), plan);
    }

    /// The specification names the faults that are left.
    public Scenario withStrikes(List<Strike> strikes) {
        return with(
                spec.with(
                        strikes.stream().map(Strike::fault).distinct().toList(),
                        spec.time(),
                        spec.seed(),
                        spec.nodes(),
                        spec.clients()),
                new RunPlan(plan.arrivals(), strikes, plan.demands(), plan.finalReads()));
    }

    public Scenario withArrivals(List<Arrival> arrivals) {
        return with(new RunPlan(arrivals, plan.strikes(), plan.demands(), plan.finalReads()));
    }

    public Scenario withDemands(List<Action> demands) {
        return with(new RunPlan(plan.arrivals(), plan.strikes(), demands, plan.finalReads()));
    }

    public Scenario withFinalReads(List<Action> reads) {
        return with(new RunPlan(plan.arrivals(), plan.strikes(), plan.demands(), reads));
    }

    /// What happens of it until a time of the load, which ends then; a load lasts a second at least.
    public Scenario until(long nanos) {
        return with(
                spec.with(
                        spec.faults(),
                        Duration.ofNanos(Math.max(1_000_000_000L, nanos)),
                        spec.seed(),
                        spec.nodes(),
                        spec.clients()),
                new RunPlan(
                        plan.arrivals().stream()
                                .filter(arrival -> arrival.atNanos() < nanos)
                                .toList(),
                        plan.strikes().stream().filter(strike -> strike.atNanos() < nanos).toList(),
                        plan.demands(),
                        plan.finalReads()));
    }

    /// On fewer nodes; each keeps as many clients, and the operations of those that are gone are spread over the others.
    ///
    /// @throws IllegalArgumentException if a strike hits a node that is not there, or such a cluster cannot be
    public Scenario withNodes(int nodes) {
        int rows = (spec.clients() + spec.nodes() - 1) / spec.nodes();
        Set<NodeId> left = new TreeSet<>(NodeId.first(nodes));
        return delivering(
                        deliveries.stream()
                                .filter(it ->
                                        left.contains(it.link().from())
                                                && left.contains(it.link().to()))
                                .toList())
                .with(
                        spec.with(spec.faults(), spec.time(), spec.seed(), nodes, rows * nodes),
                        slots(slot -> slot / spec.nodes() * nodes + slot % spec.nodes() % nodes));
    }

    /// With fewer clients, which do the operations of those that are gone.
    public Scenario withClients(int clients) {
        return with(
                spec.with(spec.faults(), spec.time(), spec.seed(), spec.nodes(), clients),
                slots(slot -> slot % clients));
    }

    private RunPlan slots(IntUnaryOperator other) {
        return new RunPlan(
                plan.arrivals().stream()
                        .map(arrival ->
                                new Arrival(
                                        arrival.atNanos(),
                                        other.applyAsInt(arrival.slot()),
                                        arrival.action()))
                        .toList(),
                plan.strikes(),
                plan.demands(),
                plan.finalReads());
    }

    private Scenario with(RunSpec other, RunPlan otherPlan) {
        return new Scenario(other, conditions, deliveries, otherPlan);
    }
}
