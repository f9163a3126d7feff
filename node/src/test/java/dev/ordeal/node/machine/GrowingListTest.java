package dev.ordeal.node.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GrowingListTest {
    private record Grown(GrowingList list, List<String> expected) {}

    /// Against ordinary lists that are copied each time; mostly the newest grows, now and then any of the older ones.
    @Test
    void aListStaysAsItIsWhateverIsMadeOfIt() {
        SplittableRandom random = new SplittableRandom(1);
        List<Grown> all = new ArrayList<>(List.of(new Grown(GrowingList.EMPTY, List.of())));
        for (int i = 0; i < 1_000; i++) {
            Grown from =
                    random.nextInt(10) > 0 ? all.getLast() : all.get(random.nextInt(all.size()));
            List<String> expected = new ArrayList<>(from.expected);
            expected.add("e" + i);
            all.add(new Grown(from.list.with("e" + i), expected));
        }
        for (Grown grown : all) {
            assertThat(grown.list).isEqualTo(grown.expected);
            assertThat(grown.list).hasSameHashCodeAs(grown.expected);
        }
    }

    @Test
    void whatAnotherListHasBehindItsEndIsNotInIt() {
        GrowingList list = GrowingList.EMPTY.with("a");
        assertThat(list.with("b")).containsExactly("a", "b");
        assertThatThrownBy(() -> list.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
