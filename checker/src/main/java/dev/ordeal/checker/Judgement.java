package dev.ordeal.checker;

import java.util.List;

/// What all checks found.
public record Judgement(List<Finding> findings) {
    public Judgement {
        findings = List.copyOf(findings);
    }

    /// The worst of all: violated outranks undecided outranks valid.
    public Verdict verdict() {
        return Verdict.worst(findings.stream().map(Finding::verdict).toList());
    }
}
