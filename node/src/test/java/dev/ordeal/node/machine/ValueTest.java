package dev.ordeal.node.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueTest {
    @Test
    void aDeclaredListHasEveryNameOnceHoweverLongItIs() {
        for (int size = 1; size <= 20; size++) {
            List<String> names = IntStream.range(0, size).mapToObj(i -> "n" + i).toList();
            assertThat(Value.Declared.checked(names)).isEqualTo(names);
            for (int again = 0; again < size; again++) {
                List<String> repeated = new ArrayList<>(names);
                repeated.add(names.get(again));
                assertThatThrownBy(() -> Value.Declared.checked(repeated))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageEndingWith("this one twice: n" + again);
            }
        }
    }
}
