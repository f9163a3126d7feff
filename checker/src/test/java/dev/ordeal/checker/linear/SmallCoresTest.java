package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.linear.RandomHistories.Calls;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.AppendList;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Cores of histories of up to 200 operations: few, each a proof by itself, and none with an operation to spare.
class SmallCoresTest {
    private static final int HISTORIES = Integer.getInteger("ordeal.histories", 100_000) / 50;

    /// Removing an operation from a core must leave an order of the others and of what may have happened; here the search
    /// looks for it so long, and a witness is played back.
    private static final Bounds WITHOUT_ONE = Bounds.defaults().withSteps(200_000);

    private int violated;
    private int largest;
    private int unconfirmed;

    @Test
    void ofRegistersWhoseValuesAreWrittenOnceHaveAtMostSixOperations() {
        each(HISTORIES, 200, new Register("register"), RandomHistories.register(0, true));
        each(HISTORIES, 200, new Register("register"), RandomHistories.register(0, false));
        assertThat(violated).isGreaterThan(HISTORIES / 2);
        assertThat(largest).isBetween(2, 6);
        assertThat(unconfirmed).isLessThanOrEqualTo(violated / 50);
    }

    @Test
    void ofListsWhoseElementsAreAppendedOnceHaveAtMostSixOperations() {
        each(HISTORIES, 40, new AppendList("append-list"), RandomHistories.appendList(0));
        assertThat(violated).isGreaterThan(HISTORIES / 10);
        assertThat(largest).isBetween(2, 6);
    }

    /// A removed write may have happened late, so a core needs all writes of a value that is written often.
    @Test
    void ofRegistersWithFewValuesHaveNoneToSpare() {
        each(HISTORIES / 8, 200, new Register("register"), RandomHistories.register(5, true));
        assertThat(violated).isGreaterThan(HISTORIES / 32);
        assertThat(unconfirmed).isLessThanOrEqualTo(violated / 10);
    }

    private void each(int histories, int most, Model<?> model, Calls calls) {
        for (int number = 0; number < histories; number++) {
            SplittableRandom random = new SplittableRandom(77_000_000_007L + number);
            Shape shape =
                    new Shape(
                            2 + random.nextInt(6),
                            10 + random.nextInt(most - 9),
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
                "%s, up to %d operations: %d of %d violated, largest core of another engine than the search %d, %d not confirmed%n",
                model.name(), most, violated, histories, largest, unconfirmed);
    }

    private void holds(String name, History history, Model<?> model, int[] core) {
        Part part = Part.split(history, model)[0];
        int[] all = IntStream.range(0, part.size()).toArray();
        boolean confirmed = CoreVerifier.refute(history, model, core).isEmpty();
        for (int without : core) {
            BitSet others = new BitSet();
            Arrays.stream(core).filter(i -> i != without).map(part::place).forEach(others::set);
            if (others.isEmpty()) {
                continue;
            }
            Part fewer = part.weakened(all, others);
            switch (new Search(Search.Switches.ALL, false)
                    .decide(fewer, model, WITHOUT_ONE.start())) {
                case Decision.Linearizable(int[] order) -> {
                    assertThat(replays(fewer, model, order)).as(name).isTrue();
                }
                case Decision.Open ignored -> confirmed = false;
                case Decision.Unfit unfit -> throw new AssertionError(unfit.why());
                case Decision.NotLinearizable ignored ->
                        throw new AssertionError(
                                "%s: the core %s does not need %d"
                                        .formatted(name, Arrays.toString(core), without));
            }
        }
        unconfirmed += confirmed ? 0 : 1;
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
