package dev.ordeal.results.report;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.history.History;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes findings apart for the reports.
final class Findings {
    /// Details that have a place of their own in a report.
    private static final Set<String> PLACED = Set.of("engine", "engines", "why", "millis", "keys");

    private Findings() {}

    /// The answer as one sentence. Of a valid run the judgement has but the sentence of its first check, which does not say
    /// what all was checked.
    static String headline(Judgement judgement) {
        Verdict verdict = judgement.verdict();
        return switch (verdict) {
            case Verdict.Violated ignored -> verdict.sentence();
            case Verdict.Undecided ignored -> verdict.sentence();
            case Verdict.Valid ignored ->
                    "every check holds: "
                            + judgement.findings().stream()
                                    .map(Finding::check)
                                    .filter(check -> !check.equals("assumptions"))
                                    .collect(Collectors.joining(", "));
        };
    }

    /// What shows it, or how far an undecided check got.
    static List<Evidence> evidence(Finding finding) {
        return switch (finding.verdict()) {
            case Verdict.Valid ignored -> List.of();
            case Verdict.Violated violated -> violated.evidence();
            case Verdict.Undecided undecided -> undecided.progress();
        };
    }

    static String sign(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid ignored -> "✓";
            case Verdict.Violated ignored -> "✕";
            case Verdict.Undecided ignored -> "?";
        };
    }

    static @Nullable String text(Finding finding, String detail) {
        return finding.details().get(detail) instanceof String text ? text : null;
    }

    /// How long the check took, or -1.
    static double millis(Finding finding) {
        return finding.details().get("millis") instanceof Number millis ? millis.doubleValue() : -1;
    }

    /// Which engine decided, with the number of keys where there were several.
    static @Nullable String engine(Finding finding) {
        if (finding.details().get("engines") instanceof Map<?, ?> engines && !engines.isEmpty()) {
            return engines.size() == 1
                    ? String.valueOf(engines.keySet().iterator().next())
                    : engines.entrySet().stream()
                            .map(e -> e.getKey() + " (" + plural(e.getValue()) + ")")
                            .collect(Collectors.joining(", "));
        }
        return text(finding, "engine");
    }

    private static String plural(@Nullable Object keys) {
        return keys instanceof Number number
                ? Wording.plural(number.longValue(), "key")
                : keys + " keys";
    }

    /// What was found for each key, what is not valid first.
    static List<Map<?, ?>> keys(Finding finding) {
        if (!(finding.details().get("keys") instanceof List<?> keys)) {
            return List.of();
        }
        List<Map<?, ?>> found = new ArrayList<>();
        for (Object key : keys) {
            if (key instanceof Map<?, ?> map) {
                found.add(map);
            }
        }
        found.sort(Comparator.comparing(key -> "valid".equals(key.get("verdict"))));
        return found;
    }

    /// How far an order of the operations of one piece of evidence can go, and why none of them can come next.
    ///
    /// @param prefix the length of the longest order, or -1 where nobody looked
    record Stuck(long prefix, List<String> reasons) {}

    static Stuck stuck(Finding finding, Evidence piece, History history) {
        if (!piece.operations().isEmpty()) {
            Object about = history.operation(piece.operations().getFirst()).key();
            for (Map<?, ?> key : keys(finding)) {
                if ((Objects.equals(about, key.get("key"))
                                || (about == null && "".equals(key.get("key"))))
                        && key.get("prefix") instanceof Number prefix
                        && key.get("stuck") instanceof List<?> reasons) {
                    return new Stuck(
                            prefix.longValue(), reasons.stream().map(String::valueOf).toList());
                }
            }
        }
        return new Stuck(-1, List.of());
    }

    /// The operations to show: all of a violation; of an order that goes no further, its end.
    static List<Integer> shown(Finding finding, Evidence piece, int most) {
        List<Integer> all = piece.operations();
        int size = all.size();
        return switch (finding.verdict()) {
            case Verdict.Undecided ignored ->
                    all.subList(Math.max(0, size - Math.min(most, 16)), size);
            case Verdict.Violated ignored -> all.subList(0, Math.min(most, size));
            case Verdict.Valid ignored -> List.of();
        };
    }

    /// The figures among the details, as `steps 1,204`.
    static List<String> figures(Finding finding) {
        return finding.details().entrySet().stream()
                .filter(e -> e.getValue() instanceof Number && !PLACED.contains(e.getKey()))
                .map(e -> figure(e.getKey(), (Number) e.getValue()))
                .toList();
    }

    /// What is neither a figure nor has a place of its own, for those who want all.
    static Map<String, Object> rest(Finding finding) {
        return finding.details().entrySet().stream()
                .filter(e -> !(e.getValue() instanceof Number) && !PLACED.contains(e.getKey()))
                .filter(e -> !(e.getValue() instanceof Collection<?> list && list.isEmpty()))
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    private static String figure(String key, Number number) {
        return key.endsWith("Nanos")
                ? words(key.substring(0, key.length() - "Nanos".length()))
                        + " "
                        + Wording.span(number.longValue())
                : words(key) + " " + number(number);
    }

    private static String number(Number number) {
        return number instanceof Double || number instanceof Float
                ? String.valueOf(number)
                : Wording.count(number.longValue());
    }

    /// `failedCas` as `failed cas`.
    private static String words(String key) {
        return key.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }
}
