package dev.ordeal.results.report;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.results.record.RunFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The report for a terminal: the verdict, what shows it, what was checked, the faults and their effect, counts and
/// latencies. Plain text without colours; control characters of values are made visible.
public final class TextReport {
    private static final int MOST_EVIDENCE = 5;
    private static final int MOST_OPERATIONS = 12;
    private static final int MOST_FACTS = 12;
    private static final int MOST_REASONS = 8;
    private static final int MOST_STRIKES = 40;

    private TextReport() {}

    /// The whole text, ending with a line end.
    ///
    /// @param facts null where only a history was judged
    public static String of(
            @Nullable RunFacts facts,
            History history,
            List<NodeStreams> nodes,
            Judgement judgement) {
        StringBuilder text = new StringBuilder();
        Verdict verdict = judgement.verdict();
        text.append(verdict.label().toUpperCase(Locale.ROOT))
                .append(": ")
                .append(Findings.headline(judgement))
                .append("\n");
        for (String note : history.notes()) {
            text.append("Note: ").append(note).append("\n");
        }
        for (NodeStreams node : nodes) {
            node.notes()
                    .forEach(note ->
                            text.append("Note: ")
                                    .append(node.node())
                                    .append(": ")
                                    .append(note)
                                    .append("\n"));
        }
        SeenLive.of(history)
                .ifPresent(seen -> text.append("Note: ").append(seen.words(history)).append("\n"));
        evidence(text, history, judgement);
        checks(text, judgement);
        strikes(text, Timeline.of(history));
        figures(text, history);
        if (facts != null) {
            text.append("\nTo repeat the plan of this run:\n  ")
                    .append(facts.command())
                    .append("\n");
        }
        // Sentences of the judge may hold values too.
        return Wording.visible(text.toString());
    }

    /// What there is to say of a history that no run of ours recorded: the verdict, who decided it and why, what shows it.
    public static String ofHistory(History history, Judgement judgement) {
        Summary summary = Summary.of(judgement);
        StringBuilder text = new StringBuilder();
        text.append(summary.verdict().toUpperCase(Locale.ROOT))
                .append(": ")
                .append(summary.sentence());
        if (!summary.reason().isEmpty()) {
            text.append(" (decided by ").append(summary.reason()).append(")");
        }
        text.append("\n");
        history.notes().forEach(note -> text.append("Note: ").append(note).append("\n"));
        evidence(text, history, judgement);
        return Wording.visible(text.toString());
    }

    private static void evidence(StringBuilder text, History history, Judgement judgement) {
        List<Finding> shown =
                judgement.findings().stream()
                        .filter(f -> !Findings.evidence(f).isEmpty())
                        .sorted(
                                Comparator.comparingInt(
                                        f -> f.verdict() instanceof Verdict.Violated ? 0 : 1))
                        .toList();
        int number = 0;
        for (Finding finding : shown) {
            List<Evidence> pieces = Findings.evidence(finding);
            for (Evidence piece : pieces.stream().limit(MOST_EVIDENCE).toList()) {
                text.append(
                                finding.verdict() instanceof Verdict.Violated
                                        ? "\nEvidence " + ++number
                                        : "\nHow far it got")
                        .append(" (")
                        .append(finding.check())
                        .append(")\n");
                // The first line of the report has just said it.
                String said = number == 1 ? Findings.headline(judgement) : "";
                evidence(text, "  ", finding, piece, history, said);
            }
            if (pieces.size() > MOST_EVIDENCE) {
                text.append("  and ")
                        .append(pieces.size() - MOST_EVIDENCE)
                        .append(" more in verdict.json\n");
            }
        }
    }

    /// One piece of evidence: its sentence, its operations in the order they were called, what nodes recorded.
    ///
    /// @param said what the reader has just read; a sentence it begins with is not said again
    static void evidence(
            StringBuilder text,
            String indent,
            Finding finding,
            Evidence piece,
            History history,
            String said) {
        if (!said.startsWith(piece.sentence())) {
            text.append(indent).append(piece.sentence()).append("\n");
        }
        List<Integer> shown = Findings.shown(finding, piece, MOST_OPERATIONS);
        List<Operation> operations =
                shown.stream()
                        .map(history::operation)
                        .sorted(Comparator.comparingLong(Operation::invokedNanos))
                        .toList();
        List<List<String>> rows = new ArrayList<>();
        for (Operation o : operations) {
            rows.add(
                    List.of(
                            moment(history, o.invokedNanos()),
                            o.returnedNanos() == Operation.NEVER
                                    ? "no answer"
                                    : "+" + length(history, o.returnedNanos() - o.invokedNanos()),
                            "process " + o.process() + (o.node() == null ? "" : " on " + o.node()),
                            Wording.what(o),
                            Wording.outcome(o),
                            "#" + o.index()));
        }
        table(text, indent + "  ", rows);
        more(text, indent, piece.operations().size() - shown.size(), "operation");
        List<List<String>> facts = new ArrayList<>();
        for (NodeFact fact : piece.nodeFacts().stream().limit(MOST_FACTS).toList()) {
            facts.add(
                    List.of(
                            fact.node()
                                    + (fact.incarnation() > 1
                                            ? ", life " + fact.incarnation()
                                            : ""),
                            fact.index() > 0 ? "index " + fact.index() : "",
                            fact.term() > 0 ? "term " + fact.term() : "",
                            fact.what()));
        }
        table(text, indent + "  ", facts);
        more(text, indent, piece.nodeFacts().size() - MOST_FACTS, "record");
        if (!piece.fates().isEmpty()) {
            text.append(indent)
                    .append("  What the nodes recorded of operations without an answer:\n");
            piece.fates().stream()
                    .limit(MOST_FACTS)
                    .forEach(fate ->
                            text.append(indent)
                                    .append("    #")
                                    .append(fate.operation())
                                    .append(", ")
                                    .append(fate.sentence())
                                    .append("\n"));
            more(text, indent + "  ", piece.fates().size() - MOST_FACTS, "operation");
        }
        Findings.Stuck stuck = Findings.stuck(finding, piece, history);
        if (stuck.prefix() >= 0) {
            text.append(indent)
                    .append("  The longest order that works has ")
                    .append(Wording.plural(stuck.prefix(), "operation"))
                    .append(stuck.reasons().isEmpty() ? ".\n" : "; none of these can come next:\n");
            stuck.reasons().stream()
                    .limit(MOST_REASONS)
                    .forEach(reason ->
                            text.append(indent).append("    ").append(reason).append("\n"));
            more(text, indent + "  ", stuck.reasons().size() - MOST_REASONS, "operation");
        }
    }

