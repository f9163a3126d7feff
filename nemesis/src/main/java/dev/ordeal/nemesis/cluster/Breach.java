package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.util.List;

/// A rule of the algorithm that was seen broken from inside the nodes, at the step that broke it.
///
/// @param rule its name: `election safety`, …
/// @param sentence what was seen, with names and figures
/// @param nodes where
public record Breach(String rule, String sentence, List<NodeId> nodes) {
    public Breach {
        nodes = List.copyOf(nodes);
    }
}
