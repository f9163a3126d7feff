package dev.ordeal.checker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.HistoryBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Lives of one node, told in the order in which they went.
class MembershipRulesTest {
    private static final String CUT_OFF =
            "a configuration is in force as long as its entry is in the log";
    private static final String TOO_EARLY =
            "a leader changes the members when it has committed in its term";
    private static final String TWO_AT_ONCE = "one change of the members at a time";

    private static final int RANDOM_NODES = 100_000;

    private final Told node = new Told();

    /// What a node tells.
    private static final class Told {
        private final List<Applied> applied = new ArrayList<>();
        private final List<NodeEvent> events = new ArrayList<>();
        private int life;
        private long last;

        Told starts() {
            life++;
            last = 0;
            events.add(new NodeEvent.Started(life, 0, 0, null, NodeEvent.Started.UNKNOWN, 0));
            return this;
        }

        Told is(String role, long term) {
            events.add(new NodeEvent.Role(life, 0, role, term, null));
            return this;
        }

        Told goesBy(long index, long term) {
            events.add(new NodeEvent.Configuration(life, 0, index, term, last, "n1 n" + term));
            return this;
        }

        Told applies(long index, long term, String kind) {
            last = index;
            applied.add(
                    new Applied(
                            "n1",
                            life,
                            0,
                            new Applied.Entry(
                                    index, term, kind, null, null, null, null, true, null, null)));
            return this;
        }

        NodeStreams streams() {
            return new NodeStreams("n1", applied, events, List.of());
        }

        List<Breach> breaches() {
            List<Breach> breaches = new ArrayList<>();
            MembershipRules.check(
                    streams(),
                    Bounds.defaults().start(),
                    (rule, sentence, facts) ->
                            breaches.add(new Breach(rule, sentence, List.of(), List.of(facts))));
            return breaches;
        }

        List<String> broken() {
            return breaches().stream().map(Breach::rule).toList();
        }
    }

