package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.node.member.Journal;
import java.io.IOException;

/// Where the nodes of a simulation tell what happens to them.
@FunctionalInterface
public interface Journals {
    /// The journal of a node's life.
    Journal open(NodeId node, int incarnation) throws IOException;
}
