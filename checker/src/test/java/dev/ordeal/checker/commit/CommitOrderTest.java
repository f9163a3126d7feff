package dev.ordeal.checker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.Expectations;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judge;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Trial;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.VerdictJson;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Decision;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.checker.linear.Part;
import dev.ordeal.checker.linear.Verifier;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The order that the nodes committed in as a witness, and what they say of operations without an answer.
class CommitOrderTest {
    private static final Model<Object> REGISTER = new Register("register");

    private final HistoryBuilder history = new HistoryBuilder();
    private final List<Applied> log = new ArrayList<>();
    private long now;

    private void invoke(long process, String f, @Nullable Object argument) {
        history.invoke(
                ++now,
                process,
                f,
                "x",
                f.equals("read") ? new Result.Unknown() : new Result.Value(argument),
                "n1",
                f.equals("read") ? null : "c" + process + "-1");
    }

    private void ok(long process) {
        history.ok(++now, process, new Result.Unknown());
    }

    private void read(long process, @Nullable Object value) {
        history.ok(++now, process, new Result.Value(value));
    }

    private void commit(long process, @Nullable String refusal) {
        log.add(applied(log.size() + 1, "c" + process + "-1", refusal));
    }

    private static Applied applied(long index, String command, @Nullable String refusal) {
        return new Applied(
                "n1",
                1,
                index,
                new Applied.Entry(
                        index,
                        7,
                        "command",
                        command,
                        null,
                        null,
                        null,
                        refusal == null,
                        refusal,
                        null));
    }

    private Finding finding() {
        Trial trial =
                new Trial(
                        history.build(),
                        List.of(new NodeStreams("n1", log, List.of(), List.of())),
                        List.of("linearizable register"),
                        Expectations.none());
        return new Judge().judge(trial, Bounds.defaults()).findings().get(1);
    }

    @Test
    void theCommittedOrderDecidesWhereValuesAreWrittenTwice() {
        invoke(1, "write", 1L);
        invoke(2, "write", 1L);
        invoke(3, "cas", Arrays.asList(1L, 2L));
        invoke(4, "read", null);
        read(4, 2L);
        ok(2);
        ok(1);
        history.unknown(++now, 3L, "timeout");
        invoke(5, "read", null);
        read(5, 1L);
        commit(1, null);
        commit(3, null);
        commit(2, null);

        Finding finding = finding();

        assertThat(finding.verdict()).isInstanceOf(Verdict.Valid.class);
        assertThat(finding.details()).containsEntry("engines", Map.of("commit order", 1));
        assertThat(((Verdict.Valid) finding.verdict()).witnesses())
                .singleElement()
                .satisfies(witness -> assertThat(witness.order()).containsExactly(0, 2, 3, 1, 4));
    }

    @Test
    void anOrderThatDoesNotExplainWhatClientsSawSaysNothing() {
        invoke(1, "write", 1L);
        ok(1);
        invoke(2, "write", 2L);
        ok(2);
        invoke(3, "read", null);
        read(3, 2L);
        commit(2, null);
        commit(1, null);

        Finding finding = finding();

        assertThat(finding.verdict()).isInstanceOf(Verdict.Valid.class);
        assertThat(finding.details()).containsEntry("engines", Map.of("distinct", 1));
        assertThat(finding.details().get("keys"))
                .asString()
                .contains("what the clients saw does not fit the commit order");
    }

    @Test
    void anAcknowledgedWriteThatIsNotInTheLogIsLeftToTheEngines() {
        invoke(1, "write", 1L);
        ok(1);
        commit(9, null);

        Finding finding = finding();

        assertThat(finding.details()).containsEntry("engines", Map.of("distinct", 1));
        assertThat(finding.details().get("keys")).asString().contains("is in no node's log");
    }

    /// A stale read that the nodes' log would explain is a violation all the same: clients' real time counts.
    @Test
    void theNodesExplainAnUnknownOutcomeAndExcuseNothing() {
        invoke(1, "write", 1L);
        history.unknown(++now, 1L, "timeout");
        invoke(2, "write", 2L);
        ok(2);
        invoke(3, "read", null);
        read(3, 1L);
        invoke(4, "read", null);
        read(4, 2L);
        invoke(5, "write", 3L);
        history.unknown(++now, 5L, "timeout");
        invoke(6, "read", null);
        read(6, 1L);
        commit(1, null);
        commit(2, null);

        Finding finding = finding();

        assertThat(finding.verdict()).isInstanceOf(Verdict.Violated.class);
        List<Fate> fates = ((Verdict.Violated) finding.verdict()).evidence().get(0).fates();
        assertThat(fates)
                .singleElement()
                .isEqualTo(
                        new Fate(
                                0,
                                "process 1's write of x=1 at n1 (invoked at 1 ns, never known to have ended) was committed at index 1 in term 7"));
        assertThat(VerdictJson.toJson(new Judgement(List.of(finding))).toString())
                .contains("\"fates\":[{\"operation\":0,\"sentence\":\"process 1's write");
    }

    @Test
    void whatNoNodeAppliedWasNeverCommittedAsFarAsAnyoneKnows() {
        invoke(1, "write", 1L);
        history.unknown(++now, 1L, "timeout");
        invoke(2, "cas", Arrays.asList(5L, 6L));
        history.unknown(++now, 2L, "timeout");
        commit(2, "mismatch");
        History built = history.build();
        Fates fates =
                new Fates(
                        built,
                        new Committed(
                                built, List.of(new NodeStreams("n1", log, List.of(), List.of()))));

        assertThat(fates.of(List.of(0, 1)))
                .extracting(Fate::sentence)
                .satisfiesExactly(
                        write ->
                                assertThat(write)
                                        .endsWith(
                                                "was never committed, as far as any node recorded"),
                        cas ->
                                assertThat(cas)
                                        .endsWith(
                                                "was committed at index 1 in term 7, without effect: mismatch"));
    }

