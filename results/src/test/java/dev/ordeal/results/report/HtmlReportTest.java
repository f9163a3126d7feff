package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.bench.SimulatedRegister;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.results.record.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlReportTest {
    private static final Pattern ELEMENT_OF_SCRIPT =
            Pattern.compile(
                    "<script([^>]*)>(.*?)</script>", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    @TempDir Path results;

    private record Page(String html, History history, Judgement judgement) {
        JsonNode data() throws IOException {
            Matcher script = ELEMENT_OF_SCRIPT.matcher(html);
            while (script.find()) {
                if (script.group(1).contains("application/json")) {
                    return new ObjectMapper().readTree(script.group(2));
                }
            }
            throw new AssertionError("no data in the page");
        }

        /// What a reader without the script sees.
        String text() {
            return html.replaceAll("(?s)<script.*?</script>|<style>.*?</style>|<!--.*?-->", "");
        }
    }

    private Page page(SampleRun.Shape shape) throws IOException {
        RunDirectory run = SampleRun.write(results, shape);
        History history = SampleRun.history(run);
        Judgement judgement = SampleRun.judge(history);
        Reports.write(run, run.facts(), history, SampleRun.nodes(run), judgement);
        return new Page(Files.readString(run.report()), history, judgement);
    }

    @Test
    void theVerdictStandsInTheBannerAndTheEvidenceFollowsIt() throws IOException {
        Page page = page(SampleRun.Shape.small().withStaleReads());
        String sentence = page.judgement().verdict().sentence();
        assertThat(page.judgement().verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(page.text())
                .contains("<h1 id=\"sentence\">" + HtmlReport.escape(sentence) + "</h1>")
                .contains("class=\"banner violated\"");
        assertThat(page.html().indexOf("id=\"evidence\""))
                .isBetween(page.html().indexOf("<h1 "), page.html().indexOf("id=\"checks\""));
    }

    @Test
    void theEvidenceNamesItsOperationsAndTheyAreInThePage() throws IOException {
        Page page = page(SampleRun.Shape.small().withStaleReads());
        JsonNode finding = page.data().path("findings").get(1);
        JsonNode evidence = finding.path("evidence").get(0);
        assertThat(evidence.path("sentence").asText())
                .startsWith("process ")
                .contains(" read k")
                .contains("was acknowledged");
        assertThat(evidence.path("operations")).hasSize(3);
        List<Integer> inPage = new java.util.ArrayList<>();
        page.data().path("operations").path("index").forEach(i -> inPage.add(i.asInt()));
        for (JsonNode operation : evidence.path("operations")) {
            assertThat(inPage).contains(operation.asInt());
            assertThat(page.text())
                    .contains(
                            HtmlReport.escape(
                                    Wording.what(page.history().operation(operation.asInt()))));
        }
        JsonNode commit = page.data().path("findings").get(2).path("evidence").get(0);
        assertThat(commit.path("facts")).hasSize(3);
        assertThat(commit.path("facts").get(1).path("node").asText()).isEqualTo("n2");
        assertThat(commit.path("facts").get(1).path("term").asInt()).isEqualTo(2);
    }

    @Test
    void valuesOfTheHistoryAreInert() throws IOException {
        Page page = page(SampleRun.Shape.small().withStaleReads().withOddValues());
        assertThat(page.history().operations().toString()).contains("</script><img src=x onerror");
        // The page's own markup has no image, and exactly three scripts: data, charts, ours.
        assertThat(page.html()).doesNotContainPattern("(?i)<img");
        assertThat(ELEMENT_OF_SCRIPT.matcher(page.html()).results()).hasSize(3);
        assertThat(page.data().path("strings").toString()).contains("</script><img src=x");
        assertThat(page.text()).contains("&lt;/script&gt;&lt;img src=x onerror=&quot;");
    }

    @Test
    void aValueThatLooksLikeAPlaceOfTheTemplateStaysAValue() throws IOException {
        Page page = page(SampleRun.Shape.small().withOddValues());
        assertThat(page.data().path("strings").toString()).contains("@TITLE@ $1 \\\\u003c");
    }

    @Test
    void onlyThePagesOwnScriptsMayRunAndNothingIsFetched() throws Exception {
        Page page = page(SampleRun.Shape.small());
        Matcher policy =
                Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"")
                        .matcher(page.html());
        assertThat(policy.find()).isTrue();
        assertThat(policy.group(1))
                .contains("default-src 'none'")
                .doesNotContain("unsafe-eval")
                .doesNotContain("http");
        Matcher script = ELEMENT_OF_SCRIPT.matcher(page.html());
        int run = 0;
        while (script.find()) {
            if (!script.group(1).contains("application/json")) {
                byte[] hash =
                        MessageDigest.getInstance("SHA-256")
                                .digest(script.group(2).getBytes(StandardCharsets.UTF_8));
                assertThat(policy.group(1))
                        .contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
                run++;
            }
        }
        assertThat(run).isEqualTo(2);
        assertThat(page.text()).doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//");
        assertThat(page.html()).doesNotContain("sourceMappingURL");
    }

    @Test
    void theChartingLibraryKeepsItsLicence() throws IOException {
        assertThat(page(SampleRun.Shape.small()).html())
                .contains("Permission is hereby granted, free of charge")
                .contains("Chart.js Contributors");
    }

    @Test
    void aLongHistoryMakesAPageOfBoundedSizeThatHoldsTheEvidence() throws IOException {
        Page page = page(new SampleRun.Shape(5, 20, 55, 1000, 10, true, false, 3));
        assertThat(page.history().size()).isGreaterThan(26_000);
        assertThat(page.html().length()).isLessThan(5_000_000);
        assertThat(page.data().path("totals").path("operations").asInt())
                .isEqualTo(page.history().size());
        int counted = 0;
        for (JsonNode lane : page.data().path("density").path("lanes")) {
            for (JsonNode cell : lane) {
                counted += cell.asInt();
            }
        }
        assertThat(counted).isEqualTo(page.history().size());
        List<Integer> inPage = new java.util.ArrayList<>();
        page.data().path("operations").path("index").forEach(i -> inPage.add(i.asInt()));
        page.data()
                .path("findings")
                .get(1)
                .path("evidence")
                .get(0)
                .path("operations")
                .forEach(i -> assertThat(inPage).contains(i.asInt()));
    }

    @Test
    void aMillionOperationsMakeAPageBelowFiveMegabytesThatHoldsTheStatesAroundTheViolation()
            throws IOException {
        History history = new SimulatedRegister(1_000_000, 20, 1, 0, 100, true, 1).history();
        Page page = judged(history, "linearizable cas-register");
        assertThat(page.judgement().verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(page.html().length()).isLessThan(5_000_000);
        JsonNode evidence = page.data().path("findings").path(0).path("evidence").path(0);
        assertThat(evidence.path("prefix").asInt()).isGreaterThan(400_000);
        assertThat(evidence.path("reasons").path(0).asText())
                .contains("cannot be next: the state is");
        Map<Integer, Integer> places = new HashMap<>();
        JsonNode columns = page.data().path("operations");
        for (int i = 0; i < columns.path("index").size(); i++) {
            places.put(
                    columns.path("index").path(i).asInt(), columns.path("place").path(i).asInt());
        }
        for (JsonNode operation : evidence.path("operations")) {
            assertThat(places).containsKey(operation.asInt());
        }
        assertThat(places.values().stream().filter(place -> place > 0).count())
                .isGreaterThan(1_000);
    }

    @Test
    void theStateAfterEachOperationIsInThePage() throws IOException {
        HistoryBuilder builder = new HistoryBuilder();
        for (long value = 1; value <= 3; value++) {
            builder.invoke(10 * value, 0, "enqueue", null, new Result.Value(value), null, null);
            builder.ok(10 * value + 5, 0, new Result.Unknown());
        }
        builder.invoke(50, 0, "dequeue", null, new Result.Unknown(), null, null);
        builder.ok(55, 0, new Result.Value(1L));
        Page page = judged(builder.build(), "linearizable queue");
        JsonNode data = page.data();
        List<String> states = new java.util.ArrayList<>();
        data.path("operations")
                .path("state")
                .forEach(state -> states.add(data.path("strings").path(state.asInt()).asText()));
        assertThat(states).containsExactly("[1]", "[1, 2]", "[1, 2, 3]", "[2, 3]");
        assertThat(data.path("operations").path("place").toString()).isEqualTo("[1,2,3,4]");
    }

    private static Page judged(History history, String check) {
        Trial trial = new Trial(history, List.of(), List.of(check), Expectations.none());
        Judgement judgement =
                new Judgement(List.of(new Judge().check(check, trial, Bounds.defaults())));
        return new Page(HtmlReport.of(null, history, List.of(), judgement), history, judgement);
    }

    @Test
    void theSameRecordMakesTheSamePage() throws IOException {
        assertThat(page(SampleRun.Shape.small()).html())
                .isEqualTo(page(SampleRun.Shape.small()).html());
    }

    @Test
    void aHistoryAloneMakesAPageToo() throws IOException {
        RunDirectory run = SampleRun.write(results, SampleRun.Shape.small());
        History history = SampleRun.history(run);
        String html =
                HtmlReport.of(null, history, List.<NodeStreams>of(), SampleRun.judge(history));
        assertThat(html).contains("a history of").contains("class=\"banner valid\"");
    }
}
