package dev.ordeal.nemesis.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
    private static final long MILLI = 1_000_000;
    private static final Link LINK = new Link(new NodeId("n1"), new NodeId("n2"));

    private final VirtualTime time = new VirtualTime();
    private final List<Integer> arrived = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aConnectionKeepsTheOrderHoweverOftenItIsCutAndSlow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Network network =
                new Network(
                        time,
                        Conditions.calm(),
                        random.split(),
                        random.split(),
                        Deliveries.drawn(),
                        (delivery, content) -> {});
        int messages = 2_000;
        for (int i = 0; i < messages; i++) {
            new Message(network.line(LINK), i).send();
            switch (random.nextInt(12)) {
                case 0 -> network.cut(Set.of(LINK));
                case 1 -> network.cut(Set.of());
                case 2 -> network.trouble(List.of(slow(1 + random.nextInt(100))));
                case 3 -> network.trouble(List.of());
                default -> pass(random.nextLong(40 * MILLI));
            }
        }
        network.cut(Set.of());
        pass(60_000 * MILLI);

        assertThat(arrived).isEqualTo(IntStream.range(0, messages).boxed().toList());
    }

    private static Wound.Impaired slow(int strength) {
        return new Wound.Impaired(Fault.Trouble.SLOW, strength, new TreeSet<>(Set.of(LINK)));
    }

    private void pass(long nanos) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        var unused = time.after(nanos, () -> over.complete(null));
        time.runUntil(over);
    }

    private final class Message extends Network.Parcel<Integer> {
        Message(Network.Line line, int number) {
            super(line, number);
        }

        @Override
        void arrive() {
            arrived.add(content);
        }
    }
}