    /// A register behind a log, with few values so that nothing is distinct, and logs that are the true order, or shuffled, or
    /// have lost entries: whatever the log says, a verdict from it is one that the engines give too, and the true order always
    /// gives one.
    @Test
    void aTrueLogAlwaysDecidesAndAFalseOneNeverChangesTheVerdict() {
        int histories = Integer.getInteger("ordeal.histories", 100_000);
        LongAdder decided = new LongAdder();
        LongAdder undecided = new LongAdder();
        IntStream.range(0, histories)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random = new SplittableRandom(5_000_000_029L + number);
                    boolean lies = number % 2 == 1;
                    List<Applied> log = new ArrayList<>();
                    History history = random(random, lies, log);
                    NodeStreams node = new NodeStreams("n1", log, List.of(), List.of());
                    CommitOrder order = new CommitOrder(new Committed(history, List.of(node)));
                    for (Part part : Part.split(history, REGISTER)) {
                        Decision decision = order.decide(part, REGISTER, Bounds.defaults().start());
                        String name = "history " + number + " " + log;
                        if (decision instanceof Decision.Linearizable(int[] witness)) {
                            decided.increment();
                            assertThat(Verifier.refute(history, REGISTER, List.of(witness)))
                                    .as(name)
                                    .isEmpty();
                            assertThat(
                                            Linearizability.check(
                                                            history,
                                                            REGISTER,
                                                            "porcupine",
                                                            Bounds.defaults())
                                                    .get(0)
                                                    .decision())
                                    .as(name)
                                    .isInstanceOf(Decision.Linearizable.class);
                        } else {
                            undecided.increment();
                            assertThat(decision).as(name).isInstanceOf(Decision.Unfit.class);
                            assertThat(lies).as(name + decision).isTrue();
                        }
                    }
                });
        System.out.printf(
                "commit order: %d histories, %d decided, %d left to the engines%n",
                histories, decided.sum(), undecided.sum());
        assertThat(undecided.sum()).isGreaterThan(histories / 10);
    }

    private static final class Client {
        int stage;
        String f = "";
        @Nullable Object argument;
        @Nullable Object seen;
        boolean refused;
    }

    private static History random(SplittableRandom random, boolean lies, List<Applied> log) {
        HistoryBuilder builder = new HistoryBuilder();
        Client[] clients = new Client[2 + random.nextInt(3)];
        long[] process = new long[clients.length];
        Arrays.setAll(clients, c -> new Client());
        Arrays.setAll(process, c -> c);
        long fresh = clients.length;
        Object state = null;
        long time = 0;
        int operations = 4 + random.nextInt(10);
        int invoked = 0;
        int open = 0;
        while (invoked < operations || open > 0) {
            int c = random.nextInt(clients.length);
            Client client = clients[c];
            String command = "c" + process[c] + "-1";
            switch (client.stage) {
                case 0 -> {
                    if (invoked == operations) {
                        continue;
                    }
                    invoked++;
                    open++;
                    Object value = (Object) (long) random.nextInt(3);
                    client.f =
                            random.nextBoolean() ? "read" : random.nextBoolean() ? "write" : "cas";
                    client.argument =
                            client.f.equals("cas")
                                    ? Arrays.asList((Object) (long) random.nextInt(3), value)
                                    : value;
                    boolean reads = client.f.equals("read");
                    builder.invoke(
                            time++,
                            process[c],
                            client.f,
                            null,
                            reads ? new Result.Unknown() : new Result.Value(client.argument),
                            null,
                            reads ? null : command);
                    client.stage = 1;
                }
                case 1 -> {
                    client.seen = state;
                    client.refused = false;
                    if (client.f.equals("write")) {
                        state = client.argument;
                    } else if (client.argument instanceof List<?> pair) {
                        client.refused = !Objects.equals(pair.get(0), state);
                        state = client.refused ? state : pair.get(1);
                    }
                    if (!client.f.equals("read")) {
                        log.add(
                                applied(
                                        log.size() + 1L,
                                        command,
                                        client.refused ? "mismatch" : null));
                    }
                    client.stage = 2;
                }
                default -> {
                    open--;
                    client.stage = 0;
                    if (random.nextInt(8) == 0) {
                        builder.unknown(time++, process[c], "timeout");
                    } else if (client.refused) {
                        builder.mismatch(time++, process[c]);
                    } else {
                        builder.ok(
                                time++,
                                process[c],
                                client.f.equals("read")
                                        ? new Result.Value(
                                                lies && random.nextInt(10) == 0
                                                        ? (Object) 1L
                                                        : client.seen)
                                        : new Result.Unknown());
                    }
                    process[c] = fresh++;
                }
            }
        }
        if (lies) {
            for (int k = log.size() - 1; k > 0; k--) {
                int other = random.nextInt(3) == 0 ? random.nextInt(k + 1) : k;
                Applied one = log.get(k);
                Applied two = log.get(other);
                log.set(k, applied(one.index(), String.valueOf(two.command()), two.result()));
                log.set(other, applied(two.index(), String.valueOf(one.command()), one.result()));
            }
            if (!log.isEmpty() && random.nextInt(4) == 0) {
                log.remove(random.nextInt(log.size()));
            }
        }
        return builder.build();
    }
}
