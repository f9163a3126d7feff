/// The simulated cluster: the members of [dev.ordeal.node.member], whole, in one thread and in virtual time. It supplies what
/// the outside supplies, and nothing else: time, the network, disks, and whatever goes wrong with them. The same seed does the
/// same, byte for byte. Start reading at [dev.ordeal.nemesis.sim.SimulatedCluster].
@NullMarked
package dev.ordeal.nemesis.sim;

import org.jspecify.annotations.NullMarked;
