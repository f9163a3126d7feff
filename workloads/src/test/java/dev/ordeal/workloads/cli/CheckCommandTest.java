package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.checker.bench.SimulatedRegister;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Histories of anybody, judged from the command line.
final class CheckCommandTest {
    private static final String STALE =
            """
            {"time":4000,"process":0,"type":"invoke","f":"write","key":"x","value":1}
            {"time":5000,"process":0,"type":"ok","f":"write","key":"x"}
            {"time":6000,"process":1,"type":"invoke","f":"read","key":"x"}
            {"time":7000,"process":1,"type":"ok","f":"read","key":"x","value":null}
            """;
    private static final String GOOD = STALE.replace("null", "1");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path folder;

    private int check(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("check"));
        for (String argument : arguments) {
            // What stands for a file of this test's.
            all.add(argument.replace("@", folder + "/"));
        }
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aValidHistoryIsOneSentenceThatNamesTheEngineAndWhy() throws IOException {
        file("good.jsonl", GOOD);
        assertThat(check("@good.jsonl", "--model", "register")).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "VALID: 2 operations on 1 key are linearizable as register (decided by distinct: no value is written twice)\n");
        assertThat(check("@good.jsonl", "--model", "register", "--engine", "porcupine")).isZero();
        assertThat(out.toString()).endsWith("(decided by porcupine: asked for)\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aViolationIsToldWithItsOperationsAndHowFarAnOrderGoes() throws IOException {
        file("stale.jsonl", STALE);
        assertThat(check("@stale.jsonl", "--model", "register")).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("VIOLATED: key x is not linearizable: process 1's read of x=absent")
                .contains("(decided by distinct: no value is written twice)\n\nEvidence 1")
                .contains("read x → absent  ok  #1")
                .contains("The longest order that works has 1 operation")
                .contains("cannot be next: the state is 1");
    }

