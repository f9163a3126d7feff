package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Import;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Recorded histories of real systems, with the verdicts that two independent checkers agree on. They are other projects'
/// data and not in ours: the system property `ordeal.corpus` says where they are, and without it this is skipped.
class CorpusTest {
    private record Case(Path file, Model<?> model, boolean valid) {}

    private static List<Case> corpus() {
        String folder = System.getProperty("ordeal.corpus", "");
        Assumptions.assumeFalse(folder.isEmpty(), "no corpus: -Dordeal.corpus=FOLDER names it");
        try (Stream<String> lines = Files.lines(Path.of(folder, "verdicts.csv"))) {
            return lines.map(line -> List.of(line.split(",", -1)))
                    .filter(fields -> fields.size() == 3 && !fields.get(2).equals("verdict"))
                    .map(fields ->
                            new Case(
                                    Path.of(folder, fields.get(0)),
                                    Models.named(fields.get(1)).orElseThrow(),
                                    fields.get(2).equals("valid")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theCorpusIsThere() {
        assertThat(corpus()).hasSizeGreaterThanOrEqualTo(81);
    }

    @TestFactory
    Stream<DynamicTest> everyHistoryGetsItsVerdictByEveryEngine() {
        return corpus().stream()
                .map(one ->
                        DynamicTest.dynamicTest(
                                String.valueOf(one.file.getFileName()),
                                () -> {
                                    Format format = Histories.sniff(one.file);
                                    Import usual = Import.of(format);
                                    for (boolean nilIsUnknown : new boolean[] {false, true}) {
                                        for (boolean refusals : new boolean[] {false, true}) {
                                            if (format != Format.JEPSEN_EDN
                                                    && (nilIsUnknown
                                                            || refusals != usual.refusals())) {
                                                continue;
                                            }
                                            History history =
                                                    Histories.read(
                                                            one.file,
                                                            format,
                                                            usual.withNilUnknown(nilIsUnknown)
                                                                    .withRefusals(refusals));
                                            for (String engine :
                                                    List.of("auto", "search", "porcupine")) {
                                                holds(one, history, engine);
                                            }
                                        }
                                    }
                                }));
    }

    private static void holds(Case one, History history, String engine) {
        List<PartResult> parts =
                Linearizability.check(history, one.model, engine, Bounds.defaults());
        boolean violated = false;
        List<int[]> orders = new ArrayList<>();
        for (PartResult part : parts) {
            switch (part.decision()) {
                case Decision.Linearizable(int[] order) -> orders.add(order);
                case Decision.NotLinearizable ignored -> violated = true;
                case Decision.Open open ->
                        throw new AssertionError(engine + " is open: " + open.why());
                case Decision.Unfit unfit ->
                        throw new AssertionError(engine + " is unfit: " + unfit.why());
            }
        }
        assertThat(violated).as(one.file + " by " + engine + " is violated").isEqualTo(!one.valid);
        if (!violated) {
            assertThat(Verifier.refute(history, one.model, orders)).isEmpty();
        }
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrittenInOurFormatIsReadAsTheSameHistory(@TempDir Path directory) {
        return corpus().stream()
                .map(one ->
                        DynamicTest.dynamicTest(
                                String.valueOf(one.file.getFileName()),
                                () -> {
                                    History history = Histories.read(one.file);
                                    Path copy = directory.resolve("copy.jsonl");
                                    Histories.write(history, copy, Format.JSONL);
                                    assertThat(Histories.read(copy).operations())
                                            .isEqualTo(history.operations());
                                }));
    }
}
