/// The port that every cluster implements, whatever it is made of, and what goes through it: targets, the scheduler, the
/// system under test.
///
/// Start reading at [dev.ordeal.nemesis.cluster.Cluster].
@NullMarked
package dev.ordeal.nemesis.cluster;

import org.jspecify.annotations.NullMarked;
