package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.sim.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FlappingTest {
    private static final long MILLI = 1_000_000;
    private static final Link LINK = new Link(new NodeId("n1"), new NodeId("n2"));

    private final VirtualTime time = new VirtualTime();

    /// When the links were changed, and whether they were down then.
    private final List<String> changes = new ArrayList<>();

    private final Flapping flapping = new Flapping(time, this::change);

    private CompletableFuture<Void> change() {
        changes.add(time.nanos() / MILLI + (flapping.down().isEmpty() ? " up" : " down"));
        CompletableFuture<Void> changed = new CompletableFuture<>();
        var unused = time.after(10 * MILLI, () -> changed.complete(null));
        return changed;
    }

    private void sleep(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        var unused = time.after(millis * MILLI, () -> over.complete(null));
        time.runUntil(over);
    }

    @Test
    void linksGoDownAndUpInTurnUntilTheyAreHealed() {
        Wound.Impaired wound =
                new Wound.Impaired(Fault.Trouble.FLAPPING, 100, new TreeSet<>(Set.of(LINK)));
        time.runUntil(flapping.strike(wound));
        assertThat(flapping.down()).containsExactly(LINK);
        sleep(1_000);
        assertThat(changes).containsExactly("0 down", "410 up", "820 down");
        flapping.heal(wound);
        assertThat(flapping.down()).isEmpty();
        sleep(1_000);
        assertThat(changes).hasSize(3);
    }
}