    @Test
    void aConfigurationThatIsAppliedBreaksNothing() {
        node.starts().goesBy(2, 1).applies(1, 1, "noop").applies(2, 1, "configuration");
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void aConfigurationThatIsUndoneBeforeAnotherEntryIsAppliedBreaksNothing() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1).goesBy(0, 0).applies(2, 2, "noop");
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void aConfigurationThatOutlivesItsEntryIsFound() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1).applies(2, 2, "noop");
        List<Breach> breaches = node.breaches();
        assertThat(breaches).extracting(Breach::rule).containsExactly(CUT_OFF);
        assertThat(breaches.getFirst().sentence())
                .isEqualTo(
                        "n1 went by the members n1 n1 of the entry at index 2 of term 1, when it had applied noop of term 2 there");
        assertThat(breaches.getFirst().facts())
                .containsExactly(
                        new NodeFact("n1", 1, 2, 1, "went by the members n1 n1"),
                        new NodeFact("n1", 1, 2, 2, "applied noop"));
    }

    @Test
    void aConfigurationThatOutlivesItsEntryIsFoundByAnotherOne() {
        node.starts().goesBy(1, 1).applies(1, 2, "configuration");
        assertThat(node.broken()).containsExactly(CUT_OFF);
    }

    @Test
    void whatASnapshotReplacesBreaksNothing() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1).applies(2, 2, "snapshot").goesBy(0, 0);
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void whatANodeWentByEndsWithItsLife() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1);
        node.starts().applies(1, 1, "noop").applies(2, 2, "noop");
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void aLeaderThatHasCommittedInItsTermMayChangeTheMembers() {
        node.starts().is("leader", 2).applies(1, 1, "noop").applies(2, 2, "noop").goesBy(3, 2);
        node.applies(3, 2, "configuration").goesBy(4, 2);
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void aLeaderThatChangesTheMembersBeforeItsFirstCommitIsFound() {
        node.starts().applies(1, 1, "noop").is("leader", 2).goesBy(3, 2);
        List<Breach> breaches = node.breaches();
        assertThat(breaches).extracting(Breach::rule).containsExactly(TOO_EARLY);
        assertThat(breaches.getFirst().sentence())
                .isEqualTo(
                        "n1 led term 2 and began at index 3 to change the members to n1 n2, but had applied nothing of its term, only up to index 1");
    }

    @Test
    void aLeaderThatHasAppliedNothingAtAllIsFound() {
        assertThat(node.starts().is("leader", 1).goesBy(2, 1).broken()).containsExactly(TOO_EARLY);
    }

    @Test
    void aLeaderThatGoesByAnEarlierLeadersChangeBreaksNothing() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1).is("leader", 2).goesBy(0, 0);
        assertThat(node.broken()).isEmpty();
        assertThat(node.is("follower", 2).goesBy(3, 2).broken()).isEmpty();
    }

    @Test
    void aLeaderThatIsDeposedAndGoesBackToItsLastChangeBeginsNothing() {
        node.starts().is("leader", 1).applies(1, 1, "noop").goesBy(2, 1);
        node.applies(2, 1, "configuration").goesBy(3, 1).goesBy(2, 1).is("follower", 2);
        assertThat(node.broken()).isEmpty();
    }

    @Test
    void whoWasLeaderInAnEarlierLifeBeginsNothing() {
        node.starts().is("leader", 1);
        assertThat(node.starts().goesBy(1, 1).broken()).isEmpty();
    }

    @Test
    void aLeaderThatBeginsASecondChangeIsFound() {
        node.starts().is("leader", 1).applies(1, 1, "noop").goesBy(2, 1).goesBy(3, 1);
        List<Breach> breaches = node.breaches();
        assertThat(breaches).extracting(Breach::rule).containsExactly(TWO_AT_ONCE);
        assertThat(breaches.getFirst().sentence())
                .isEqualTo(
                        "n1 led term 1 and began at index 3 to change the members to n1 n1, but had applied only up to index 1, and the change before it, to n1 n1, stood at index 2");
    }

    @Test
    void theCommitRulesAskForIt() {
        node.starts().applies(1, 1, "noop").goesBy(2, 1).applies(2, 2, "noop");
        assertThat(CommitRules.check(new HistoryBuilder().build(), List.of(node.streams())))
                .extracting(Breach::rule)
                .containsExactly(CUT_OFF);
    }

    /// Against the rules as one would say them, each looking through all that was told.
    @Test
    void randomNodesAreJudgedAsTheRulesSay() {
        int broken = 0;
        int kept = 0;
        for (int seed = 0; seed < RANDOM_NODES; seed++) {
            Told random = random(new SplittableRandom(seed));
            Set<String> expected = new TreeSet<>();
            for (int life = 1; life <= random.life; life++) judge(random, life, expected);
            assertThat(new TreeSet<>(random.broken()))
                    .as("seed %d: %s %s", seed, random.events, random.applied)
                    .isEqualTo(expected);
            if (expected.isEmpty()) kept++;
            else broken++;
        }
        assertThat(List.of(broken, kept)).allMatch(count -> count > RANDOM_NODES / 20);
    }

    private static Told random(SplittableRandom random) {
        Told node = new Told();
        int lives = random.nextInt(1, 4);
        for (int life = 0; life < lives; life++) {
            node.starts();
            long next = 1L + random.nextInt(2);
            if (next > 1) node.applies(next++ - 1, 1, "snapshot");
            long term = 1;
            for (int told = random.nextInt(9); told > 0; told--) {
                switch (random.nextInt(5)) {
                    case 0 -> node.is(random.nextBoolean() ? "leader" : "follower", term);
                    case 1 -> node.goesBy(0, 0);
                    case 2 ->
                            node.goesBy(
                                    node.last + random.nextInt(3), 1 + random.nextLong(term + 1));
                    case 3 -> term += random.nextInt(2);
                    default -> {
                        if (random.nextInt(6) == 0) {
                            next += random.nextInt(3);
                            node.applies(next++, term, "snapshot");
                        } else {
                            node.applies(
                                    next++, term, random.nextBoolean() ? "configuration" : "noop");
                        }
                    }
                }
            }
        }
        return node;
    }

    private static void judge(Told node, int life, Set<String> broken) {
        List<NodeEvent> events =
                node.events.stream().filter(event -> event.incarnation() == life).toList();
        for (int i = 0; i < events.size(); i++) {
            if (!(events.get(i) instanceof NodeEvent.Configuration it) || it.index() == 0) continue;
            long until =
                    events.subList(i + 1, events.size()).stream()
                            .filter(NodeEvent.Configuration.class::isInstance)
                            .mapToLong(next -> ((NodeEvent.Configuration) next).applied())
                            .findFirst()
                            .orElse(Long.MAX_VALUE);
            Applied there = applied(node, life, it.index());
            if (there != null
                    && !there.kind().equals("snapshot")
                    && it.applied() < it.index()
                    && it.index() <= until
                    && !(there.kind().equals("configuration") && there.term() == it.term()))
                broken.add(CUT_OFF);
            if (it.index() <= it.applied()) continue;
            NodeEvent.Role role = last(NodeEvent.Role.class, events.subList(0, i));
            if (role == null || !role.role().equals("leader") || role.term() != it.term()) continue;
            Applied last = applied(node, life, it.applied());
            if (last == null || last.term() < it.term()) broken.add(TOO_EARLY);
            var before = last(NodeEvent.Configuration.class, events.subList(0, i));
            if (before != null && before.index() > it.applied()) broken.add(TWO_AT_ONCE);
        }
    }

    private static @Nullable Applied applied(Told node, int life, long index) {
        return node.applied.stream()
                .filter(entry -> entry.incarnation() == life && entry.index() == index)
                .findFirst()
                .orElse(null);
    }

    private static <E> @Nullable E last(Class<E> kind, List<NodeEvent> events) {
        return events.reversed().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElse(null);
    }
}
