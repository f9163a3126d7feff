package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.linear.RandomHistories.Calls;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.AppendList;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.KeyValue;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Cores of histories of up to 200 operations: each is a proof by itself, as the verifier finds, and none has an operation to
/// spare, as an order without it shows.
class SmallCoresTest {
    private static final int HISTORIES = Integer.getInteger("ordeal.histories", 100_000) / 50;

    /// Removing an operation from a core must leave an order of the others and of what may have happened; the search looks
    /// for it so long, and the order is played back.
    private static final Bounds WITHOUT_ONE = Bounds.defaults().withSteps(20_000_000);

    private int violated;
    private int largest;

    @Test
    void ofRegistersWhoseValuesAreWrittenOnceHaveAtMostSixOperations() {
        each(HISTORIES, new Register("register"), RandomHistories.register(0, true));
        each(HISTORIES, new Register("register"), RandomHistories.register(0, false));
        assertThat(violated).isGreaterThan(HISTORIES / 2);
        assertThat(largest).isBetween(2, 6);
    }

    @Test
    void ofListsWhoseElementsAreAppendedOnceHaveAtMostSixOperations() {
        each(HISTORIES, new AppendList("append-list"), RandomHistories.appendList(0));
        assertThat(violated).isGreaterThan(HISTORIES / 10);
        assertThat(largest).isBetween(2, 6);
    }

    /// A removed write may have happened late, so a core needs all writes of a value that is written often.
    @Test
    void ofRegistersWithFewValuesHaveNoneToSpare() {
        each(HISTORIES / 8, new Register("register"), RandomHistories.register(5, true));
        assertThat(violated).isGreaterThan(HISTORIES / 32);
    }

    @Test
    void ofTextsOfFewLettersHaveNoneToSpare() {
        each(HISTORIES / 16, new KeyValue("kv", Absent.ABSENT), RandomHistories.keyValue(3));
        assertThat(violated).isPositive();
    }

    private void each(int histories, Model<?> model, Calls calls) {
        for (int number = 0; number < histories; number++) {
            SplittableRandom random = new SplittableRandom(77_000_000_007L + number);
            Shape shape =
                    new Shape(
                            2 + random.nextInt(6),
                            10 + random.nextInt(191),
                            1 + random.nextInt(3),
                            random.nextInt(3) * 5);
            History history = RandomHistories.of(model, calls, shape, random);
            PartResult result = Linearizability.check(history, model, Bounds.defaults()).get(0);
            if (result.decision()
                    instanceof
                    Decision.NotLinearizable(String sentence, int[] core, var progress)) {
                violated++;
                // What refused compare-and-sets prove is found by the search, and may take more.
                if (!result.engine().equals("search")) {
                    largest = Math.max(largest, core.length);
                }
                holds("history " + number, history, model, core);
            }
        }
        System.out.printf(
                "%s: %d of %d violated, largest core of another engine than the search %d%n",
                model.name(), violated, histories, largest);
    }

    private void holds(String name, History history, Model<?> model, int[] core) {
        Part part = Part.split(history, model)[0];
        int[] all = IntStream.range(0, part.size()).toArray();
        assertThat(CoreVerifier.refute(history, model, core))
                .as(name + ": the core " + Arrays.toString(core))
                .isEmpty();
        for (int without : core) {
            BitSet others = new BitSet();
            Arrays.stream(core).filter(i -> i != without).map(part::place).forEach(others::set);
            if (others.isEmpty()) {
                continue;
            }
            Part fewer = part.weakened(all, others);
            Decision decision =
                    new Search(Search.Switches.ALL, false)
                            .decide(fewer, model, WITHOUT_ONE.start());
            boolean needed =
                    decision instanceof Decision.Linearizable(int[] order)
                            && replays(fewer, model, order);
            assertThat(needed)
                    .as(
                            "%s: the core %s needs %d, but without it there is %s",
                            name, Arrays.toString(core), without, decision)
                    .isTrue();
        }
    }

    /// Whether an order has all that is required, keeps real time, and is accepted by the model.
    private static <S> boolean replays(Part part, Model<S> model, int[] order) {
        List<Integer> places = Arrays.stream(order).map(part::place).boxed().toList();
        BitSet placed = new BitSet();
        int latest = -1;
        S state = model.initial();
        for (int i : places) {
            if (placed.get(i) || part.returnRank(i) < latest) {
                return false;
            }
            placed.set(i);
            latest = Math.max(latest, part.invokeRank(i));
            state = model.step(state, Call.of(part.history(), part.operation(i))).orElse(null);
            if (state == null) {
                return false;
            }
        }
        return IntStream.range(0, part.size()).noneMatch(i -> part.required(i) && !placed.get(i));
    }
}
