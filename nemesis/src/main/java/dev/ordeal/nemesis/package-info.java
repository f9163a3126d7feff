/// The ordeal: clusters that can be started, hurt and healed, and the faults that hurt them.
///
/// Here are only the two words that everyone in it uses, [dev.ordeal.nemesis.NodeId] and [dev.ordeal.nemesis.Link]. Start
/// reading at [dev.ordeal.nemesis.cluster.Cluster].
@NullMarked
package dev.ordeal.nemesis;

import org.jspecify.annotations.NullMarked;
