package dev.ordeal.results.report;

import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The report as one HTML page that needs no network and stays below 5 MB for any length of history.
///
/// Values of a history reach the page in two ways only: as text with its special characters replaced, and in one block of
/// JSON that cannot end the element it stands in. The page's policy lets run the two scripts that it was made with, by their
/// hash, and nothing else, so that even a mistake here would run nothing.
public final class HtmlReport {
    private static final String CHARTS = "/META-INF/resources/webjars/chart.js/4.5.1/";
    private static final Pattern PLACE = Pattern.compile("@([A-Z]+)@");

    private HtmlReport() {}

    /// The whole page.
    ///
    /// @param facts null where only a history was judged and nothing is known about how it was made
    public static String of(
            @Nullable RunFacts facts,
            History history,
            List<NodeStreams> nodes,
            Judgement judgement) {
        Verdict verdict = judgement.verdict();
        String charts =
                resource(CHARTS + "dist/chart.umd.min.js")
                        .replaceAll("//# sourceMappingURL=.*", "")
                        .strip();
        String script = resource("report.js");
        String name = facts == null ? "history" : facts.workload();
        String heading =
                facts == null
                        ? "a history of " + Wording.plural(history.size(), "operation")
                        : PageData.heading(facts);
        Map<String, String> parts =
                Map.ofEntries(
                        Map.entry("SCRIPTS", hash(charts) + " " + hash(script)),
                        Map.entry("TITLE", escape(verdict.label() + ": " + name + " · Ordeal")),
                        Map.entry("STYLE", resource("report.css")),
                        Map.entry("HEADING", escape(heading)),
                        Map.entry("STATE", verdict.label()),
                        Map.entry("SIGN", Findings.sign(verdict)),
                        Map.entry("WORD", verdict.label()),
                        Map.entry("SENTENCE", escape(Findings.headline(judgement))),
                        Map.entry(
                                "STORY",
                                facts == null
                                        ? ""
                                        : story(Story.of(facts, history, nodes, judgement))),
                        Map.entry("TEXT", escape(TextReport.of(facts, history, nodes, judgement))),
                        Map.entry(
                                "DATA",
                                PageData.json(facts, history, nodes, judgement)
                                        .replace("<", "\\u003c")),
                        Map.entry(
                                "LICENCE",
                                resource(CHARTS + "LICENSE.md").replace("--", "- -").strip()),
                        Map.entry("CHARTS", charts),
                        Map.entry("SCRIPT", script));
        // One pass: what was put in is never searched for places again.
        return PLACE.matcher(resource("report.html"))
                .replaceAll(place -> {
                    String part = parts.get(place.group(1));
                    if (part == null) {
                        throw new IllegalStateException(
                                "report.html has a place " + place.group() + " that nothing fills");
                    }
                    return Matcher.quoteReplacement(part);
                });
    }

    /// Nothing of a run that kept its promises.
    private static String story(List<String> lines) {
        return lines.isEmpty()
                ? ""
                : "<section id=\"story\"><h2>How it came to that</h2><pre>"
                        + escape(String.join("\n", lines))
                        + "</pre></section>";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String script) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
