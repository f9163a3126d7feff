package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault.ClockError;
import dev.ordeal.nemesis.fault.Wound.Mistimed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is asked of clocks; that those of real nodes follow is in [ClusterContract].
final class ClocksTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final long SECOND = 1_000_000_000;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private static Mistimed wound(ClockError error, int strength, NodeId... nodes) {
        return new Mistimed(error, strength, new TreeSet<>(Set.of(nodes)));
    }

    @Test
    void theWoundThatWasStruckLastDecides() {
        Map<Mistimed, Long> struck = new LinkedHashMap<>();
        struck.put(wound(ClockError.FREEZE, 1, N1, N2), SECOND);
        struck.put(wound(ClockError.FAST, 100, N2), 3 * SECOND);
        assertThat(Clocks.aheadNanos(struck, 4 * SECOND))
                .isEqualTo(Map.of(N1, -3 * SECOND, N2, 9 * SECOND));
    }

    @Test
    void aClockThatCanBeSetIsRightAfterwards() {
        AtomicLong ahead = new AtomicLong(7);
        clocks(ahead).tryOut(List.of(N1), node -> new ClockReading(SECOND + ahead.get(), SECOND));
        assertThat(ahead).hasValue(0);
    }

    @Test
    void aClockThatCannotBeSetIsToldOf() {
        Clocks clocks = clocks(new AtomicLong());
        assertThatThrownBy(
                        () -> clocks.tryOut(List.of(N1), node -> new ClockReading(SECOND, SECOND)))
                .isInstanceOf(ClusterException.class)
                .hasMessage(
                        "libfaketime does not set n1's wall clock alone (told to be an hour behind it was ahead by 0.000 s, and then by"
                                + " 0.000 s): install version 0.9.10, or leave clock faults out");
    }

    @Test
    void aMonotonicClockThatIsSetTooIsToldOf() {
        AtomicLong ahead = new AtomicLong();
        Clocks clocks = clocks(ahead);
        assertThatThrownBy(() ->
                        clocks.tryOut(
                                List.of(N1),
                                node ->
                                        new ClockReading(
                                                SECOND + ahead.get(), SECOND + ahead.get())))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("wall clock alone");
    }

    private Clocks clocks(AtomicLong ahead) {
        return new Clocks(thread, () -> 0, (node, nanos) -> ahead.set(nanos));
    }
}
