/// Runs in simulation, many and fast: what a seed draws, one seed's run with its verdict, and the record of it. Start reading at
/// [dev.ordeal.workloads.sim.Simulation].
@NullMarked
package dev.ordeal.workloads.sim;

import org.jspecify.annotations.NullMarked;
