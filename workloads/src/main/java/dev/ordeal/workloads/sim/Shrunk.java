package dev.ordeal.workloads.sim;

import dev.ordeal.workloads.plan.Scenario;

/// A scenario that was made small.
///
/// @param scenario what is left; its strikes say whom they hit
/// @param violation which it has in common with the one that it was made from
/// @param outcome of its run, by that check alone
/// @param runs how many simulated runs it took
/// @param finished whether nothing more could be left out; otherwise it was stopped, or a bound was reached
public record Shrunk(
        Scenario scenario,
        Violation violation,
        Simulation.Outcome outcome,
        int runs,
        boolean finished) {
    public int strikes() {
        return scenario.plan().strikes().size();
    }

    /// How many operations the plan has; those that heal and read back are not counted.
    public int operations() {
        return scenario.plan().arrivals().size();
    }
}
