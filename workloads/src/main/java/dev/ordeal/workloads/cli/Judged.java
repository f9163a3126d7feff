package dev.ordeal.workloads.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.VerdictJson;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryFormatException;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import dev.ordeal.results.report.HtmlReport;
import dev.ordeal.results.report.Reports;
import dev.ordeal.results.report.Story;
import dev.ordeal.results.report.TextReport;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record and what the judge says of it, without the history, which may be large.
///
/// @param operations how many the history has
/// @param notes what to know about how it was read
/// @param text the report for the terminal
/// @param story of a run that is violated: how it came to that; otherwise empty
/// @param report the page that tells it at length; null when none was asked for
record Judged(
        Judgement judgement,
        int operations,
        List<String> notes,
        String text,
        List<String> story,
        @Nullable Path report) {
    /// Fewer operations than this, whatever was asked for, test nothing.
    private static final int MINIMUM_OPERATIONS = 10;

    /// Judges a run from its record and nothing else, and writes the reports into its folder.
    static Judged run(RunDirectory directory) {
        return run(directory, null, new Judge(), Bounds.defaults());
    }

    /// Judges a run with a judge of one's choice.
    ///
    /// @param page where to write the report page, besides the run's folder; null: nowhere
    static Judged run(RunDirectory directory, @Nullable Path page, Judge judge, Bounds bounds) {
        RunFacts facts = directory.facts();
        Trial trial = trial(directory);
        Judgement judgement = judge.judge(trial, bounds);
        // An interrupt has done its work when the judge stopped; it must not keep the reports from
        // being written.
        Thread.interrupted();
        History history = trial.history();
        Reports.write(directory, facts, history, trial.nodes(), judgement);
        agreesWithWhatWasSeenLive(directory, history, judgement);
        if (page != null) {
            write(page, HtmlReport.of(facts, history, trial.nodes(), judgement));
        }
        return new Judged(
                judgement,
                history.size(),
                history.notes(),
                TextReport.of(facts, history, trial.nodes(), judgement),
                Story.of(facts, history, trial.nodes(), judgement),
                directory.report());
    }

    /// What there is to judge in a run's record.
    static Trial trial(RunDirectory directory) {
        RunFacts facts = directory.facts();
        List<NodeStreams> nodes =
                directory.nodeNames().stream()
                        .map(node -> NodeStreams.read(node, directory.node(node)))
                        .toList();
        Expectations expectations =
                new Expectations(
                        !facts.faults().isEmpty(),
                        MINIMUM_OPERATIONS,
                        facts.originNanos(),
                        healing(facts).toNanos());
        return new Trial(recorded(directory.history()), nodes, facts.checks(), expectations);
    }

    /// Of a cluster of ours; a record of another kind is not known to need longer.
    private static Duration healing(RunFacts facts) {
        return ClusterKind.named(facts.cluster()).orElse(ClusterKind.PROCESS).healing();
    }

    /// What was seen while the clients worked is a violation of the record too, or one of our engines is wrong.
    private static void agreesWithWhatWasSeenLive(
            RunDirectory directory, History history, Judgement judgement) {
        boolean valid =
                judgement.findings().stream()
                        .anyMatch(finding ->
                                finding.check().startsWith("linearizable ")
                                        && finding.verdict() instanceof Verdict.Valid);
        for (NemesisEvent event : history.nemesis()) {
            if (event.f().equals("violation") && valid) {
                throw new IllegalStateException(
                        "while the clients worked a violation was seen at %.3f s (%s), but the judge finds the record valid: one of our engines is wrong, please report %s"
                                .formatted(
                                        event.timeNanos() / 1e9,
                                        event.text("sentence"),
                                        directory.path()));
            }
        }
    }

    /// Judges a history of whatever origin: nothing is expected of it but that it passes one check.
    ///
    /// @param page where to write the report page; null: nowhere
    /// @throws IllegalArgumentException when it has operations that the check does not know
    static Judged history(
            History history, String check, @Nullable Path page, Judge judge, Bounds bounds) {
        Trial trial = new Trial(history, List.of(), List.of(check), Expectations.none());
        Judgement judgement = new Judgement(List.of(judge.check(check, trial, bounds)));
        Thread.interrupted();
        if (page != null) {
            write(page, HtmlReport.of(null, history, List.of(), judgement));
        }
        return new Judged(
                judgement,
                history.size(),
                history.notes(),
                TextReport.ofHistory(history, judgement),
                List.of(),
                page);
    }

    private static void write(Path page, String html) {
        try {
            Files.writeString(page, html);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @throws RecordException that names the file, besides the line and what is wrong with it
    private static History recorded(Path file) {
        try {
            return Histories.read(file, Format.JSONL);
        } catch (HistoryFormatException e) {
            throw new RecordException(file + ": " + e.getMessage(), e);
        }
    }

    int exitCode() {
        return judgement.verdict().exitCode();
    }

    void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(json());
        } else {
            out.print(text);
            if (report != null) {
                out.println("report: " + report);
            }
        }
        out.flush();
    }

    ObjectNode json() {
        ObjectNode verdict = VerdictJson.toJson(judgement);
        if (report != null) {
            verdict.put("report", report.toString());
        }
        return verdict;
    }
}
