package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.MembershipChanged;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.TestCluster.Link;
import dev.ordeal.node.raft.TestCluster.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scenarios of the first Go project that Ordeal grew from (SEEDS S1.7, S1.8), as sentences over the stepped core: time
/// passes in ticks of 10 ms, for all alike, and every message arrives within the tick unless its link is cut. A witness
/// holds every step against the promises of Raft ([Witness]).
class ScenarioTest {
    private static final Settings SETTINGS = new Settings(15, 30, 5, 10_000, 8, 1_000);

    /// Enough for several elections.
    private static final int A_WHILE = 10 * SETTINGS.electionTicksMax();

    private TestCluster cluster = cluster(3, 0);
    private final Map<NodeId, NavigableMap<Long, Entry>> applied = new HashMap<>();

    /// Who is disconnected.
    private final List<Node> off = new ArrayList<>();

    private final List<Effect> answers = new ArrayList<>();

    private TestCluster cluster(int members, int spare) {
        var ids =
                IntStream.rangeClosed(1, members + spare)
                        .mapToObj(i -> new NodeId("n" + i))
                        .toList();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(members);
        cluster =
                new TestCluster(
                        new Membership(ids.subList(0, members)),
                        ids,
                        SETTINGS,
                        Optional.empty(),
                        random,
                        this::onEffect);
        cluster.nodes().forEach(Node::start);
        return cluster;
    }

    private void onEffect(NodeId node, Effect effect) {
        switch (effect) {
            case Apply(var entry) ->
                    applied.computeIfAbsent(node, none -> new TreeMap<>())
                            .put(entry.index(), entry);
            case Refused refused -> answers.add(refused);
            case MembershipChanged changed -> answers.add(changed);
            case Effect other -> {}
        }
    }

