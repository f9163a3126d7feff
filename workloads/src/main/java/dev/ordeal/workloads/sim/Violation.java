package dev.ordeal.workloads.sim;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What kind of promise was broken: which check found it and, where the check tells of rules or anomalies, which one.
///
/// @param rule empty where the check has none
public record Violation(String check, String rule) {
    /// The details in which checks tell the rules that were broken: a list, or a table of how often.
    private static final List<String> RULES = List.of("rules broken", "broken", "anomalies");

    /// The first that a judgement tells of, and the one that its verdict is about.
    public static Optional<Violation> first(Judgement judgement) {
        return judgement.violated().stream()
                .findFirst()
                .map(finding ->
                        new Violation(
                                finding.check(), rules(finding).stream().findFirst().orElse("")));
    }

    /// Whether a judgement tells of such a violation too, be it among others.
    public boolean isIn(Judgement judgement) {
        return judgement.violated().stream()
                .filter(finding -> finding.check().equals(check))
                .anyMatch(finding -> rule.isEmpty() || rules(finding).contains(rule));
    }

    private static List<String> rules(Finding finding) {
        for (String detail : RULES) {
            Collection<?> told =
                    switch (finding.details().get(detail)) {
                        case Collection<?> list -> list;
                        case Map<?, ?> counts -> counts.keySet();
                        case null, default -> List.of();
                    };
            if (!told.isEmpty()) {
                return told.stream().map(String::valueOf).toList();
            }
        }
        return List.of();
    }

    @Override
    public String toString() {
        return rule.isEmpty() ? check : check + " (" + rule + ")";
    }
}
