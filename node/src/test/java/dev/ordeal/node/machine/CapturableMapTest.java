package dev.ordeal.node.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CapturableMapTest {
    private record Captured(Map<String, Integer> capture, Map<String, Integer> expected) {}

    /// Against an ordinary map that is copied whenever this one is captured.
    @Test
    void aCaptureKeepsWhatTheMapHeldWhateverBecomesOfTheMap() {
        SplittableRandom random = new SplittableRandom(1);
        CapturableMap<Integer> map = new CapturableMap<>();
        Map<String, Integer> expected = new HashMap<>();
        List<Captured> captures = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            String key = "k" + random.nextInt(3_000);
            switch (random.nextInt(500)) {
                case 0 ->
                        captures.add(
                                new Captured(
                                        map.capture(Function.identity()), new HashMap<>(expected)));
                case 1 -> {
                    if (random.nextInt(10) == 0) {
                        map.clear();
                        expected.clear();
                    }
                }
                default -> {
                    if (random.nextInt(3) == 0) {
                        map.remove(key);
                        expected.remove(key);
                    } else {
                        map.put(key, step);
                        expected.put(key, step);
                    }
                }
            }
            assertThat(map.get(key)).isEqualTo(expected.get(key));
        }
        assertThat(captures).hasSizeGreaterThan(20);
        for (Captured captured : captures) {
            assertThat(captured.capture).isEqualTo(captured.expected);
            assertThat(captured.expected).isEqualTo(captured.capture);
            assertThat(captured.capture).hasSameSizeAs(captured.expected);
        }
    }
}
