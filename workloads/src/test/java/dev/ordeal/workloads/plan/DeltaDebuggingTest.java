package dev.ordeal.workloads.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DeltaDebuggingTest {
    private int tried;

    private List<Integer> minimize(int size, Predicate<List<Integer>> fails) {
        return DeltaDebugging.minimize(
                IntStream.range(0, size).boxed().toList(),
                candidates -> {
                    for (int place = 0; place < candidates.size(); place++) {
                        tried++;
                        if (fails.test(candidates.get(place))) {
                            return OptionalInt.of(place);
                        }
                    }
                    return OptionalInt.empty();
                });
    }

    @Test
    void whatMattersIsLeftInItsOrder() {
        RandomGenerator random = new SplittableRandom(1);
        for (int round = 0; round < 1_000; round++) {
            int size = 1 + random.nextInt(60);
            Set<Integer> matter = new TreeSet<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                matter.add(random.nextInt(size));
            }
            assertThat(minimize(size, left -> left.containsAll(matter)))
                    .isEqualTo(List.copyOf(matter));
        }
    }

    /// It fails for one of several reasons, so what is left depends on the way; but nothing of it can be spared.
    @Test
    void noElementThatIsLeftCanBeSparedByItself() {
        RandomGenerator random = new SplittableRandom(2);
        for (int round = 0; round < 1_000; round++) {
            int size = 1 + random.nextInt(40);
            List<Set<Integer>> reasons = new ArrayList<>();
            for (int reason = 0; reason < 3; reason++) {
                Set<Integer> elements = new HashSet<>();
                for (int i = 0; i < 4; i++) {
                    elements.add(random.nextInt(size));
                }
                reasons.add(elements);
            }
            Predicate<List<Integer>> fails =
                    left -> reasons.stream().anyMatch(left::containsAll) && left.size() % 7 != 6;
            if (!fails.test(IntStream.range(0, size).boxed().toList())) {
                continue;
            }
            List<Integer> left = minimize(size, fails);
            assertThat(fails.test(left)).isTrue();
            for (Integer element : left) {
                List<Integer> less = left.stream().filter(other -> !other.equals(element)).toList();
                assertThat(fails.test(less)).isFalse();
            }
        }
    }

    @Test
    void oneOfAThousandIsFoundInFewTries() {
        assertThat(minimize(1_000, left -> left.contains(700))).containsExactly(700);
        assertThat(tried).isLessThan(40);
    }

    @Test
    void nothingIsLeftWhereNothingMatters() {
        assertThat(minimize(100, left -> true)).isEmpty();
        assertThat(tried).isEqualTo(1);
        assertThat(minimize(0, left -> true)).isEmpty();
        assertThat(minimize(1, left -> !left.isEmpty())).containsExactly(0);
    }

    @Test
    void whereNothingFailsAnyMoreAllIsLeft() {
        assertThat(minimize(10, left -> false)).hasSize(10);
    }
}
