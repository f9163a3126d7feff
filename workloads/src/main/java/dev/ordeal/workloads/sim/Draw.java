package dev.ordeal.workloads.sim;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunPlan;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Tempo;
import dev.ordeal.workloads.workload.Emphasis;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a seed of a swarm draws before anything happens: how large the cluster is, what load and which faults it gets, and under
/// which conditions. Each run has a few features strongly and lacks others altogether, because together they hide what each
/// would show (Groce et al., Swarm Testing, 2012).
///
/// @param spec of the run
/// @param emphasis on which operations
/// @param tempo of the strikes
/// @param conditions it is in
public record Draw(RunSpec spec, Emphasis emphasis, Tempo tempo, Conditions conditions) {
    /// The draw of a seed: the same on every machine.
    ///
    /// @param time how long the load lasts; null: drawn
    public static Draw of(
            Workload workload, long seed, @Nullable Duration time, @Nullable String bug) {
        RandomGenerator random = new SplittableRandom(seed);
        Regime regime = Regime.drawn(random);
        int nodes = regime.nodes(random);
        int clients = nodes * (1 + random.nextInt(4));
        RunSpec spec =
                new RunSpec(
                        workload,
                        regime.faults(random),
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
        Emphasis[] emphases = Emphasis.values();
        Emphasis emphasis = emphases[random.nextInt(emphases.length)];
        Tempo tempo = regime.tempo(random);
        Conditions conditions = Conditions.drawn(random);
        // A lease allows for clocks that drift, not for clocks that are wrong.
        boolean leases =
                random.nextBoolean()
                        && spec.faults().stream().noneMatch(Fault.Clock.class::isInstance);
        return new Draw(spec, emphasis, tempo, leases ? conditions.withLeases() : conditions);
    }

    /// What happens in the run, with everything that the seed decides spelled out.
    public Scenario scenario() {
        return new Scenario(spec, conditions, List.of(), RunPlan.of(spec, emphasis, tempo));
    }
}
