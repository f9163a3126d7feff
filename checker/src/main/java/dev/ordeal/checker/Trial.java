package dev.ordeal.checker;

import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import java.util.List;

/// All that is judged: the record of a run and what to check in it.
///
/// @param nodes what the nodes recorded; empty where there is nothing
/// @param checks by name: `linearizable register`, `list-append`, `commit`, `election`, `progress`
public record Trial(
        History history, List<NodeStreams> nodes, List<String> checks, Expectations expectations) {
    public Trial {
        nodes = List.copyOf(nodes);
        checks = List.copyOf(checks);
    }
}
