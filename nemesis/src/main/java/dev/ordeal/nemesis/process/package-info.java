/// A cluster of local processes: every node a child process on loopback, every directed link between two of them through a
/// forwarding proxy of ours, so that links can be cut without any privilege.
///
/// Start reading at [dev.ordeal.nemesis.process.ProcessCluster]; what a cut link does is in `LinkProxy`.
@NullMarked
package dev.ordeal.nemesis.process;

import org.jspecify.annotations.NullMarked;
