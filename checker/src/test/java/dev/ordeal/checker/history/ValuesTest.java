package dev.ordeal.checker.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValuesTest {
    /// Texts, numbers and lists that grow, shrink, part and are told again, some of them beyond what is remembered of each.
    @Test
    void equalValuesAndNoOthersHaveEqualNumbers() {
        SplittableRandom random = new SplittableRandom(17);
        for (int round = 0; round < 50; round++) {
            Values values = new Values();
            Map<@Nullable Object, Integer> numbers = new HashMap<>();
            List<List<@Nullable Object>> growing = new ArrayList<>();
            for (int key = 0; key < 5; key++) {
                growing.add(new ArrayList<>());
            }
            for (int told = 0; told < 2_000; told++) {
                Object value = random.nextInt(4) == 0 ? single(random) : grown(growing, random);
                int number = values.of(value);
                Integer before = numbers.put(copy(value), number);

                assertThat(before).isIn(null, number);
                assertThat(values.get(number)).isEqualTo(value);
                for (int i = 0; value instanceof List<?> list && i < list.size(); i++) {
                    assertThat(values.of(list.get(i))).isEqualTo(values.element(number, i));
                }
            }
        }
    }

    /// In whatever order they are asked for: what one asked for first is remembered.
    @Test
    void whatStandsInForNullStandsInForNothingElse() {
        Values values = new Values();
        int texts = values.of(List.of("a", "b"));
        int holes = values.of(Arrays.asList("a", null, 7L));
        int nested = values.of(List.of("a", Arrays.asList("b", null)));

        for (int round = 0; round < 2; round++) {
            assertThat(values.get(texts, "x")).isEqualTo(List.of("a", "b"));
            assertThat(values.get(texts)).isEqualTo(List.of("a", "b"));
            assertThat(values.get(holes, "x")).isEqualTo(List.of("a", "x", 7L));
            assertThat(values.get(holes, "y")).isEqualTo(List.of("a", "y", 7L));
            assertThat(values.get(holes)).isEqualTo(Arrays.asList("a", null, 7L));
            assertThat(values.get(nested, "x")).isEqualTo(List.of("a", List.of("b", "x")));
            assertThat(values.get(nested)).isEqualTo(List.of("a", Arrays.asList("b", null)));
        }
    }

    private static @Nullable Object single(SplittableRandom random) {
        int number = random.nextInt(3_000);
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> (long) number;
            case 2 -> Arrays.asList(null, (long) number, "e" + number);
            default -> "e" + number;
        };
    }

    /// The same list each time, changed.
    private static List<@Nullable Object> grown(
            List<List<@Nullable Object>> growing, SplittableRandom random) {
        List<@Nullable Object> list = growing.get(random.nextInt(growing.size()));
        switch (random.nextInt(20)) {
            case 0 -> list.clear();
            case 1 -> Collections.reverse(list);
            case 2 -> list.addAll(list.subList(0, list.size() / 2));
            case 3, 4, 5 -> {}
            default -> list.add(single(random));
        }
        return list;
    }

    private static @Nullable Object copy(@Nullable Object value) {
        return value instanceof List<?> list ? new ArrayList<>(list) : value;
    }

    @Test
    void aListBeginsWithItsBeginnings() {
        Values values = new Values();
        int list = values.of(List.of("a", "b", "c"));

        assertThat(values.begins(list, values.of(List.of()))).isTrue();
        assertThat(values.begins(list, values.of(List.of("a", "b")))).isTrue();
        assertThat(values.begins(list, list)).isTrue();
        assertThat(values.begins(list, values.of(List.of("b")))).isFalse();
        assertThat(values.begins(list, values.of(List.of("a", "b", "c", "d")))).isFalse();
    }

    @Test
    void absentIsReplacedInListsAndLeftInMaps() {
        Values values = new Values();
        Map<@Nullable Object, @Nullable Object> map = new HashMap<>();
        map.put("k", null);
        int number = values.of(Arrays.asList(null, Arrays.asList("a", null), map));

        assertThat(values.get(number, "-")).isEqualTo(List.of("-", List.of("a", "-"), map));
        assertThat(values.get(Values.ABSENT, "-")).isEqualTo("-");
    }
}
