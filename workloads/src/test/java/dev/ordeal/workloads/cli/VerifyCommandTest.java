package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.results.record.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A verdict that was changed, or whose history was, does not stand: by mutation, through the command line.
final class VerifyCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAIRS = 6;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path folder;

    private int ordeal(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static final String HEALED =
            """
            {"time":1,"process":"nemesis","type":"info","f":"phase","value":{"phase":"heal"}}
            """;

    /// Writes and reads in turn, one after the other, so that there is one order only; all after the last fault was lifted.
    ///
    /// @param last what the last read saw
    private static String history(int last) {
        StringBuilder lines = new StringBuilder(HEALED);
        for (int pair = 1; pair <= PAIRS; pair++) {
            int seen = pair == PAIRS ? last : pair;
            lines.append(
                    """
                    {"time":%1$d1,"process":0,"type":"invoke","f":"write","key":"x","value":%1$d}
                    {"time":%1$d2,"process":0,"type":"ok","f":"write","key":"x"}
                    {"time":%1$d3,"process":1,"type":"invoke","f":"read","key":"x"}
                    {"time":%1$d4,"process":1,"type":"ok","f":"read","key":"x","value":%2$d}
                    """
                            .formatted(pair, seen));
        }
        return lines.toString();
    }

    private RunDirectory run(int last) throws IOException {
        return Records.register(
                folder,
                List.of("linearizable register", "progress"),
                "./ordeal run register --seed 42",
                history(last));
    }

    private int verify(RunDirectory run) {
        return ordeal("verify", run.path().toString());
    }

    private void doesNotStand(RunDirectory run, Consumer<ObjectNode> change, String objection) {
        try {
            String before = Files.readString(run.verdict());
            ObjectNode verdict = (ObjectNode) JSON.readTree(before);
            change.accept(verdict);
            assertThat(verdict).isNotEqualTo(JSON.readTree(before));
            Files.writeString(run.verdict(), verdict.toString());
            assertThat(verify(run)).as(objection).isEqualTo(1);
            assertThat(out.toString().lines().findFirst().orElseThrow())
                    .startsWith("DOES NOT STAND: ")
                    .contains(objection);
            Files.writeString(run.verdict(), before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode linearizable(JsonNode verdict) {
        return (ObjectNode) verdict.path("findings").path(1);
    }

    private static ArrayNode order(JsonNode verdict) {
        return (ArrayNode) linearizable(verdict).path("witnesses").path(0).path("order");
    }

    private static ArrayNode core(JsonNode verdict) {
        return (ArrayNode) linearizable(verdict).path("evidence").path(0).path("operations");
    }

    @Test
    void aValidRunStandsAndNoChangedWitnessDoes() throws IOException {
        RunDirectory run = run(PAIRS);
        ordeal("check", run.path().toString());
        assertThat(verify(run)).as(out.toString()).isZero();
        assertThat(out.toString())
                .startsWith("STANDS: assumptions is valid, linearizable register is valid")
                .containsPattern(
                        "linearizable register +valid +yes +played back 1 witness of 12 operations");
        for (int place = 0; place + 1 < 2 * PAIRS; place++) {
            int here = place;
            doesNotStand(
                    run,
                    verdict -> {
                        JsonNode moved = order(verdict).remove(here);
                        order(verdict).insert(here + 1, moved);
                    },
                    "linearizable register, recorded as valid: ");
            doesNotStand(run, verdict -> order(verdict).remove(here), "operation ");
            doesNotStand(run, verdict -> order(verdict).insert(here, here), "stands twice");
        }
        doesNotStand(run, verdict -> order(verdict).add(99), "operation 99 is not in the history");
        doesNotStand(run, verdict -> linearizable(verdict).remove("witnesses"), "is in no order");
        Files.writeString(run.history(), history(PAIRS - 1));
        assertThat(verify(run)).isEqualTo(1);
        assertThat(out.toString()).contains("the model refuses operation 11");
    }

    @Test
    void aViolatedRunStandsAndNoChangedCoreDoes() throws IOException {
        RunDirectory run = run(1);
        ordeal("check", run.path().toString());
        assertThat(verify(run)).as(out.toString()).isZero();
        assertThat(out.toString())
                .contains("linearizable register is violated")
                .containsPattern(
                        "linearizable register +violated +yes +tried all orders of 1 core");
        int size = core(JSON.readTree(run.verdict().toFile())).size();
        for (int place = 0; place < size; place++) {
            int here = place;
            doesNotStand(run, verdict -> core(verdict).remove(here), "it can be put in an order");
        }
        doesNotStand(run, verdict -> core(verdict).removeAll(), "the core is empty");
        doesNotStand(run, verdict -> core(verdict).add(-1), "operation -1 is not in the history");
        doesNotStand(
                run,
                verdict -> ((ArrayNode) linearizable(verdict).path("evidence")).removeAll(),
                "violated without evidence");
        Files.writeString(run.history(), history(PAIRS));
        assertThat(verify(run)).isEqualTo(1);
        assertThat(out.toString()).contains("it can be put in an order");
    }

    @Test
    void aChangedVerdictDoesNotStand() throws IOException {
        RunDirectory run = run(1);
        ordeal("check", run.path().toString());
        doesNotStand(
                run,
                verdict -> verdict.put("verdict", "valid"),
                "it says valid, but its findings say violated");
        doesNotStand(
                run,
                verdict -> {
                    verdict.put("verdict", "valid");
                    linearizable(verdict).put("verdict", "valid");
                },
                "is in no order");
        doesNotStand(
                run,
                verdict -> {
                    ((ArrayNode) verdict.path("findings")).remove(1);
                    verdict.put("verdict", "valid");
                },
                "the verdict has no finding of this check");
        doesNotStand(
                run,
                verdict ->
                        ((ObjectNode) verdict.path("findings").path(0)).put("verdict", "undecided"),
                "assumptions, recorded as undecided: now it is valid");
        doesNotStand(run, verdict -> verdict.remove("findings"), "it has no list of findings");
        Files.writeString(run.verdict(), "{\"verdict\":");
        assertThat(verify(run)).isEqualTo(1);
        assertThat(out.toString()).contains("is not a verdict");
        Files.delete(run.verdict());
        assertThat(verify(run)).isEqualTo(254);
        assertThat(err.toString()).contains("to verify: ordeal check makes one");
    }

    @Test
    void whatCheckSaysOfHistoriesAsJsonIsVerifiedWithTheHistory() throws IOException {
        Path good = Files.writeString(folder.resolve("good.jsonl"), history(PAIRS));
        Path stale = Files.writeString(folder.resolve("stale.jsonl"), history(1));
        String[] model = {"--model", "register"};
        ordeal("check", good.toString(), stale.toString(), model[0], model[1], "--json");
        Path said = Files.writeString(folder.resolve("said.json"), out.toString());
        for (Path history : List.of(good, stale)) {
            assertThat(verify(history, said, "register")).as(out.toString()).isZero();
        }
        assertThat(verify(stale, said, "cas-register")).isEqualTo(1);
        assertThat(out.toString()).contains("the verdict has no finding of this check");
        Files.writeString(good, history(1));
        assertThat(verify(good, said, "register")).isEqualTo(1);
        assertThat(verify(said, said, "register")).isEqualTo(254);
        assertThat(err.toString().lines()).singleElement().asString().contains("said.json: line 1");
    }

    private int verify(Path history, Path verdict, String model) {
        return ordeal(
                "verify", history.toString(), "--verdict", verdict.toString(), "--model", model);
    }
}
