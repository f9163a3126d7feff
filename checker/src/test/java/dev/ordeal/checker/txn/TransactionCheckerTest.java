package dev.ordeal.checker.txn;

import static dev.ordeal.checker.txn.ConsistencyModel.SERIALIZABLE;
import static dev.ordeal.checker.txn.ConsistencyModel.STRICT_SERIALIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.txn.SerialOrders.Txn;
import dev.ordeal.checker.txn.TransactionChecker.Keys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TransactionCheckerTest {
    private static List<String> kinds(TransactionReport report) {
        return report.anomalies().stream().map(a -> a.kind().title()).distinct().toList();
    }

    @Test
    void neverAccusesWhatAStrictlySerializableDatabaseDid() {
        int committed = 0;
        for (int seed = 0; seed < 100_000; seed++) {
            var random = new SplittableRandom(seed);
            int size = seed % 1000 == 0 ? 400 : 2 + random.nextInt(12);
            int loss = random.nextInt(3) * 15;
            boolean lists = seed % 2 == 0;
            List<Txn> history =
                    SimulatedDatabase.run(
                            random,
                            size,
                            1 + random.nextInt(5),
                            1 + random.nextInt(3),
                            lists,
                            loss);
            Transactions columns = SerialOrders.columns(history);
            TransactionReport report =
                    lists
                            ? TransactionChecker.listAppend(columns)
                            : TransactionChecker.readWriteRegister(
                                    columns, List.of(Keys.values()).get(seed / 2 % 3));
            assertThat(report.anomalies()).as("seed %d: %s", seed, history).isEmpty();
            assertThat(report.undecided()).isEmpty();
            committed += report.transactions();
        }
        assertThat(committed).isGreaterThan(500_000);
    }

    /// Times that have nothing to do with the order of effects: serializable, but mostly not strictly.
    @Test
    void neverDeniesSerializabilityToWhatOnlyBreaksRealTime() {
        int strictnessLost = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new SplittableRandom(seed);
            List<Txn> history =
                    SimulatedDatabase.run(
                            random,
                            2 + random.nextInt(10),
                            3,
                            2,
                            seed % 2 == 0,
                            random.nextInt(2) * 20);
            List<Txn> shifted = new ArrayList<>();
            for (Txn t : history) {
                long shift = random.nextInt(200);
                shifted.add(
                        new Txn(
                                "p" + shifted.size(),
                                t.steps(),
                                t.outcome(),
                                t.invoked() + shift,
                                t.returned() + shift));
            }
            Transactions columns = SerialOrders.columns(shifted);
            TransactionReport report =
                    seed % 2 == 0
                            ? TransactionChecker.listAppend(columns)
                            : TransactionChecker.readWriteRegister(columns, Keys.INDEPENDENT);
            assertThat(report.ruledOut())
                    .as("seed %d: %s %s", seed, shifted, report)
                    .doesNotContain(SERIALIZABLE);
            strictnessLost += report.ruledOut().contains(STRICT_SERIALIZABLE) ? 1 : 0;
        }
        assertThat(strictnessLost).isBetween(5_000, 19_999);
    }

    /// With a final read of every key the order of versions is known, and the answer is exact both ways.
    @Test
    void agreesWithAllSerialOrdersOnListsThatAreReadAtTheEnd() {
        int[] serializable = new int[2];
        int[] strict = new int[2];
        for (int seed = 0; seed < 100_000; seed++) {
            List<Txn> history = guesses(new Random(seed), true);
            TransactionReport report = TransactionChecker.listAppend(SerialOrders.columns(history));
            boolean isSerializable = SerialOrders.exists(history, false);
            boolean isStrict = SerialOrders.exists(history, true);
            assertThat(!report.ruledOut().contains(SERIALIZABLE))
                    .as("seed %d: %s%n%s", seed, history, report)
                    .isEqualTo(isSerializable);
            assertThat(!report.ruledOut().contains(STRICT_SERIALIZABLE))
                    .as("seed %d, strict: %s%n%s", seed, history, report)
                    .isEqualTo(isStrict);
            serializable[isSerializable ? 1 : 0]++;
            strict[isStrict ? 1 : 0]++;
        }
        assertThat(serializable[0]).isGreaterThan(5_000);
        assertThat(serializable[1]).isGreaterThan(5_000);
        assertThat(strict[1]).isGreaterThan(2_000);
    }

    /// Where everybody reads a register before writing it, and all committed, each version names the one before: the order of
    /// versions is known, and the answer is exact both ways.
    @Test
    void agreesWithAllSerialOrdersOnRegistersThatAreReadBeforeTheyAreWritten() {
        int[] serializable = new int[2];
        int[] strict = new int[2];
        for (int seed = 0; seed < 100_000; seed++) {
            List<Txn> history = updates(new Random(seed));
            TransactionReport report =
                    TransactionChecker.readWriteRegister(
                            SerialOrders.columns(history), Keys.INDEPENDENT);
            boolean isSerializable = SerialOrders.exists(history, false);
            boolean isStrict = SerialOrders.exists(history, true);
            assertThat(!report.ruledOut().contains(SERIALIZABLE))
                    .as("seed %d: %s%n%s", seed, history, report)
                    .isEqualTo(isSerializable);
            assertThat(!report.ruledOut().contains(STRICT_SERIALIZABLE))
                    .as("seed %d, strict: %s%n%s", seed, history, report)
                    .isEqualTo(isStrict);
            serializable[isSerializable ? 1 : 0]++;
            strict[isStrict ? 1 : 0]++;
        }
        assertThat(serializable[0]).isGreaterThan(5_000);
        assertThat(serializable[1]).isGreaterThan(5_000);
        assertThat(strict[1]).isGreaterThan(2_000);
    }

    /// Not more than that: of two versions that nobody read and wrote in one transaction nothing says which came first (to
    /// decide it is NP-complete: Papadimitriou, *The serializability of concurrent database updates*, 1979), nor of what
    /// one wrote who may not have committed. No order is assumed then, so that some violations go unseen.
    @Test
    void accusesRegistersAndUnfinishedListsOnlyWhereNoSerialOrderExists() {
        int accused = 0;
        for (int seed = 0; seed < 200_000; seed++) {
            var random = new Random(seed);
            boolean lists = seed % 2 == 0;
            List<Txn> history = lists ? guesses(random, false) : guessedRegisters(random);
            Transactions columns = SerialOrders.columns(history);
            TransactionReport report =
                    lists
                            ? TransactionChecker.listAppend(columns)
                            : TransactionChecker.readWriteRegister(columns, Keys.INDEPENDENT);
            if (report.ruledOut().contains(SERIALIZABLE)) {
                accused++;
                assertThat(SerialOrders.exists(history, false))
                        .as("seed %d: %s%n%s", seed, history, report)
                        .isFalse();
            }
            if (report.ruledOut().contains(STRICT_SERIALIZABLE)) {
                assertThat(SerialOrders.exists(history, true))
                        .as("seed %d, strict: %s%n%s", seed, history, report)
                        .isFalse();
            }
        }
        assertThat(accused).isGreaterThan(10_000);
    }

    /// A few transactions whose reads are guessed: mostly prefixes of one final order, sometimes anything.
    private static List<Txn> guesses(Random random, boolean finalRead) {
        int keys = 1 + random.nextInt(2);
        int size = 2 + random.nextInt(4);
        List<List<Object>> order = new ArrayList<>();
        for (int k = 0; k < keys; k++) {
            order.add(new ArrayList<>());
        }
        List<List<MicroOp>> steps = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<MicroOp> mine = new ArrayList<>();
            Outcome outcome =
                    random.nextInt(6) > 0
                            ? Outcome.OK
                            : random.nextInt(4) == 0 ? Outcome.FAILED : Outcome.UNKNOWN;
            boolean appears = outcome != Outcome.FAILED && random.nextInt(8) > 0;
            for (int s = 0, n = 1 + random.nextInt(3); s < n; s++) {
                int key = random.nextInt(keys);
                if (random.nextBoolean()) {
                    mine.add(new MicroOp.Unseen(key));
                } else {
                    Object element = i * 10 + s;
                    mine.add(new MicroOp.Append(key, element));
                    if (outcome == Outcome.OK || appears) {
                        order.get(key).add(element);
                    }
                }
            }
            steps.add(mine);
            outcomes.add(outcome);
        }
        for (List<Object> o : order) {
            if (random.nextInt(3) == 0) {
                Collections.shuffle(o, random);
            }
        }
        List<Txn> history = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < size; i++) {
            List<MicroOp> seen = new ArrayList<>();
            for (MicroOp step : steps.get(i)) {
                if (step instanceof MicroOp.Unseen(var key) && outcomes.get(i) == Outcome.OK) {
                    List<Object> all = order.get((Integer) key);
                    List<Object> read =
                            new ArrayList<>(all.subList(0, random.nextInt(all.size() + 1)));
                    if (random.nextInt(40) == 0) {
                        Collections.shuffle(read, random);
                    }
                    step = new MicroOp.ReadList(key, read);
                }
                seen.add(step);
            }
            long invoked = time + random.nextInt(6);
            history.add(
                    new Txn("p" + i, seen, outcomes.get(i), invoked, invoked + random.nextInt(12)));
            time += random.nextInt(6);
        }
        if (finalRead) {
            List<MicroOp> last = new ArrayList<>();
            for (int k = 0; k < keys; k++) {
                last.add(new MicroOp.ReadList(k, order.get(k)));
            }
            history.add(new Txn("last", last, Outcome.OK, time + 100, time + 110));
        }
        return history;
    }

    /// A few transactions that read each register before they write it, as they would one after the other, at times that may
    /// tell another story; and in some histories one of them read something else.
    private static List<Txn> updates(Random random) {
        int size = 2 + random.nextInt(4);
        int keys = 1 + random.nextInt(2);
        int wrong = random.nextInt(2 * size);
        Map<Integer, Object> state = new HashMap<>();
        List<@Nullable Object> versions = new ArrayList<>();
        versions.add(null);
        List<Txn> history = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < size; i++) {
            List<MicroOp> steps = new ArrayList<>();
            for (int s = 0, n = 1 + random.nextInt(2); s < n; s++) {
                Integer key = random.nextInt(keys);
                Object seen =
                        i == wrong ? versions.get(random.nextInt(versions.size())) : state.get(key);
                steps.add(new MicroOp.ReadValue(key, seen));
                if (random.nextInt(3) > 0) {
                    Object value = 1 + i * 10 + s;
                    steps.add(new MicroOp.Write(key, value));
                    state.put(key, value);
                    versions.add(value);
                }
            }
            long invoked = Math.max(0, time + random.nextInt(12) - 6);
            history.add(new Txn("p" + i, steps, Outcome.OK, invoked, invoked + random.nextInt(12)));
            time += random.nextInt(8);
        }
        Collections.shuffle(history, random);
        history.sort(Comparator.comparingLong(Txn::invoked));
        return history;
    }

    private static List<Txn> guessedRegisters(Random random) {
        int keys = 1 + random.nextInt(2);
        List<Txn> history = new ArrayList<>();
        long time = 0;
        int size = 2 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            Outcome outcome = random.nextInt(6) > 0 ? Outcome.OK : Outcome.UNKNOWN;
            List<MicroOp> steps = new ArrayList<>();
            for (int s = 0, n = 1 + random.nextInt(3); s < n; s++) {
                Integer key = random.nextInt(keys);
                Integer written = 1 + random.nextInt(size) * 10 + random.nextInt(3);
                steps.add(
                        random.nextBoolean()
                                ? new MicroOp.Write(key, 1 + i * 10 + s)
                                : outcome == Outcome.OK
                                        ? new MicroOp.ReadValue(
                                                key, random.nextInt(3) == 0 ? null : written)
                                        : new MicroOp.Unseen(key));
            }
            long invoked = time + random.nextInt(6);
            history.add(new Txn("p" + i, steps, outcome, invoked, invoked + random.nextInt(12)));
            time += random.nextInt(6);
        }
        return history;
    }

    @Test
    void namesWriteSkewAndSaysWhyEachTransactionComesFirst() {
        TransactionReport report =
                TransactionChecker.listAppend(
                        SerialOrders.columns(
                                List.of(
                                        txn("1", 0, 10, "[r, x, []]", "[append, y, 1]"),
                                        txn("2", 0, 10, "[r, y, []]", "[append, x, 2]"))));
        assertThat(kinds(report)).containsExactly("G2-item");
        Anomaly skew = report.anomalies().getFirst();
        assertThat(skew.operations()).containsExactlyInAnyOrder(0, 1);
        assertThat(skew.steps())
                .containsExactlyInAnyOrder(
                        "T0 read x at the initial state and not 2, which T1 wrote over it",
                        "T1 read y at the initial state and not 1, which T0 wrote over it");
        assertThat(report.ruledOut())
                .contains(SERIALIZABLE, ConsistencyModel.REPEATABLE_READ)
                .doesNotContain(ConsistencyModel.SNAPSHOT_ISOLATION);
    }

    @Test
    void namesReadSkew() {
        TransactionReport report =
                TransactionChecker.listAppend(
                        SerialOrders.columns(
                                List.of(
                                        txn("1", 0, 10, "[append, x, 1]", "[append, y, 1]"),
                                        txn("2", 0, 10, "[r, x, [1]]", "[r, y, []]"))));
        assertThat(kinds(report)).containsExactly("G-single");
        assertThat(report.ruledOut())
                .contains(ConsistencyModel.SNAPSHOT_ISOLATION)
                .doesNotContain(ConsistencyModel.READ_COMMITTED);
    }

    @Test
    void namesDirtyWritesAndCircularFlow() {
        assertThat(
                        kinds(
                                TransactionChecker.listAppend(
                                        SerialOrders.columns(
                                                List.of(
                                                        txn(
                                                                "1",
                                                                0,
                                                                9,
                                                                "[append, x, 1]",
                                                                "[append, y, 1]"),
                                                        txn(
                                                                "2",
                                                                0,
                                                                9,
                                                                "[append, x, 2]",
                                                                "[append, y, 2]"),
                                                        txn("3", 20, 29, "[r, x, [1, 2]]"),
                                                        txn("3", 30, 39, "[r, y, [2, 1]]"))))))
                .contains("G0");
        assertThat(
                        kinds(
                                TransactionChecker.listAppend(
                                        SerialOrders.columns(
                                                List.of(
                                                        txn(
                                                                "1",
                                                                0,
                                                                9,
                                                                "[append, x, 1]",
                                                                "[r, y, [2]]"),
                                                        txn(
                                                                "2",
                                                                0,
                                                                9,
                                                                "[append, y, 2]",
                                                                "[r, x, [1]]"))))))
                .containsExactly("G1c");
    }

    @Test
    void namesAStaleReadAgainstRealTimeAndAgainstTheOrderOfAProcess() {
        TransactionReport stale =
                TransactionChecker.listAppend(
                        SerialOrders.columns(
                                List.of(
                                        txn("1", 0, 10, "[append, x, 1]"),
                                        txn("2", 1_000_020, 1_000_030, "[r, x, []]"))));
        assertThat(kinds(stale)).containsExactly("G-single-realtime");
        assertThat(stale.anomalies().getFirst().steps())
                .contains("T0 was acknowledged 1.000 ms before T1 was invoked");
        assertThat(stale.ruledOut())
                .contains(STRICT_SERIALIZABLE)
                .doesNotContain(ConsistencyModel.STRONG_SESSION_SERIALIZABLE);
        TransactionReport own =
                TransactionChecker.readWriteRegister(
                        SerialOrders.columns(
                                List.of(
                                        txn("1", 0, 10, "[w, x, 1]"),
                                        txn("1", 20, 30, "[r, x, null]"))),
                        Keys.INDEPENDENT);
        assertThat(kinds(own)).containsExactly("G-single-process", "G-single-realtime");
        assertThat(own.ruledOut())
                .contains(ConsistencyModel.STRONG_SESSION_SERIALIZABLE)
                .doesNotContain(SERIALIZABLE);
    }

    @Test
    void namesWhatNeedsNoCycle() {
        assertThat(kinds(lists(txn("1", 0, 9, "[r, x, [7]]")))).containsExactly("garbage-read");
        assertThat(kinds(lists(txn("1", 0, 9, "[append, x, 1]"), txn("2", 0, 9, "[r, x, [1, 1]]"))))
                .contains("duplicate-elements");
        assertThat(
                        kinds(
                                lists(
                                        txn("1", 0, 9, "[append, x, 1]"),
                                        txn("2", 0, 9, "[append, x, 2]"),
                                        txn("3", 0, 9, "[r, x, [1]]"),
                                        txn("4", 0, 9, "[r, x, [2, 1]]"))))
                .containsExactly("incompatible-order");
        assertThat(
                        kinds(
                                lists(
                                        txn("1", 0, 9, "[append, x, 1]", "[append, x, 2]"),
                                        txn("2", 0, 9, "[r, x, [1]]"))))
                .contains("G1b");
        assertThat(kinds(lists(txn("1", 0, 9, "[append, x, 1]", "[r, x, []]"))))
                .containsExactly("internal");
        assertThat(kinds(lists(txn("1", 0, 9, "[r, x, [1]]", "[append, x, 1]"))))
                .contains("future-read");
        Txn aborted = new Txn("1", txn("1", 0, 9, "[append, x, 1]").steps(), Outcome.FAILED, 0, 9);
        assertThat(
                        kinds(
                                lists(
                                        aborted,
                                        txn("2", 0, 9, "[append, x, 2]"),
                                        txn("3", 0, 9, "[r, x, [1, 2]]"))))
                .containsExactly("G1a", "dirty-update");
        assertThat(
                        kinds(
                                lists(
                                        txn("1", 0, 9, "[r, x, []]", "[append, x, 1]"),
                                        txn("2", 0, 9, "[r, x, []]", "[append, x, 2]"))))
                .contains("lost-update");
    }

    @Test
    void showsAShortCycleInTensOfThousandsOfTransactions() {
        List<Txn> history =
                SimulatedDatabase.run(new SplittableRandom(1), 30_000, 20, 3_000, true, 5);
        long end = history.getLast().returned() + 1_000;
        Object key =
                history.stream()
                        .filter(t -> t.outcome() == Outcome.OK)
                        .flatMap(t -> t.steps().stream())
                        .filter(MicroOp.Append.class::isInstance)
                        .findFirst()
                        .orElseThrow()
                        .key();
        history.add(
                new Txn(
                        "late",
                        List.of(new MicroOp.ReadList(key, List.of())),
                        Outcome.OK,
                        end,
                        end + 1));
        TransactionReport report = TransactionChecker.listAppend(SerialOrders.columns(history));
        assertThat(report.anomalies())
                .filteredOn(a -> a.kind() == Anomaly.Kind.G_SINGLE_REALTIME)
                .first()
                .satisfies(a -> assertThat(a.operations()).hasSize(2).contains(history.size() - 1));
        assertThat(report.ruledOut())
                .containsExactly(ConsistencyModel.STRONG_SNAPSHOT_ISOLATION, STRICT_SERIALIZABLE);
    }

    @Test
    void ordersVersionsOfRegistersByRealTimeOnlyWhenTold() {
        List<Txn> history =
                List.of(
                        txn("1", 0, 10, "[w, x, 1]"),
                        txn("2", 20, 30, "[w, x, 2]"),
                        txn("3", 5, 40, "[r, x, 2]", "[r, y, null]"),
                        txn("4", 5, 40, "[w, y, 1]", "[r, x, 1]"));
        assertThat(
                        TransactionChecker.readWriteRegister(
                                        SerialOrders.columns(history), Keys.INDEPENDENT)
                                .anomalies())
                .isEmpty();
        Txn late = txn("5", 50, 60, "[r, x, 1]");
        List<Txn> withLateRead = new ArrayList<>(history);
        withLateRead.add(late);
        assertThat(
                        kinds(
                                TransactionChecker.readWriteRegister(
                                        SerialOrders.columns(withLateRead), Keys.LINEARIZABLE)))
                .contains("cyclic-versions");
    }

    @Test
    void saysWhatItCannotJudge() {
        assertThat(
                        lists(txn("1", 0, 9, "[append, x, 1]"), txn("2", 0, 9, "[append, x, 1]"))
                                .undecided())
                .hasValue(
                        "1 was written to x by operation 0 and by operation 1: who wrote what a read saw cannot be told; let every write have a value of its own");
        assertThat(lists(txn("1", 0, 9, "[w, x, 1]")).undecided())
                .hasValue("T0 (process 1: write x 1) does more than append or read lists");
    }

    private static TransactionReport lists(Txn... history) {
        return TransactionChecker.listAppend(SerialOrders.columns(List.of(history)));
    }

    /// Steps in the form Jepsen prints them, without the quotes.
    private static Txn txn(String process, long invoked, long returned, String... steps) {
        List<MicroOp> parsed = new ArrayList<>();
        for (String step : steps) {
            String[] parts = step.substring(1, step.length() - 1).split(", ", 3);
            Object value =
                    parts[2].equals("null")
                            ? null
                            : !parts[2].startsWith("[")
                                    ? (Object) Integer.valueOf(parts[2])
                                    : parts[2].equals("[]")
                                            ? List.of()
                                            : java.util.Arrays.stream(
                                                            parts[2].substring(
                                                                            1,
                                                                            parts[2].length() - 1)
                                                                    .split(", "))
                                                    .map(Integer::valueOf)
                                                    .toList();
            List<Object> form = new ArrayList<>(List.of(parts[0], parts[1]));
            form.add(value);
            parsed.add(MicroOp.parse(form, true));
        }
        return new Txn(process, parsed, Outcome.OK, invoked, returned);
    }
}
