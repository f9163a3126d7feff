package dev.ordeal.workloads.board;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the judge says of a run, as the scoreboard tells it.
public final class Found {
    /// These look into the nodes; all others judge by what clients saw.
    private static final Set<String> OF_THE_NODES = Set.of("commit", "election", "invariants");

    private Found() {}

    /// The findings that are violations, in the judge's order.
    public static List<Finding> in(Judgement judgement) {
        return judgement.findings().stream()
                .filter(finding -> finding.verdict() instanceof Verdict.Violated)
                .toList();
    }

    /// What a client can know of it.
    static @Nullable String clientsSentence(List<Finding> violated) {
        return violated.stream()
                .filter(finding -> !OF_THE_NODES.contains(finding.check()))
                .map(finding -> finding.verdict().sentence())
                .findFirst()
                .orElse(null);
    }
}
