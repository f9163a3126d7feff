package dev.ordeal.checker.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatsTest {
    @TempDir Path directory;

    @Test
    void jepsensEdnIsReadInAnyKeyOrderWithTagsAndNemesis() throws IOException {
        History history =
                read(
                        """
                        ; a comment
                        #jepsen.history.Op{:index 0, :time 10, :process 0, :type :invoke, :f :write, :value ["k" 1]}
                        #jepsen.history.Op{:f :start, :process :nemesis, :type :info, :time 11, :value {:cut #{:n1}}, #_ignored :index 1}
                        {:value ["k" nil], :f :read, :type :invoke, :process 1, :time 12, :index 2}
                        {:process 0, :type :ok, :f :write, :value ["k" 1], :time 13, :index 3, :at #inst "2020-01-01T00:00:00Z"}
                        {:process 1, :type :ok, :f :read, :value ["k" nil], :time 14, :index 4, :ratio 1/2}
                        {:process 2, :type :invoke, :f :cas, :value ["k" [1 2]], :time 15, :index 5}
                        {:process 2, :type :fail, :f :cas, :value ["k" [1 2]], :time 16, :index 6}
                        {:process 3, :type :invoke, :f :cas, :value ["k" [1 2]], :time 17, :index 7}
                        {:process 3, :type :info, :f :cas, :value ["k" [1 2]], :error :timeout, :time 18, :index 8}
                        """,
                        Format.JEPSEN_EDN,
                        Import.of(Format.JEPSEN_EDN).withTuples(true));

        assertThat(history.operations()).extracting(Operation::key).containsOnly("k");
        assertThat(history.operations())
                .extracting(Operation::f)
                .containsExactly("write", "read", "cas", "cas");
        assertThat(history.operation(0).argument()).isEqualTo(1L);
        assertThat(history.operation(1).result()).isEqualTo(new Result.Value(null));
        assertThat(history.operation(2).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(history.observed(2)).isFalse();
        assertThat(history.operation(3).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(history.operation(3).error()).isEqualTo("timeout");
        assertThat(history.nemesis())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.f()).isEqualTo("start");
                    assertThat(event.value()).containsEntry("cut", List.of("n1"));
                });
        assertThat(history.notes()).containsExactly("a read of nil was taken as absent");
    }

    @Test
    void nilMayMeanAnyValueAndAFailedCompareAndSetMayBeARefusal() throws IOException {
        String text =
                """
                [{:process 0, :type :invoke, :f :read, :value nil}
                 {:process 0, :type :ok, :f :read, :value nil}
                 {:process 0, :type :invoke, :f :cas, :value [1 2]}
                 {:process 0, :type :fail, :f :cas, :value [1 2]}]
                """;
        History history = read(text, Format.JEPSEN_EDN, new Import(true, false, true));
        assertThat(history.operation(0).result()).isEqualTo(new Result.Unknown());
        assertThat(history.observed(1)).isTrue();
        assertThat(history.timed()).isFalse();
        assertThat(history.notes())
                .containsExactly("a read of nil was taken as a read of any value");
    }

    @Test
    void everyFormatIsRecognizedByItsBeginning() throws IOException {
        assertThat(sniff("[{:process 0, :type :invoke}]")).isEqualTo(Format.JEPSEN_EDN);
        assertThat(sniff("#jepsen.history.Op{:process 0}")).isEqualTo(Format.JEPSEN_EDN);
        assertThat(sniff("\n{:process 0, :type :invoke, :f :get, :key \"0\", :value nil}"))
                .isEqualTo(Format.PORCUPINE_KV);
        assertThat(sniff("[{\"process\":0}]")).isEqualTo(Format.JEPSEN_JSON);
        assertThat(sniff("{\"index\":0}")).isEqualTo(Format.JSONL);
        assertThat(sniff("")).isEqualTo(Format.JSONL);
        assertThat(sniff("INFO  jepsen.util - 0\t:invoke\t:read\tnil"))
                .isEqualTo(Format.JEPSEN_LOG);
        assertThatThrownBy(() -> sniff("<html>"))
                .isInstanceOf(HistoryFormatException.class)
                .hasMessage(
                        "line 1: looks like no known format: name it with --format, one of jsonl, jepsen-edn, jepsen-json,"
                                + " jepsen-log, porcupine-kv");
    }

    @Test
    void jepsensJsonIsRead() throws IOException {
        History history =
                read(
                        """
                        [{"process":0,"type":"invoke","f":"cas","value":[1,2],"time":5},
                         {"process":"nemesis","type":"info","f":"kill","value":null,"time":6},
                         {"process":0,"type":"ok","f":"cas","value":[1,2],"time":7}]
                        """,
                        Format.JEPSEN_JSON,
                        Import.of(Format.JEPSEN_JSON));
        assertThat(history.operations())
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.argument()).isEqualTo(List.of(1L, 2L));
                    assertThat(operation.outcome()).isEqualTo(Outcome.OK);
                });
        assertThat(history.nemesis()).hasSize(1);
    }

    @Test
    void whatIsWrittenAsEdnIsReadAsTheSameHistory() throws IOException {
        Path jsonl = directory.resolve("a.jsonl");
        try (HistoryWriter writer = new HistoryWriter(jsonl)) {
            writer.invoke(10, 0, "write", "k\"1", "v\\1", "n1", "c0-1");
            writer.invoke(20, 1, "cas", "k\"1", Arrays.asList(null, 2), "n2", null);
            writer.ok(30, 0, "write", "k\"1", "v\\1");
            writer.nemesis(31, "kill", Map.of("nodes", List.of("n1")));
            writer.fail(40, 1, "cas", "k\"1", "mismatch");
            writer.invoke(50, 2, "read", "k\"1", "n1", null);
            writer.info(60, 2, "read", "k\"1", "timeout");
        }
        History history = Histories.read(jsonl);
        Path edn = directory.resolve("a.edn");
        Histories.write(history, edn, Format.JEPSEN_EDN);
        History back =
                Histories.read(
                        edn, Format.JEPSEN_EDN, Import.of(Format.JEPSEN_EDN).withTuples(true));

        assertThat(Files.readString(edn))
                .startsWith(
                        "{:index 0, :time 10, :process 0, :type :invoke, :f :write, :value [\"k\\\"1\" \"v\\\\1\"]}\n");
        assertThat(back.size()).isEqualTo(history.size());
        for (int i = 0; i < back.size(); i++) {
            assertThat(back.operation(i).key()).isEqualTo(history.operation(i).key());
            assertThat(back.operation(i).argument()).isEqualTo(history.operation(i).argument());
            assertThat(back.operation(i).outcome()).isEqualTo(history.operation(i).outcome());
            assertThat(back.observed(i)).isEqualTo(history.observed(i));
            assertThat(back.invokedNanos(i)).isEqualTo(history.invokedNanos(i));
            assertThat(back.returnedNanos(i)).isEqualTo(history.returnedNanos(i));
        }
        assertThat(back.nemesis()).isEqualTo(history.nemesis());
    }

    /// As values they would make a false violation, or hide a true one.
    @Test
    void tuplesThatAreReadAsValuesAreRefused() {
        refused(
                """
                {:process 0, :type :invoke, :f :write, :value [1 5]}
                {:process 1, :type :invoke, :f :read, :value [1 nil]}
                """,
                2,
                "tuples of Jepsen's independent keys");
    }

    @Test
    void aProcessWithANameIsAClientUnlessItIsTheNemesis() throws IOException {
        History history =
                read(
                        """
                        [{"process":"nemesis","type":"info","f":"kill","value":"n1"},
                         {"process":"client-1","type":"invoke","f":"write","value":1},
                         {"process":"client-1","type":"ok","f":"write","value":1}]
                        """,
                        Format.JEPSEN_JSON,
                        Import.of(Format.JEPSEN_JSON));
        assertThat(history.nemesis()).hasSize(1);
        assertThat(history.operations()).extracting(Operation::process).containsOnly("client-1");
    }

    @Test
    void brokenEdnIsNamedWithItsLine() {
        refused(
                "{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type}",
                2,
                "the map's key type has no value");
        refused("{:process 0 :type :invoke :f :read :value nil}\n7", 2, "expected an operation");
        refused("{:type :invoke :f :read :value nil}", 1, "has no :process");
        refused(
                "{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :ok :f :write}",
                2,
                "its open call is a read");
        refused(
                "{:process 0 :type :invoke :f :read}\n\n{:process 0 :type :invoke :f :read}",
                3,
                "is still open");
        refused(
                "{:process 0 :type :invoke :f :read :time 5}\n{:process 1 :type :invoke :f :read}",
                2,
                "has no :time");
        refused("[".repeat(2000), 1, "nested more than 1000 deep");
        refused(
                "{:process 0 :type :invoke :f :read :time 50000000}\n{:process 1 :type :invoke :f :read :time 5}",
                2,
                "time goes backwards");
    }

    @Test
    void anEdnVectorThatIsNotClosedIsReadAndSaidToBeCutOff() throws IOException {
        History history =
                read(
                        "[{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :ok :f :read :value 1}",
                        Format.JEPSEN_EDN,
                        Import.of(Format.JEPSEN_EDN));
        assertThat(history.operation(0).result()).isEqualTo(new Result.Value(1L));
        assertThat(history.notes())
                .containsExactly("the vector is not closed: the history was probably cut off");
    }

    /// As editors on Windows write them.
    @Test
    void aByteOrderMarkAndCarriageReturnsAreNoPartOfAHistory() throws IOException {
        Map<Format, String> histories =
                Map.of(
                        Format.JSONL,
                        "{\"time\":1,\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\r\n",
                        Format.JEPSEN_JSON,
                        "[\r\n{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"value\":null}]\r\n",
                        Format.JEPSEN_EDN,
                        "{:process 0, :type :invoke, :f :read, :value nil}\r\n",
                        Format.JEPSEN_LOG,
                        "INFO jepsen.util - 0 :invoke :read nil\r\n");
        for (Map.Entry<Format, String> each : histories.entrySet()) {
            Path file = Files.writeString(directory.resolve("history"), "\uFEFF" + each.getValue());
            assertThat(Histories.sniff(file)).isEqualTo(each.getKey());
            assertThat(Histories.read(file).operations())
                    .as(each.getKey().label())
                    .extracting(Operation::f)
                    .containsExactly("read");
        }
    }

    /// The answer was 12, or 123.
    @Test
    void theLastLineOfALogThatHasNoEndIsLeftOut() throws IOException {
        String whole = "INFO jepsen.util - 0 :invoke :read nil\n";
        History history =
                read(
                        whole + "INFO jepsen.util - 0 :ok :read 1",
                        Format.JEPSEN_LOG,
                        Import.of(Format.JEPSEN_LOG));
        assertThat(history.operations())
                .isEqualTo(
                        read(whole, Format.JEPSEN_LOG, Import.of(Format.JEPSEN_LOG)).operations());
        assertThat(history.notes())
                .containsExactly(
                        "the last line (2) has no end, and was left out: it was probably cut off");
    }

    @Test
    void anEdnFileThatIsCutOffIsReadUpToThere() throws IOException {
        History history =
                read(
                        "{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :ok :f :re",
                        Format.JEPSEN_EDN,
                        Import.of(Format.JEPSEN_EDN));
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.notes())
                .containsExactly("the last operation, from line 2 on, is cut off and was left out");
    }

    private void refused(String text, long line, String reason) {
        assertThatThrownBy(() -> read(text, Format.JEPSEN_EDN, Import.of(Format.JEPSEN_EDN)))
                .isInstanceOfSatisfying(
                        HistoryFormatException.class,
                        e -> {
                            assertThat(e.getMessage()).contains(reason);
                            assertThat(e.line()).isEqualTo(line);
                        });
    }

    private Format sniff(String text) throws IOException {
        Path file = directory.resolve("sniff");
        Files.writeString(file, text);
        return Histories.sniff(file);
    }

    private History read(String text, Format format, Import how) throws IOException {
        Path file = directory.resolve("test");
        Files.writeString(file, text);
        return Histories.read(file, format, how);
    }
}
