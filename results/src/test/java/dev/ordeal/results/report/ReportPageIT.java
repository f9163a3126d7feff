package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.bench.SimulatedRegister;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opens pages in a real browser, where one is installed: no error, every section drawn, odd values inert.
final class ReportPageIT {
    private static Path browser = Path.of("");

    @TempDir Path folder;

    @BeforeAll
    static void findBrowser() {
        Optional<Path> found =
                Stream.of(
                                System.getenv()
                                        .getOrDefault("PATH", "")
                                        .split(Pattern.quote(File.pathSeparator), -1))
                        .flatMap(dir ->
                                Stream.of(
                                                "chromium",
                                                "chromium-browser",
                                                "google-chrome",
                                                "google-chrome-stable")
                                        .map(name -> Path.of(dir, name)))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(found.isPresent(), "no Chromium or Chrome on the PATH");
        browser = found.orElseThrow();
    }

    /// The page after its scripts have run.
    private String open(String html) throws IOException, InterruptedException {
        Path page = Files.writeString(folder.resolve("page.html"), html);
        Path dom = folder.resolve("dom.html");
        Path log = folder.resolve("browser.log");
        Process process =
                new ProcessBuilder(
                                browser.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--disable-dev-shm-usage",
                                "--user-data-dir=" + folder.resolve("profile"),
                                "--window-size=1320,2000",
                                "--virtual-time-budget=5000",
                                "--enable-logging=stderr",
                                "--v=0",
                                "--dump-dom",
                                page.toUri().toString())
                        .redirectOutput(dom.toFile())
                        .redirectError(log.toFile())
                        .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the browser did not finish: " + Files.readString(log));
        }
        assertThat(Files.readString(log)).doesNotContain(":CONSOLE");
        String drawn = Files.readString(dom);
        assertThat(drawn).contains("data-drawn=\"true\"");
        return drawn;
    }

    private static String section(String dom, String id) {
        int from = dom.indexOf("<section id=\"" + id + "\"");
        return dom.substring(from, dom.indexOf("</section>", from));
    }

    @Test
    void aViolationIsDrawnWithItsOperationsAndNodes() throws Exception {
        RunDirectory run = SampleRun.write(folder, SampleRun.Shape.small().withStaleReads());
        History history = SampleRun.history(run);
        Judgement judgement = SampleRun.judge(history);
        String dom = open(HtmlReport.of(run.facts(), history, SampleRun.nodes(run), judgement));
        String evidence = section(dom, "evidence");
        Verdict.Violated violated = (Verdict.Violated) judgement.findings().get(1).verdict();
        for (int operation : violated.evidence().getFirst().operations()) {
            assertThat(evidence)
                    .contains(">" + Wording.what(history.operation(operation)) + "</text>");
            assertThat(evidence).contains(">process " + history.process(operation) + "</text>");
        }
        assertThat(evidence).contains("≠ differs").contains("faults in force");
        assertThat(section(dom, "timeline"))
                .contains("✕ evidence 1")
                .contains("leader, term 2")
                .contains("<canvas");
        assertThat(section(dom, "strikes")).contains("n1 | n2 n3 n4 n5");
        assertThat(section(dom, "facts")).contains("--seed 42");
        assertThat(section(dom, "events")).contains("became leader in term 2");
    }

    /// The lane diagram: what each node was, and over the lanes what was done to them.
    @Test
    void s1_10_everyNodeIsALaneOfItsRolesUnderTheFaults() throws Exception {
        RunDirectory run = SampleRun.write(folder, SampleRun.Shape.small());
        History history = SampleRun.history(run);
        List<NodeStreams> nodes = SampleRun.nodes(run);
        String timeline =
                section(
                        open(HtmlReport.of(run.facts(), history, nodes, SampleRun.judge(history))),
                        "timeline");
        for (NodeStreams node : nodes) {
            assertThat(timeline).contains(">" + node.node() + "</text>");
            for (NodeEvent event : node.events()) {
                if (event instanceof NodeEvent.Role role && role.role().equals("leader")) {
                    assertThat(timeline).contains(">leader, term " + role.term() + "</text>");
                }
            }
        }
        assertThat(timeline).contains(">kill</text>", ">partition</text>", "not running");
    }

    @Test
    void valuesOfTheHistoryRunNothing() throws Exception {
        RunDirectory run =
                SampleRun.write(folder, SampleRun.Shape.small().withStaleReads().withOddValues());
        History history = SampleRun.history(run);
        String dom =
                open(
                        HtmlReport.of(
                                run.facts(),
                                history,
                                SampleRun.nodes(run),
                                SampleRun.judge(history)));
        assertThat(dom).contains("<title>violated: register · Ordeal</title>");
        assertThat(section(dom, "evidence"))
                .contains("&lt;/script&gt;&lt;img src=x")
                .doesNotContain("<img");
    }

    @Test
    void whatIsUndecidedEmptyOrCutShortIsDrawnToo() throws Exception {
        History torn =
                TinyRun.history(
                        folder, TinyRun.HISTORY.substring(0, TinyRun.HISTORY.length() - 30));
        Judgement undecided =
                new Judgement(
                        List.of(
                                new Finding(
                                        "linearizable register",
                                        new Verdict.Undecided("stopped at its bound of 60 s"),
                                        Map.of())));
        assertThat(open(HtmlReport.of(null, torn, List.of(), undecided)))
                .contains("stopped at its bound of 60 s")
                .contains("last line");
        History empty = TinyRun.history(folder, "");
        assertThat(open(HtmlReport.of(null, empty, List.of(), new Judgement(List.of()))))
                .contains("No check was run.");
    }

    @Test
    void aLongHistoryOpensAtItsViolationAndTellsTheStates() throws Exception {
        History history = new SimulatedRegister(50_000, 20, 1, 0, 10, true, 1).history();
        String check = "linearizable cas-register";
        Trial trial = new Trial(history, List.of(), List.of(check), Expectations.none());
        Finding finding = new Judge().check(check, trial, Bounds.defaults());
        String dom = open(HtmlReport.of(null, history, List.of(), new Judgement(List.of(finding))));
        assertThat(section(dom, "evidence"))
                .contains("State after it", "is in no order", "Why nothing can come next");
        Matcher shown =
                Pattern.compile("aria-live=\"polite\">([\\d.]+) ms to ([\\d.]+) ms").matcher(dom);
        assertThat(shown.find()).isTrue();
        double from = Double.parseDouble(shown.group(1));
        double to = Double.parseDouble(shown.group(2));
        int last =
                ((Verdict.Violated) finding.verdict())
                        .evidence().getFirst().operations().stream()
                                .mapToInt(Integer::intValue)
                                .max()
                                .orElseThrow();
        assertThat(history.invokedNanos(last) / 1e6).isBetween(from, to);
        assertThat(to - from).isLessThan(history.endNanos() / 1e6 / 20);
    }
}
