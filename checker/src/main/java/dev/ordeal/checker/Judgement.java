package dev.ordeal.checker;

import java.util.List;

/// What all checks found.
public record Judgement(List<Finding> findings) {
    public Judgement {
        findings = List.copyOf(findings);
    }

    /// The findings that are violations, in the order of the checks.
    public List<Finding> violated() {
        return findings.stream()
                .filter(finding -> finding.verdict() instanceof Verdict.Violated)
                .toList();
    }

    /// The worst of all: violated outranks undecided outranks valid.
    public Verdict verdict() {
        return Verdict.worst(findings.stream().map(Finding::verdict).toList());
    }
}
