package dev.ordeal.nemesis.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault.Kill;
import dev.ordeal.nemesis.fault.Fault.Partition;
import dev.ordeal.nemesis.fault.Fault.Pause;
import dev.ordeal.nemesis.fault.Fault.Shape;
import dev.ordeal.nemesis.fault.Fault.Target;
import dev.ordeal.nemesis.fault.Wound.Cut;
import dev.ordeal.nemesis.fault.Wound.Killed;
import dev.ordeal.nemesis.fault.Wound.Paused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WoundTest {
    private static final int SEEDS = 50;

    @ParameterizedTest
    @CsvSource({
        // Links cut in a cluster of 1, 2, 3, 4, 5, 6, 7 nodes.
        "ONE,           0, 2, 4, 6,  8, 10, 12",
        "LEADER,        0, 2, 4, 6,  8, 10, 12",
        "HALVES,        0, 2, 4, 8, 12, 18, 24",
        "MAJORITY_RING, 0, 0, 2, 4, 10,  6, 14",
        "ONE_WAY,       0, 1, 2, 3,  4,  5,  6",
    })
    void aPartitionCutsAsManyLinksAsItsShapeSays(
            Shape shape, int of1, int of2, int of3, int of4, int of5, int of6, int of7) {
        List<Integer> expected = List.of(of1, of2, of3, of4, of5, of6, of7);
        for (int size = 1; size <= 7; size++) {
            int links = expected.get(size - 1);
            forEverySeed(
                    new Partition(shape),
                    size,
                    wound ->
                            assertThat(wound.map(w -> ((Cut) w).links().size()).orElse(0))
                                    .isEqualTo(links));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Victims in a cluster of 1, 2, 3, 4, 5, 6, 7 nodes.
        "ONE,      1, 1, 1, 1, 1, 1, 1",
        "LEADER,   1, 1, 1, 1, 1, 1, 1",
        "MINORITY, 0, 0, 1, 1, 2, 2, 3",
        "ALL,      1, 2, 3, 4, 5, 6, 7",
    })
    void aKillHitsAsManyAsItsTargetSays(
            Target target, int of1, int of2, int of3, int of4, int of5, int of6, int of7) {
        List<Integer> expected = List.of(of1, of2, of3, of4, of5, of6, of7);
        for (int size = 1; size <= 7; size++) {
            int victims = expected.get(size - 1);
            forEverySeed(
                    new Kill(target),
                    size,
                    wound ->
                            assertThat(wound.map(w -> ((Killed) w).nodes().size()).orElse(0))
                                    .isEqualTo(victims));
        }
    }

    @Test
    void theLeaderIsHitWhenTheLeaderIsAskedFor() {
        List<NodeId> nodes = nodes(5);
        NodeId n2 = nodes.get(1);
        assertThat(resolve(new Kill(Target.LEADER), nodes, Optional.of(n2), 1))
                .contains(new Killed(Set.of(n2)));
        assertThat(resolve(new Pause(Target.LEADER), nodes, Optional.of(n2), 1))
                .contains(new Paused(Set.of(n2)));
        assertThat(resolve(new Partition(Shape.LEADER), nodes, Optional.of(n2), 1))
                .hasValueSatisfying(wound ->
                        assertThat(((Cut) wound).links())
                                .hasSize(8)
                                .allMatch(l -> l.from().equals(n2) || l.to().equals(n2)));
    }

    @Test
    void withoutAKnownLeaderNobodyIsHitInItsPlace() {
        List<Fault> atTheLeader = Fault.all().stream().filter(Fault::aimsAtTheLeader).toList();
        assertThat(atTheLeader).hasSize(9);
        for (Fault fault : atTheLeader) {
            assertThat(resolve(fault, nodes(5), Optional.empty(), 1)).isEmpty();
        }
    }

    @Test
    void aLeaderFromElsewhereIsAMistakeOfTheCaller() {
        assertThatThrownBy(() ->
                        resolve(
                                new Kill(Target.LEADER),
                                nodes(3),
                                Optional.of(new NodeId("n7")),
                                1))
                .hasMessage("the leader n7 is not one of [n1, n2, n3]");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9})
    void inAMajorityRingEveryNodeSeesAMajorityButNoTwoTheSame(int size) {
        forEverySeed(
                new Partition(Shape.MAJORITY_RING),
                size,
                wound -> {
                    Set<Link> cut = ((Cut) wound.orElseThrow()).links();
                    List<Set<NodeId>> seen = new ArrayList<>();
                    for (NodeId node : nodes(size)) {
                        Set<NodeId> view = new TreeSet<>(nodes(size));
                        cut.stream()
                                .filter(l -> l.from().equals(node))
                                .forEach(l -> view.remove(l.to()));
                        assertThat(view).hasSizeGreaterThan(size / 2);
                        seen.add(view);
                    }
                    assertThat(seen).doesNotHaveDuplicates();
                    assertThat(cut).allMatch(link -> cut.contains(link.reverse()));
                });
    }

    @Test
    void halvesAreTwoGroupsThatTalkAmongThemselvesOnly() {
        forEverySeed(
                new Partition(Shape.HALVES),
                5,
                wound -> {
                    Set<Link> cut = ((Cut) wound.orElseThrow()).links();
                    Set<Set<NodeId>> groups = new HashSet<>();
                    for (NodeId node : nodes(5)) {
                        Set<NodeId> group = new TreeSet<>(nodes(5));
                        cut.stream()
                                .filter(l -> l.from().equals(node))
                                .forEach(l -> group.remove(l.to()));
                        groups.add(group);
                    }
                    assertThat(groups).extracting(Set::size).containsExactlyInAnyOrder(2, 3);
                });
    }

    @Test
    void oneWayIsOneNodeThatEitherHearsNobodyOrIsHeardByNobody() {
        Set<Boolean> deafAndMute = new HashSet<>();
        forEverySeed(
                new Partition(Shape.ONE_WAY),
                4,
                wound -> {
                    Set<Link> cut = ((Cut) wound.orElseThrow()).links();
                    boolean mute = cut.stream().map(Link::from).distinct().count() == 1;
                    boolean deaf = cut.stream().map(Link::to).distinct().count() == 1;
                    assertThat(mute).isNotEqualTo(deaf);
                    deafAndMute.add(deaf);
                });
        assertThat(deafAndMute).containsExactlyInAnyOrder(true, false);
    }

    @ParameterizedTest
    @CsvSource({
        // The fewest and the most that are hit in a cluster of 1, 2, 3, 5 nodes.
        "SLOW, 1, 1, 1, 2, 1, 3, 1, 5",
        "FULL, 0, 0, 0, 0, 1, 1, 1, 2",
        "FLIP, 0, 0, 0, 0, 1, 1, 2, 2",
    })
    void aDiskThatTakesNothingMoreOrIsNotWhatItWasIsThatOfAMinority(
            Fault.Failure failure,
            int fewest1,
            int most1,
            int fewest2,
            int most2,
            int fewest3,
            int most3,
            int fewest5,
            int most5) {
        Map<Integer, List<Integer>> expected =
                Map.of(
                        1, List.of(fewest1, most1),
                        2, List.of(fewest2, most2),
                        3, List.of(fewest3, most3),
                        5, List.of(fewest5, most5));
        expected.forEach((size, bounds) -> {
            TreeSet<Integer> hit = new TreeSet<>();
            forEverySeed(
                    new Fault.Disk(failure),
                    size,
                    wound -> hit.add(wound.map(w -> w.nodes().size()).orElse(0)));
            assertThat(List.of(hit.first(), hit.last())).isEqualTo(bounds);
        });
    }

    @Test
    void theMembershipOfOneNodeDoesNotChangeAndOneNodeAtLeastStaysAMember() {
        for (Fault.Change change : Fault.Change.values()) {
            forEverySeed(new Fault.Membership(change), 1, wound -> assertThat(wound).isEmpty());
            forEverySeed(
                    new Fault.Membership(change),
                    4,
                    wound -> assertThat(wound.orElseThrow().nodes()).hasSizeLessThan(4));
        }
        forEverySeed(
                new Fault.Membership(Fault.Change.TRANSFER),
                3,
                wound ->
                        assertThat(wound.orElseThrow().nodes())
                                .hasSize(1)
                                .doesNotContain(nodes(3).getFirst()));
    }

    @Test
    void aSlowLinkIsBothWaysBetweenTwoNodesAndFlappingLinksAreThoseOfOne() {
        forEverySeed(
                new Fault.Network(Fault.Trouble.SLOW_LINK),
                5,
                wound -> {
                    Set<Link> slow = ((Wound.Impaired) wound.orElseThrow()).links();
                    assertThat(slow).hasSize(2).allMatch(link -> slow.contains(link.reverse()));
                });
        forEverySeed(
                new Fault.Network(Fault.Trouble.FLAPPING),
                5,
                wound -> assertThat(((Wound.Impaired) wound.orElseThrow()).links()).hasSize(8));
    }

    @Test
    void theSameSeedHitsTheSameNodesAndOtherSeedsHitOthers() {
        for (Fault fault : Fault.all()) {
            assertThat(resolve(fault, nodes(5), Optional.of(new NodeId("n3")), 7))
                    .isEqualTo(resolve(fault, nodes(5), Optional.of(new NodeId("n3")), 7));
        }
        Set<Optional<Wound>> victims = new HashSet<>();
        forEverySeed(new Kill(Target.ONE), 5, victims::add);
        assertThat(victims).hasSize(5);
    }

    private static void forEverySeed(Fault fault, int size, Consumer<Optional<Wound>> check) {
        for (int seed = 0; seed < SEEDS; seed++) {
            check.accept(resolve(fault, nodes(size), Optional.of(nodes(size).getFirst()), seed));
        }
    }

    private static Optional<Wound> resolve(
            Fault fault, List<NodeId> nodes, Optional<NodeId> leader, int seed) {
        return Wound.resolve(fault, nodes, leader, new SplittableRandom(seed));
    }

    private static List<NodeId> nodes(int size) {
        return IntStream.rangeClosed(1, size).mapToObj(i -> new NodeId("n" + i)).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "FAST, 100, 1000, 9000",
        "FAST, 1, 1000, 90",
        "SLOW, 100, 1000, -900",
        "FREEZE, 1, 1000, -1000",
        "JUMP, 50, 0, 1000",
        "JUMP, 50, 299, 1000",
        "JUMP, 50, 300, 2000",
        "JUMP, 1, 900, 80"
    })
    void aClockGoesAsFarAstrayAsItsRateAndItsLeapsTakeIt(
            Fault.ClockError error, int strength, long lastedMillis, long aheadMillis) {
        Wound.Mistimed wound =
                new Wound.Mistimed(error, strength, new TreeSet<>(Set.of(new NodeId("n1"))));
        assertThat(wound.aheadNanos(lastedMillis * 1_000_000))
                .isCloseTo(aheadMillis * 1_000_000, within(1_000L));
    }
}