    // --- What happens

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            while (!cluster.inFlight.isEmpty()) cluster.deliver(cluster.inFlight.removeFirst());
            cluster.nodes().forEach(Node::tick);
        }
    }

    private void off(Node node) {
        off.add(node);
        cut();
    }

    private void on(Node node) {
        off.remove(node);
        cut();
    }

    private void cut() {
        cluster.cut.clear();
        for (var node : off)
            for (var other : cluster.nodes()) {
                cluster.cut.add(new Link(node.id(), other.id()));
                cluster.cut.add(new Link(other.id(), node.id()));
            }
    }

    private void submit(Node node, String... commands) {
        node.propose(
                List.of(commands).stream()
                        .map(command -> Bytes.of(command.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    // --- What is seen (S1.7)

    private List<Node> connected() {
        return cluster.nodes().stream()
                .filter(Node::isUp)
                .filter(node -> !off.contains(node))
                .toList();
    }

    private static boolean leads(Node node) {
        return node.raft().map(Raft::role).equals(Optional.of(Role.LEADER));
    }

    private long term(Node node) {
        return node.raft().orElseThrow().term();
    }

    /// The one that leads, after a while, among those that are connected.
    private Node checkUniqueLeader() {
        ticks(A_WHILE);
        var leaders = connected().stream().filter(ScenarioTest::leads).toList();
        assertThat(leaders).as("leaders").hasSize(1);
        return leaders.getFirst();
    }

    private void checkNoLeader() {
        ticks(A_WHILE);
        assertThat(connected()).noneMatch(ScenarioTest::leads);
    }

    private List<Node> followers(Node leader) {
        return cluster.nodes().stream().filter(node -> node != leader).toList();
    }

    private boolean has(Node node, String command) {
        var bytes = Bytes.of(command.getBytes(StandardCharsets.UTF_8));
        return applied.getOrDefault(node.id(), new TreeMap<>()).values().stream()
                .anyMatch(entry -> entry.payload().equals(bytes));
    }

    /// That these and no others applied the command. (That all applied the same is the witness's to see.)
    private void checkCommitted(String command, List<Node> by) {
        ticks(A_WHILE);
        assertThat(cluster.nodes().stream().filter(node -> has(node, command)))
                .as("who applied " + command)
                .containsExactlyInAnyOrderElementsOf(by);
    }

    private void checkNotCommitted(String command) {
        checkCommitted(command, List.of());
    }

    /// The assertions themselves: each fails where what it says is not so.
    @Test
    void s1_7_theSentencesAreNotTrueOfEverything() {
        var leader = checkUniqueLeader();
        assertThatThrownBy(this::checkNoLeader).isInstanceOf(AssertionError.class);
        submit(leader, "a");
        checkCommitted("a", cluster.nodes());
        assertThatThrownBy(() -> checkCommitted("a", followers(leader)))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> checkNotCommitted("a")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> checkCommitted("b", cluster.nodes()))
                .isInstanceOf(AssertionError.class);
        cluster.nodes().forEach(this::off);
        checkNoLeader();
        assertThatThrownBy(this::checkUniqueLeader).isInstanceOf(AssertionError.class);
    }

    @Nested
    class Election {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 5})
        void s1_8_normal(int nodes) {
            cluster(nodes, 0);
            var leader = checkUniqueLeader();
            long term = term(leader);
            assertThat(checkUniqueLeader()).isSameAs(leader);
            assertThat(term(leader)).isEqualTo(term);
        }

        @Test
        void s1_8_leaderDisconnects() {
            var old = checkUniqueLeader();
            long term = term(old);
            off(old);
            var next = checkUniqueLeader();
            assertThat(next).isNotSameAs(old);
            assertThat(term(next)).isGreaterThan(term);
            assertThat(leads(old)).as("it steps down where it hears no majority").isFalse();
        }

        @Test
        void s1_8_leaderAndAFollowerDisconnect() {
            var leader = checkUniqueLeader();
            var follower = followers(leader).getFirst();
            off(leader);
            off(follower);
            checkNoLeader();
            on(follower);
            checkUniqueLeader();
        }

        @ParameterizedTest
        @ValueSource(ints = {3, 5})
        void s1_8_leaderDisconnectsAndReconnects(int nodes) {
            cluster(nodes, 0);
            var old = checkUniqueLeader();
            off(old);
            var next = checkUniqueLeader();
            long term = term(next);
            on(old);
            assertThat(checkUniqueLeader()).isSameAs(next);
            assertThat(term(old)).isEqualTo(term);
        }

        @Test
        void s1_8_allDisconnectAndReconnect() {
            checkUniqueLeader();
            cluster.nodes().forEach(ScenarioTest.this::off);
            ticks(A_WHILE);
            assertThat(cluster.nodes()).noneMatch(ScenarioTest::leads);
            cluster.nodes().forEach(ScenarioTest.this::on);
            checkUniqueLeader();
        }

        @Test
        void s1_8_followerDisconnectsAndReconnectsAndDisturbsNobody() {
            var leader = checkUniqueLeader();
            long term = term(leader);
            var follower = followers(leader).getFirst();
            off(follower);
            ticks(A_WHILE);
            on(follower);
            assertThat(checkUniqueLeader()).isSameAs(leader);
            assertThat(term(leader)).isEqualTo(term);
        }

        @Test
        void s1_8_disconnectAndReconnectInALoop() {
            for (int i = 0; i < 10; i++) {
                var leader = checkUniqueLeader();
                var follower = followers(leader).get(i % 2);
                off(leader);
                off(follower);
                checkNoLeader();
                on(follower);
                checkUniqueLeader();
                on(leader);
                checkUniqueLeader();
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void s1_8_followerReconnectsAfterLong(boolean commitsInBetween) {
            var leader = checkUniqueLeader();
            submit(leader, "before");
            checkCommitted("before", cluster.nodes());
            var follower = followers(leader).getFirst();
            off(follower);
            ticks(10 * A_WHILE);
            if (commitsInBetween) submit(leader, "meanwhile");
            on(follower);
            assertThat(checkUniqueLeader()).isSameAs(leader);
            checkCommitted("meanwhile", commitsInBetween ? cluster.nodes() : List.of());
        }
    }

    @Nested
    class Commits {
        @Test
        void s1_8_oneCommand() {
            submit(checkUniqueLeader(), "a");
            checkCommitted("a", cluster.nodes());
        }

        @Test
        void s1_8_submitToANonLeaderIsRefused() {
            var leader = checkUniqueLeader();
            submit(followers(leader).getFirst(), "a");
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.leader()).isEqualTo(leader.id()));
            checkNotCommitted("a");
        }

        @Test
        void s1_8_commitThenTheLeaderDisconnects() {
            var leader = checkUniqueLeader();
            submit(leader, "a");
            checkCommitted("a", cluster.nodes());
            off(leader);
            var next = checkUniqueLeader();
            submit(next, "b");
            checkCommitted("b", followers(leader));
        }

        @Test
        void s1_8_severalCommandsStandOneBehindTheOther() {
            var leader = checkUniqueLeader();
            submit(leader, "a", "b");
            submit(leader, "c");
            checkCommitted("c", cluster.nodes());
            // Index 1 is the leader's no-op.
            for (var node : cluster.nodes())
                assertThat(applied.getOrDefault(node.id(), new TreeMap<>()).tailMap(2L).values())
                        .extracting(entry -> entry.index() + Trace.of(entry).replaceAll(".*=", ""))
                        .containsExactly("2a", "3b", "4c");
        }

        @Test
        void s1_8_disconnectionAndRecovery() {
            var leader = checkUniqueLeader();
            submit(leader, "a", "b");
            checkCommitted("b", cluster.nodes());
            var follower = followers(leader).getFirst();
            off(follower);
            submit(leader, "c");
            checkCommitted("c", followers(follower));
            on(follower);
            checkCommitted("c", cluster.nodes());
        }

        @Test
        void s1_8_nothingCommitsWithoutAMajorityAndWhatIsLostNeverAppears() {
            var leader = checkUniqueLeader();
            submit(leader, "a");
            checkCommitted("a", cluster.nodes());
            var followers = followers(leader);
            followers.forEach(ScenarioTest.this::off);
            submit(leader, "lost");
            checkNotCommitted("lost");
            off(leader);
            followers.forEach(ScenarioTest.this::on);
            submit(checkUniqueLeader(), "b");
            checkCommitted("b", followers);
            on(leader);
            checkCommitted("b", cluster.nodes());
            checkNotCommitted("lost");
        }

        @Test
        void s1_8_whatADisconnectedLeaderTakesIsNotCommittedAndTheNewLeadersEntriesWin() {
            cluster(5, 0);
            var old = checkUniqueLeader();
            submit(old, "a", "b");
            checkCommitted("b", cluster.nodes());
            off(old);
            submit(old, "lost");
            var next = checkUniqueLeader();
            submit(next, "c", "d");
            checkCommitted("d", followers(old));
            checkNotCommitted("lost");
            on(old);
            checkCommitted("d", cluster.nodes());
            submit(checkUniqueLeader(), "e");
            checkCommitted("e", cluster.nodes());
            checkNotCommitted("lost");
        }

        @Test
        void s1_8_leaderDisconnectsForTenMillisecondsOnlyAndLeadsOn() {
            var leader = checkUniqueLeader();
            long term = term(leader);
            off(leader);
            submit(leader, "a");
            ticks(1);
            on(leader);
            assertThat(checkUniqueLeader()).isSameAs(leader);
            assertThat(term(leader)).isEqualTo(term);
            checkCommitted("a", cluster.nodes());
        }

        @Test
        void s1_8_twoFollowersCrashOneRestartsTheLeaderCrashes() {
            cluster(5, 0);
            var leader = checkUniqueLeader();
            submit(leader, "a");
            checkCommitted("a", cluster.nodes());
            var first = followers(leader).get(0);
            var second = followers(leader).get(1);
            first.crash();
            second.crash();
            submit(leader, "b");
            ticks(A_WHILE);
            first.start();
            checkCommitted("b", followers(second));
            leader.crash();
            var next = checkUniqueLeader();
            submit(next, "c");
            ticks(A_WHILE);
            leader.start();
            second.start();
            checkCommitted("c", cluster.nodes());
        }
    }

    @Nested
    class Members {
        private List<NodeId> voters(Node node) {
            return node.raft().orElseThrow().members().voters();
        }

        @Test
        void s1_8_addTwoServers() {
            cluster(3, 2);
            var leader = checkUniqueLeader();
            submit(leader, "a");
            for (var name : List.of("n4", "n5"))
                leader.change(new Change.Add(new NodeId(name), Addresses.UNKNOWN));
            ticks(A_WHILE);
            assertThat(answers).hasSize(2);
            assertThat(cluster.nodes()).allMatch(node -> voters(node).size() == 5);
            submit(leader, "b");
            checkCommitted("a", cluster.nodes());
            checkCommitted("b", cluster.nodes());
        }

        @Test
        void s1_8_removeTwoNonLeaders() {
            cluster(5, 0);
            var leader = checkUniqueLeader();
            var removed = followers(leader).subList(0, 2);
            for (var node : removed) leader.change(new Change.Remove(node.id()));
            ticks(A_WHILE);
            assertThat(answers).hasSize(2);
            submit(leader, "a");
            var rest = cluster.nodes().stream().filter(node -> !removed.contains(node)).toList();
            checkCommitted("a", rest);
            assertThat(checkUniqueLeader()).isSameAs(leader);
            for (var node : rest) assertThat(voters(node)).containsExactlyElementsOf(ids(rest));
        }

        @Test
        void s1_8_removeTheLeader() {
            cluster(5, 0);
            var old = checkUniqueLeader();
            old.change(new Change.Remove(old.id()));
            var next = checkUniqueLeader();
            assertThat(next).isNotSameAs(old);
            assertThat(voters(next)).containsExactlyElementsOf(ids(followers(old)));
            long term = term(next);
            submit(next, "a");
            checkCommitted("a", followers(old));
            assertThat(term(next)).as("whoever was removed disturbs nobody").isEqualTo(term);
        }

        private List<NodeId> ids(List<Node> nodes) {
            return nodes.stream().map(Node::id).toList();
        }
    }
}
