package dev.ordeal.checker.commit;

import java.util.List;

/// A rule that the nodes' records break.
///
/// @param rule in a few words, the same for every breach of it
/// @param sentence with values, nodes and indexes
/// @param operations indexes into the history, where clients' operations are concerned
public record Breach(String rule, String sentence, List<Integer> operations, List<NodeFact> facts) {
    public Breach {
        operations = List.copyOf(operations);
        facts = List.copyOf(facts);
    }
}
