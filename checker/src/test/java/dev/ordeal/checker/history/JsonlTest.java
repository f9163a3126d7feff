package dev.ordeal.checker.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlTest {
    @TempDir Path directory;

    @Test
    void whatTheWriterWritesTheReaderReads() {
        Path file = directory.resolve("history.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.invoke(10, 0, "write", "k1", "v1", "n1", "c0-1");
            writer.invoke(20, 1, "read", "k1", "n2", null);
            writer.ok(30, 0, "write", "k1", "v1");
            writer.nemesis(
                    31, "kill", Map.of("strike", 3, "phase", "strike", "nodes", List.of("n1")));
            writer.ok(40, 1, "read", "k1", null);
            writer.invoke(50, 0, "cas", "k1", Arrays.asList(null, "v2"), "n1", "c0-2");
            writer.invoke(50, 1, "cas", "k1", List.of("v1", "v3"), "n2", "c1-1");
            writer.fail(60, 0, "cas", "k1", "mismatch");
            writer.info(70, 1, "cas", "k1", "timeout");
            writer.invoke(80, 5, "read", "k1", "n2", null);
            writer.ok(90, 5, "read", "k1", List.of("a", "b"));
        }
        History history = Histories.read(file);

        assertThat(history.operations())
                .containsExactly(
                        operation(
                                0,
                                "0",
                                "write",
                                "v1",
                                new Result.Value("v1"),
                                Outcome.OK,
                                10,
                                30,
                                null,
                                "n1",
                                "c0-1"),
                        operation(
                                1,
                                "1",
                                "read",
                                null,
                                new Result.Value(null),
                                Outcome.OK,
                                20,
                                40,
                                null,
                                "n2",
                                null),
                        operation(
                                2,
                                "0",
                                "cas",
                                Arrays.asList(null, "v2"),
                                new Result.Unknown(),
                                Outcome.FAILED,
                                50,
                                60,
                                "mismatch",
                                "n1",
                                "c0-2"),
                        operation(
                                3,
                                "1",
                                "cas",
                                List.of("v1", "v3"),
                                new Result.Unknown(),
                                Outcome.UNKNOWN,
                                50,
                                Operation.NEVER,
                                "timeout",
                                "n2",
                                "c1-1"),
                        operation(
                                4,
                                "5",
                                "read",
                                null,
                                new Result.Value(List.of("a", "b")),
                                Outcome.OK,
                                80,
                                90,
                                null,
                                "n2",
                                null));
        assertThat(history.observed(2)).isTrue();
        assertThat(history.observed(3)).isFalse();
        assertThat(history.nemesis()).hasSize(1);
        assertThat(history.nemesis().get(0).value())
                .containsEntry("nodes", List.of("n1"))
                .containsEntry("strike", 3L);
        assertThat(history.notes()).isEmpty();
    }

    @Test
    void versionsAreKeptWhereTheSystemSaidThem() {
        Path file = directory.resolve("history.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.invoke(10, 0, "write", "k1", "v1", "n1", "c0-1");
            writer.ok(20, 0, "write", "k1", new Result.Unknown(), 0);
            writer.invoke(30, 0, "cas", "k1", List.of("v1", "v3"), "n1", "c0-2");
            writer.mismatch(40, 0, "cas", "k1", 8);
            writer.invoke(50, 0, "read", "k1", "n1", null);
            writer.ok(60, 0, "read", "k1", new Result.Value("v1"), Long.MAX_VALUE - 1);
            writer.invoke(70, 0, "read", "k1", "n1", null);
            writer.ok(80, 0, "read", "k1", "v1");
        }
        Path copy = directory.resolve("copy.jsonl");
        Histories.write(Histories.read(file), copy, Format.JSONL);

        for (Path each : List.of(file, copy)) {
            History history = Histories.read(each);
            assertThat(IntStream.range(0, history.size()).mapToLong(history::version))
                    .containsExactly(0L, 8L, Long.MAX_VALUE - 1, History.NO_VERSION);
            assertThat(history.observed(1)).isTrue();
        }
    }

    @Test
    void aCommandIsCalledBySessionAndNumberInAFileAndInMemory() {
        Path file = directory.resolve("history.jsonl");
        HistoryInMemory memory = new HistoryInMemory();
        try (HistoryWriter writer = new HistoryWriter(file)) {
            for (HistoryLog log : List.of(writer, memory)) {
                Result value = new Result.Value("v");
                log.invoke(1, 1, "write", "k", value, "n1", "c0", 0);
                log.invoke(2, 2, "write", "k", value, "n1", "c-1", 999_999_999);
                log.invoke(3, 3, "write", "k", value, "n1", "c0", 1_000_000_000);
                log.invoke(4, 4, "write", "k", value, "n1", "", 7);
                log.invoke(5, 5, "read", "k", new Result.Unknown(), "n1", null, 0);
            }
        }

        for (History history : List.of(Histories.read(file), memory.history())) {
            assertThat(IntStream.range(0, history.size()).mapToObj(history::command))
                    .containsExactly("c0-0", "c-1-999999999", "c0-1000000000", "-7", null);
        }
    }

    @Test
    void aVersionIsAWholeNumber() throws IOException {
        Path file = directory.resolve("history.jsonl");
        for (String version : List.of("-1", "1.5", "\"7\"", "9223372036854775808")) {
            Files.writeString(
                    file,
                    """
                    {"time":1,"process":0,"type":"invoke","f":"read"}
                    {"time":2,"process":0,"type":"ok","f":"read","version":%s}
                    """
                            .formatted(version));
            assertThatThrownBy(() -> Histories.read(file))
                    .isInstanceOf(HistoryFormatException.class)
                    .hasMessageContaining("line 2")
                    .hasMessageContaining("\"version\" must be a whole number");
        }
    }

    private static Operation operation(
            int index,
            String process,
            String f,
            @Nullable Object argument,
            Result result,
            Outcome outcome,
            long invoked,
            long returned,
            @Nullable String error,
            String node,
            @Nullable String command) {
        return new Operation(
                index, process, f, "k1", argument, result, outcome, invoked, returned, error, node,
                command);
    }

    @Test
    void atEqualTimesInvocationsComeBeforeReturns() throws IOException {
        History history =
                read(
                        """
                        {"time":5,"process":0,"type":"invoke","f":"read"}
                        {"time":9,"process":0,"type":"ok","f":"read","value":1}
                        {"time":9,"process":1,"type":"invoke","f":"read"}
                        {"time":9,"process":1,"type":"ok","f":"read","value":1}
                        {"time":10,"process":2,"type":"invoke","f":"read"}
                        """);

        assertThat(history.invokeRank(0)).isEqualTo(0);
        assertThat(history.invokeRank(1)).isEqualTo(1);
        assertThat(history.returnRank(0)).isEqualTo(2);
        assertThat(history.returnRank(1)).isEqualTo(3);
        assertThat(history.invokeRank(2)).isEqualTo(4);
        assertThat(history.returnRank(2)).isEqualTo(History.NEVER);
        assertThat(history.ranks()).isEqualTo(5);
    }

    @Test
    void aTornLastLineIsLeftOutAndSaidSo() throws IOException {
        for (String torn :
                List.of(
                        "{\"time\":7,\"pro",
                        "{",
                        "{\"time\":7,\"process\":0,\"type\":\"ok\",\"f\":\"re",
                        "{\"time\":7,\"value\":nul")) {
            History history =
                    read("{\"time\":5,\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n" + torn);
            assertThat(history.size()).isEqualTo(1);
            assertThat(history.notes())
                    .singleElement()
                    .asString()
                    .contains("last line (2) is cut off");
        }
    }

    @Test
    void everyWayToBeIllFormedIsNamedWithItsLine() {
        String invoke = "{\"time\":5,\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n";
        refused(invoke + invoke, 2, "process 0 invokes read while its read");
        refused(
                invoke + "{\"time\":5,\"process\":1,\"type\":\"ok\",\"f\":\"read\"}\n",
                2,
                "a call that it did not make");
        refused(
                invoke + "{\"time\":4,\"process\":0,\"type\":\"ok\",\"f\":\"read\"}\n",
                2,
                "time goes backwards");
        refused(
                invoke + "{\"time\":6,\"process\":0,\"type\":\"ok\",\"f\":\"write\"}\n",
                2,
                "its open call is a read");
        refused(
                invoke + "{\"time\":6,\"process\":0,\"type\":\"maybe\",\"f\":\"read\"}\n",
                2,
                "none of invoke, ok, fail, info");
        refused("\n\n{\"time\":6,\"process\":0,\"f\":\"read\"}\n", 3, "has no \"type\"");
        refused("{\"time\":\"6\"}\n", 1, "\"time\" must be whole nanoseconds");
        refused("{\"process\":{}}\n", 1, "\"process\" must be a number or a text");
        refused("[]\n", 1, "expected one JSON object a line");
        refused(invoke + "nonsense\n" + invoke, 2, "not JSON");
        refused(invoke + "{\"time\":5,\n", 2, "not JSON");
        String untimed = "{\"process\":1,\"type\":\"invoke\",\"f\":\"read\"}\n";
        refused(invoke + untimed, 2, "has no \"time\", though the lines before had");
        refused(untimed + invoke, 2, "has a \"time\", though the lines before had none");
    }

    @Test
    void whereNoLineHasATimeTheOrderOfLinesIsTaken() throws IOException {
        History history =
                read(
                        """
                        {"process":0,"type":"invoke","f":"write","value":1}
                        {"process":0,"type":"ok","f":"write","value":1}
                        {"process":1,"type":"invoke","f":"read"}
                        {"process":1,"type":"ok","f":"read","value":1}
                        """);
        assertThat(history.timed()).isFalse();
        assertThat(history.operations())
                .extracting(Operation::invokedNanos, Operation::returnedNanos)
                .containsExactly(tuple(0L, 1L), tuple(2L, 3L));
    }

    @Test
    void aLineOfAHundredMegabytesIsRefusedInOneSentence() {
        refused(
                "{\"time\":5,\"f\":\"" + "x".repeat(100_000_000) + "\"}\n",
                1,
                "a value is longer than 20,000,000 characters");
    }

    private void refused(String content, long line, String reason) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOfSatisfying(
                        HistoryFormatException.class,
                        e -> {
                            assertThat(e.line()).isEqualTo(line);
                            assertThat(e.getMessage()).contains(reason).hasSizeLessThan(400);
                        });
    }

    private History read(String content) throws IOException {
        Path file = directory.resolve("test.jsonl");
        Files.writeString(file, content);
        return Histories.read(file, Format.JSONL);
    }
}
