package dev.ordeal.node.bug;

import java.util.List;
import java.util.function.Supplier;

/// A bug that can be planted in a node, and what is known of it.
///
/// @param id the name it is asked for by
/// @param wrong what the node does wrong
/// @param hadBy who had it
/// @param breaks the rule it breaks, with the section of the paper
/// @param foundBy the checks that are expected to find it
/// @param exposedBy what must happen for it to show
/// @param planted makes the bug for one node that starts
public record Bug(
        String id,
        String wrong,
        String hadBy,
        String breaks,
        List<Check> foundBy,
        String exposedBy,
        Supplier<Planted> planted) {

    public Bug {
        foundBy = List.copyOf(foundBy);
    }
}
