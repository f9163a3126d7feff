package dev.ordeal.checker;

import dev.ordeal.checker.commit.Fate;
import dev.ordeal.checker.commit.NodeFact;
import java.util.List;

/// What shows that a promise was broken: a sentence that a person can check, and where to look.
///
/// @param operations indexes into the history; for linearizability they are the core: not linearizable whatever the others did
/// @param nodeFacts what nodes recorded
/// @param fates what nodes recorded of operations without an answer that matter to it
public record Evidence(
        String sentence, List<Integer> operations, List<NodeFact> nodeFacts, List<Fate> fates) {
    public Evidence {
        operations = List.copyOf(operations);
        nodeFacts = List.copyOf(nodeFacts);
        fates = List.copyOf(fates);
    }

    /// Without fates.
    public Evidence(String sentence, List<Integer> operations, List<NodeFact> nodeFacts) {
        this(sentence, operations, nodeFacts, List.of());
    }

    Evidence with(List<Fate> fates) {
        return new Evidence(sentence, operations, nodeFacts, fates);
    }
}