    @Test
    void severalGetATableASentenceForEachThatIsNotValidAndTheWorstExitCode() throws IOException {
        file("good.jsonl", GOOD);
        file("stale.jsonl", STALE);
        assertThat(check("@good.jsonl", "@stale.jsonl", "--model", "register")).isEqualTo(1);
        assertThat(out.toString().replace(folder + "/", "").lines())
                .satisfiesExactly(
                        head ->
                                assertThat(head.split(" +"))
                                        .containsExactly(
                                                "", "operations", "verdict", "engine", "ms"),
                        good -> assertThat(good).matches("good.jsonl +2  valid +distinct +\\d+"),
                        stale ->
                                assertThat(stale)
                                        .matches("stale.jsonl +2  violated +distinct +\\d+"),
                        sentence ->
                                assertThat(sentence)
                                        .startsWith("stale.jsonl: violated: key x is not"),
                        summary ->
                                assertThat(summary).isEqualTo("1 valid, 1 violated, 0 undecided"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aFolderIsSearchedAndHistoriesAreKnownByTheirContent() throws IOException {
        file("a/good.txt", GOOD);
        file("a/deeper/stale.log", STALE);
        file("a/README.md", "# process type\n");
        file("a/verdicts.csv", "file,verdict\n");
        file("a/verdict.json", "{\"verdict\":\"valid\",\"findings\":[]}");
        file("a/.hidden/good.jsonl", GOOD);
        Files.write(folder.resolve("a/binary"), new byte[100]);
        assertThat(check("@a", "--model", "register")).isEqualTo(1);
        assertThat(out.toString()).endsWith("1 valid, 1 violated, 0 undecided\n");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing            | there is no such file or folder",
                "nothing/           | holds neither a run (a folder with spec.json) nor a history",
                "empty              | has no operations: there is nothing to judge",
                "binary             | is binary and no history: unpack it if it is compressed",
                "prose              | line 1: looks like no known format: name it with --format",
                "twice              | line 2: process 0 invokes read while its read",
                "longest            | line 1: a value is longer than 20,000,000 characters",
                "mutex              | the model register has no operation \"acquire\": choose another",
                "pair               | a cas needs the value [expected, new]",
                "half               | line 1: ",
                "tuples.edn         | to be read with --tuples",
            })
    void whatCannotBeJudgedIsOneLineAndTheOthersStillAre(String name, String problem)
            throws IOException {
        Files.createDirectory(folder.resolve("nothing"));
        file("good", GOOD);
        file("empty", "");
        Files.write(folder.resolve("binary"), new byte[] {'{', 0, 1, 2});
        file("prose", "Once upon a time\n");
        String read = "{\"time\":1,\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n";
        file("twice", read + read);
        if (name.equals("longest")) {
            file(
                    name,
                    read.replace("read\"", "write\",\"value\":\"" + "x".repeat(20_000_001) + '"'));
        }
        file("mutex", GOOD.replace("write", "acquire"));
        file("pair", GOOD.replace("write", "cas"));
        file("half", read.substring(0, 20) + "\n" + read);
        file("tuples.edn", "{:process 0, :type :invoke, :f :read, :value [:x nil]}\n");
        assertThat(check("@" + name, "--model", "register")).isEqualTo(254);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("ordeal: " + folder)
                .contains(problem);
        assertThat(check("@good", "@" + name, "@good", "--model", "register")).isEqualTo(254);
        assertThat(err.toString().lines()).singleElement().asString().contains(problem);
        assertThat(out.toString()).endsWith("2 valid, 0 violated, 0 undecided, 1 not judged\n");
    }

    @Test
    void aLastLineThatWasCutOffIsToleratedAndSaid() throws IOException {
        file("torn.jsonl", GOOD + GOOD.substring(0, 30));
        file("torn.json", "[" + GOOD.strip().replace("\n", ",\n") + ",\n{\"time\":8,\"pro");
        file(
                "torn.edn",
                """
                {:process 0, :type :invoke, :f :write, :value 1}
                {:process 0, :type :ok, :f :write, :value 1}
                {:process 0, :type :inv\
                """);
        for (String name : List.of("@torn.jsonl", "@torn.json", "@torn.edn")) {
            assertThat(check(name, "--model", "register")).as(name).isZero();
            assertThat(out.toString().lines().skip(1))
                    .as(name)
                    .anyMatch(line ->
                            line.startsWith("Note: the last")
                                    && line.contains("cut off and was left out"));
        }
        assertThat(check("@torn.jsonl", "@torn.json", "@torn.edn", "--model", "register")).isZero();
        assertThat(out.toString())
                .contains("note: " + folder + "/torn.jsonl: the last line (5) is cut off");
    }

    /// A build that looks at the code alone must see the violation, whatever lies beside it.
    @Test
    void aViolationOutranksWhatCannotBeJudged() throws IOException {
        file("stale", STALE);
        file("empty", "");
        assertThat(check("@empty", "@stale", "@nowhere", "--model", "register")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(out.toString()).endsWith("0 valid, 1 violated, 0 undecided, 2 not judged\n");
    }

    @Test
    void aHistoryNeedsAModel() throws IOException {
        file("history.jsonl", GOOD);
        assertThat(check("@history.jsonl")).isEqualTo(254);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("is a history, so say what it must be: --model register");
    }

    @Test
    void asJsonEachInputIsOneLineAndNothingElseIsSaid() throws IOException {
        file("good.jsonl", GOOD);
        file("stale.jsonl", STALE);
        file("empty.jsonl", "");
        assertThat(
                        check(
                                "@good.jsonl",
                                "@stale.jsonl",
                                "@empty.jsonl",
                                "--model",
                                "register",
                                "--json"))
                .isEqualTo(1);
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(mapper.readTree(line));
        }
        assertThat(lines)
                .extracting(line ->
                        Path.of(line.path("path").asText()).getFileName()
                                + " "
                                + line.path("exitCode")
                                + line.path("verdict").asText())
                .containsExactlyInAnyOrder(
                        "good.jsonl 0valid", "stale.jsonl 1violated", "empty.jsonl 254");
        JsonNode stale =
                lines.stream()
                        .filter(line -> line.path("path").asText().endsWith("stale.jsonl"))
                        .findFirst()
                        .orElseThrow();
        JsonNode key = stale.path("findings").path(0).path("details").path("keys").path(0);
        assertThat(key.path("last").path(0).path("state").asText()).isEqualTo("1");
        assertThat(key.path("order")).hasSize(1);
        assertThat(key.path("stuck").path(0).asText()).contains("cannot be next: the state is 1");
    }

    @Test
    void aPageIsWrittenOrOneForEachIntoAFolder() throws IOException {
        file("a/one.jsonl", GOOD);
        file("b/one.jsonl", STALE);
        assertThat(check("@b/one.jsonl", "--model", "register", "--html", "@page.html"))
                .isEqualTo(1);
        assertThat(out.toString()).endsWith("report: " + folder + "/page.html\n");
        assertThat(folder.resolve("page.html")).content().contains("<title>violated: history");
        assertThat(
                        check(
                                "@a/one.jsonl",
                                "@b/one.jsonl",
                                "--model",
                                "register",
                                "--html",
                                "@pages/all"))
                .isEqualTo(1);
        try (Stream<Path> pages = Files.list(folder.resolve("pages/all"))) {
            assertThat(pages)
                    .hasSize(2)
                    .allSatisfy(page -> assertThat(page).content().contains("<title>"));
        }
        assertThat(out.toString()).contains("reports: " + folder + "/pages/all\n");
        assertThat(
                        check(
                                "@a/one.jsonl",
                                "@b/one.jsonl",
                                "--model",
                                "register",
                                "--html",
                                "@page.html"))
                .isEqualTo(254);
        assertThat(err.toString()).contains("must be a folder for several inputs");
    }

    @Test
    void jepsensFilesAreReadAsTheSwitchesSay() throws IOException {
        file(
                "tuples.edn",
                """
                {:process 0, :type :invoke, :f :write, :value [:x 1]}
                {:process 0, :type :ok, :f :write, :value [:x 1]}
                {:process 0, :type :invoke, :f :read, :value [:y nil]}
                {:process 0, :type :ok, :f :read, :value [:y nil]}
                """);
        assertThat(check("@tuples.edn", "--model", "register", "--tuples")).isZero();
        assertThat(out.toString()).contains("2 operations on 2 keys");
        file(
                "nil.edn",
                """
                {:process 0, :type :invoke, :f :write, :value 1}
                {:process 0, :type :ok, :f :write, :value 1}
                {:process 0, :type :invoke, :f :read, :value nil}
                {:process 0, :type :ok, :f :read, :value nil}
                """);
        assertThat(check("@nil.edn", "--model", "register")).isEqualTo(1);
        assertThat(check("@nil.edn", "--model", "register", "--nil", "unknown")).isZero();
        assertThat(out.toString()).contains("Note: a read of nil was taken as a read of any value");
        file(
                "refused.edn",
                """
                {:process 0, :type :invoke, :f :write, :value 1}
                {:process 0, :type :ok, :f :write, :value 1}
                {:process 0, :type :invoke, :f :cas, :value [1 2]}
                {:process 0, :type :fail, :f :cas, :value [1 2]}
                """);
        assertThat(check("@refused.edn", "--model", "cas-register")).isZero();
        assertThat(check("@refused.edn", "--model", "cas-register", "--refusals")).isEqualTo(1);
        file("ours.jsonl", GOOD);
        assertThat(check("@ours.jsonl", "--model", "register", "--tuples")).isEqualTo(254);
    }

    @Test
    void transactionsAreJudgedAgainstAConsistencyModel() throws IOException {
        file(
                "skew.jsonl",
                """
                {"time":0,"process":1,"type":"invoke","f":"txn","value":[["r","x",null],["append","y",1]]}
                {"time":1,"process":2,"type":"invoke","f":"txn","value":[["r","y",null],["append","x",2]]}
                {"time":5,"process":1,"type":"ok","f":"txn","value":[["r","x",[]],["append","y",1]]}
                {"time":6,"process":2,"type":"ok","f":"txn","value":[["r","y",[]],["append","x",2]]}
                {"time":7,"process":1,"type":"invoke","f":"txn","value":[["r","x",null],["r","y",null]]}
                {"time":8,"process":1,"type":"ok","f":"txn","value":[["r","x",[2]],["r","y",[1]]]}
                """);
        assertThat(check("@skew.jsonl", "--model", "list-append")).isEqualTo(1);
        assertThat(out.toString()).startsWith("VIOLATED: not strict-serializable: G2-item");
        assertThat(
                        check(
                                "@skew.jsonl",
                                "--model",
                                "list-append",
                                "--consistency",
                                "snapshot-isolation"))
                .isZero();
        file(
                "stale.jsonl",
                """
                {"time":0,"process":1,"type":"invoke","f":"txn","value":[["w","x",1]]}
                {"time":1,"process":1,"type":"ok","f":"txn","value":[["w","x",1]]}
                {"time":2,"process":1,"type":"invoke","f":"txn","value":[["w","x",2]]}
                {"time":3,"process":1,"type":"ok","f":"txn","value":[["w","x",2]]}
                {"time":4,"process":2,"type":"invoke","f":"txn","value":[["r","x",null]]}
                {"time":5,"process":2,"type":"ok","f":"txn","value":[["r","x",1]]}
                """);
        assertThat(check("@stale.jsonl", "--model", "rw-register")).isZero();
        assertThat(check("@stale.jsonl", "--model", "rw-register", "--linearizable-keys"))
                .isEqualTo(1);
        assertThat(check("@stale.jsonl", "--model", "register")).isEqualTo(254);
    }

    @Test
    void whatTakesLongerThanAllowedIsUndecided() {
        Path hard = folder.resolve("hard.jsonl");
        Histories.write(
                new SimulatedRegister(2_000, 10, 1, 5, 20, false, 1).history(), hard, Format.JSONL);
        assertThat(
                        check(
                                "@hard.jsonl",
                                "--model",
                                "cas-register",
                                "--engine",
                                "porcupine",
                                "--time-limit",
                                "0ms"))
                .isEqualTo(2);
        assertThat(out.toString())
                .startsWith(
                        "UNDECIDED: the history is undecided: it took longer than the allowed 0 ms");
    }
}
