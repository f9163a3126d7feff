package dev.ordeal.workloads.sim;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a seed of a swarm draws before anything happens: how large the cluster is, what load and which faults it gets, and under
/// which conditions. Each run has a few features strongly and lacks others altogether, because together they hide what each
/// would show (Groce et al., Swarm Testing, 2012).
///
/// @param spec of the run
/// @param conditions it is in
public record Draw(RunSpec spec, Conditions conditions) {
    /// The draw of a seed: the same on every machine.
    ///
    /// @param time how long the load lasts; null: drawn
    public static Draw of(
            Workload workload, long seed, @Nullable Duration time, @Nullable String bug) {
        RandomGenerator random = new SplittableRandom(seed);
        int nodes = 2 + random.nextInt(4);
        int clients = nodes * (1 + random.nextInt(4));
        RunSpec spec =
                new RunSpec(
                        workload,
                        faults(random),
                        time == null ? Duration.ofSeconds(4 + random.nextInt(9)) : time,
                        seed,
                        nodes,
                        clients,
                        20 + random.nextInt(150),
                        1 + random.nextInt(5),
                        Duration.ofMillis(200L + random.nextInt(1_500)),
                        ClusterKind.SIM,
                        bug,
                        true,
                        false);
        return new Draw(spec, Conditions.drawn(random));
    }

    /// What happens in the run, with everything that the seed decides spelled out.
    public Scenario scenario() {
        return Scenario.of(spec, conditions);
    }

    /// Each with even chances; none is a fault mix too.
    private static List<Fault> faults(RandomGenerator random) {
        List<Fault> faults = new ArrayList<>();
        for (Fault fault : Fault.all()) {
            if (random.nextBoolean()) {
                faults.add(fault);
            }
        }
        return faults;
    }
}
