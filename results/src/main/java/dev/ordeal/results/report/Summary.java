package dev.ordeal.results.report;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// A judgement in a line.
///
/// @param verdict `valid`, `violated` or `undecided`
/// @param sentence what it is about
/// @param engine which engines decided; empty where none had to
/// @param reason which engine decided and why that one, as `distinct: no value is written twice`; empty where none had to
/// @param millis what the checks took that say so, together
public record Summary(String verdict, String sentence, String engine, String reason, long millis) {
    public static Summary of(Judgement judgement) {
        Map<String, String> whys = new LinkedHashMap<>();
        Map<String, Long> keys = new LinkedHashMap<>();
        double millis = 0;
        for (Finding finding : judgement.findings()) {
            millis += Math.max(0, Findings.millis(finding));
            // What is not valid comes first: that is what the sentence is about.
            for (Map<?, ?> key : Findings.keys(finding)) {
                whys.putIfAbsent(String.valueOf(key.get("engine")), String.valueOf(key.get("why")));
            }
            if (finding.details().get("engines") instanceof Map<?, ?> counts) {
                counts.forEach((engine, count) ->
                        keys.merge(
                                String.valueOf(engine), ((Number) count).longValue(), Long::sum));
            }
        }
        String reason =
                whys.entrySet().stream()
                        .map(engine ->
                                engine.getKey()
                                        + (whys.size() == 1
                                                ? ""
                                                : " for "
                                                        + Wording.plural(
                                                                keys.getOrDefault(
                                                                        engine.getKey(), 0L),
                                                                "key"))
                                        + ": "
                                        + engine.getValue())
                        .collect(Collectors.joining("; "));
        Verdict verdict = judgement.verdict();
        List<Finding> judged =
                judgement.findings().stream()
                        .filter(finding -> !finding.check().equals("assumptions"))
                        .toList();
        String sentence =
                verdict instanceof Verdict.Valid && judged.size() == 1
                        ? judged.getFirst().verdict().sentence()
                        : Findings.headline(judgement);
        return new Summary(
                verdict.label(),
                Wording.visible(sentence),
                engine(judgement, whys),
                reason,
                Math.round(millis));
    }

    private static String engine(Judgement judgement, Map<String, String> whys) {
        return whys.isEmpty()
                ? judgement.findings().stream()
                        .map(Findings::engine)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(", "))
                : String.join(", ", whys.keySet());
    }
}
