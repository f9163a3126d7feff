package dev.ordeal.workloads.plan;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.sim.Conditions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Everything that a simulated run depends on: the same scenario gives the same run, byte for byte. On real clusters it gives the
/// same operations and strikes at the same times. [PlanJson] is how it stands in a run's `plan.json`.
///
/// @param spec of the run; where the plan is not what is drawn from it (it was made smaller), the plan counts
/// @param conditions of a simulated cluster; a real one has its own
/// @param plan what clients do and what strikes
public record Scenario(RunSpec spec, Conditions conditions, RunPlan plan) {
    /// @throws IllegalArgumentException in one line, if the plan does not fit the cluster
    public Scenario {
        Set<NodeId> nodes = new TreeSet<>(NodeId.first(spec.nodes()));
        for (Strike strike : plan.strikes()) {
            Wound wound = strike.wound();
            if (wound != null && !nodes.containsAll(wound.touched())) {
                throw new IllegalArgumentException(
                        "strike %d hits %s, and the nodes are %s"
                                .formatted(strike.id(), wound.touched(), nodes));
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
        return new Scenario(spec, conditions, RunPlan.of(spec));
    }

    /// The same on nodes of another kind.
    public Scenario on(RunSpec.ClusterKind kind) {
        return new Scenario(spec.on(kind), conditions, plan);
    }

    public Scenario with(RunPlan smaller) {
        return new Scenario(spec, conditions, smaller);
    }

    public Scenario withStrikes(List<Strike> strikes) {
        return with(new RunPlan(plan.arrivals(), strikes, plan.demands(), plan.finalReads()));
    }
}