    private static void more(StringBuilder text, String indent, int left, String what) {
        if (left > 0) {
            text.append(indent)
                    .append("  and ")
                    .append(Wording.plural(left, what))
                    .append(" more\n");
        }
    }

    private static String moment(History history, long nanos) {
        return history.timed() ? Wording.at(nanos) : "event " + nanos;
    }

    private static String length(History history, long nanos) {
        return history.timed() ? Wording.span(nanos) : Wording.plural(nanos, "event");
    }

    private static void checks(StringBuilder text, Judgement judgement) {
        text.append("\nChecks\n");
        List<List<String>> rows = new ArrayList<>();
        for (Finding finding : judgement.findings()) {
            String engine = Findings.engine(finding);
            double millis = Findings.millis(finding);
            rows.add(
                    List.of(
                            Findings.sign(finding.verdict()) + " " + finding.verdict().label(),
                            finding.check(),
                            millis < 0 ? "" : Wording.span(millis * 1e6),
                            engine == null ? "" : engine,
                            finding.verdict() instanceof Verdict.Valid
                                    ? finding.verdict().sentence()
                                    : ""));
        }
        if (rows.isEmpty()) {
            text.append("  none\n");
        }
        table(text, "  ", rows);
        List<Finding> undecided =
                judgement.findings().stream()
                        .filter(f -> f.verdict() instanceof Verdict.Undecided)
                        .toList();
        // Where the verdict is undecided for one reason, it stands at the top.
        if (undecided.size() > (judgement.verdict() instanceof Verdict.Undecided ? 1 : 0)) {
            text.append("\nUndecided\n");
            undecided.forEach(f ->
                    text.append("  ")
                            .append(f.check())
                            .append(": ")
                            .append(f.verdict().sentence())
                            .append("\n"));
        }
    }

    private static void strikes(StringBuilder text, Timeline timeline) {
        if (timeline.strikes().isEmpty()) {
            return;
        }
        text.append("\nFaults: ")
                .append(timeline.effectiveStrikes())
                .append(" of ")
                .append(timeline.strikes().size())
                .append(" took effect\n");
        List<List<String>> rows = new ArrayList<>();
        for (Timeline.Strike strike : timeline.strikes().stream().limit(MOST_STRIKES).toList()) {
            rows.add(
                    List.of(
                            Wording.at(strike.fromNanos()),
                            strike.skipped() != null
                                    ? ""
                                    : "for " + Wording.span(strike.toNanos() - strike.fromNanos()),
                            strike.fault(),
                            cut(strike.where()),
                            strike.effect(),
                            cut(
                                    strike.skipped() != null
                                            ? strike.skipped()
                                            : strike.evidence().isEmpty()
                                                    ? ""
                                                    : strike.evidence().getFirst())));
        }
        table(text, "  ", rows);
        more(text, "", timeline.strikes().size() - MOST_STRIKES, "fault");
    }

    /// All of it stands in the page; here a row must stay a line.
    private static String cut(String text) {
        int most = 64;
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static void figures(StringBuilder text, History history) {
        Figures figures = Figures.of(history);
        Figures.Row all = figures.all();
        text.append("\nOperations: ").append(Wording.count(all.total()));
        if (history.timed() && history.endNanos() > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            " in %s, %.1f a second answered ok",
                            Wording.span(history.endNanos()),
                            all.count(Outcome.OK) / (history.endNanos() / 1e9)));
        }
        text.append("\n");
        if (all.total() == 0) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "ok", "failed", "unknown", "p50", "p95", "p99", "max"));
        figures.byKind().forEach((kind, row) -> rows.add(row(history, kind, row)));
        if (figures.byKind().size() > 1) {
            rows.add(row(history, "all", all));
        }
        table(text, "  ", rows);
    }

    private static List<String> row(History history, String name, Figures.Row row) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (Outcome outcome : Outcome.values()) {
            cells.add(Wording.count(row.count(outcome)));
        }
        Histogram latency = row.latency();
        for (double percentile : new double[] {50, 95, 99, 100}) {
            cells.add(
                    latency.getTotalCount() == 0 || !history.timed()
                            ? "–"
                            : Wording.span(latency.getValueAtPercentile(percentile)));
        }
        return cells;
    }

    private static void table(StringBuilder text, String indent, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < columns; i++) {
                if (widths[i] > 0) {
                    line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
                }
            }
            text.append(line.toString().stripTrailing()).append("\n");
        }
    }
}
