package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.fault.Wound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/// Three nodes in memory, whose links are what a test says; the looks at real ones are in [ClusterContract].
final class LookTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N3 = new NodeId("n3");
    private static final Set<Link> N1_ALONE =
            Set.of(new Link(N1, N2), new Link(N2, N1), new Link(N1, N3), new Link(N3, N1));

    @Test
    void aCutThatHoldsIsAsExpected() throws InterruptedException {
        Probe probe = look(N1_ALONE, new Network(N1_ALONE, Set.of()), new Wound.Cut(N1_ALONE));
        assertThat(probe.asExpected()).isTrue();
        assertThat(probe.evidence())
                .isEqualTo(
                        "ping neither seen nor answered within 300 ms: n1→n2, n1→n3, n2→n1, n3→n1");
    }

    @Test
    void oneLinkThatCarriesWhatItShouldNotSpoilsTheCut() throws InterruptedException {
        Set<Link> leaky = new HashSet<>(N1_ALONE);
        leaky.remove(new Link(N1, N2));
        Probe probe = look(N1_ALONE, new Network(leaky, Set.of()), new Wound.Cut(N1_ALONE));
        assertThat(probe.asExpected()).isFalse();
        assertThat(probe.evidence())
                .startsWith("unexpected: ping seen but not answered within 300 ms: n1→n2; ");
    }

    @Test
    void aLinkThatStaysSilentAfterHealingHasNotHealed() throws InterruptedException {
        Probe probe = look(N1_ALONE, new Network(Set.of(new Link(N3, N1)), Set.of()), new Wound[0]);
        assertThat(probe.asExpected()).isFalse();
        assertThat(probe.evidence())
                .isEqualTo(
                        "unexpected: ping seen but not answered within 300 ms: n1→n3;"
                                + " unexpected: ping neither seen nor answered within 300 ms: n3→n1;"
                                + " ping answered: n1→n2, n2→n1");
    }

    @Test
    void oneWayMeansThatTheOtherWayIsSeen() throws InterruptedException {
        Set<Link> deaf = Set.of(new Link(N2, N1), new Link(N3, N1));
        Probe probe = look(deaf, new Network(deaf, Set.of()), new Wound.Cut(deaf));
        assertThat(probe.asExpected()).isTrue();
        assertThat(probe.evidence())
                .startsWith("ping seen but not answered within 300 ms: n1→n2, n1→n3; ");
    }

    @Test
    void anAdminPortThatDoesNotAnswerShowsNothingEitherWay() throws InterruptedException {
        Wound.Cut cut = new Wound.Cut(N1_ALONE);
        Probe one = look(N1_ALONE, new Network(N1_ALONE, Set.of(N3)), cut);
        assertThat(one.asExpected()).isTrue();
        assertThat(one.evidence())
                .isEqualTo(
                        "ping neither seen nor answered within 300 ms: n1→n2, n2→n1;"
                                + " not looked at, n3 is slow: n1→n3, n3→n1");
        Probe all = look(N1_ALONE, new Network(N1_ALONE, Set.of(N1, N2, N3)), cut);
        assertThat(all.asExpected()).isFalse();
    }

    @Test
    void whereEveryVictimIsHurtOtherwiseNothingCanBeSeen() throws InterruptedException {
        Probe probe =
                look(
                        N1_ALONE,
                        new Network(N1_ALONE, Set.of()),
                        new Wound.Cut(N1_ALONE),
                        new Wound.Killed(Set.of(N1)));
        assertThat(probe.asExpected()).isFalse();
        assertThat(probe.evidence()).startsWith("not looked at, n1 is hurt otherwise: ");
    }

    private static Probe look(Set<Link> links, Network network, Wound... wounds)
            throws InterruptedException {
        return new Look(network, network, Harm.of(List.of(wounds))).atLinks(new TreeSet<>(links));
    }

    /// @param cut the links that really carry nothing
    /// @param slow the nodes whose admin ports do not answer in time
    private record Network(Set<Link> cut, Set<NodeId> slow, Map<String, NodeId> seen)
            implements SystemUnderTest, NodeHost {
        Network(Set<Link> cut, Set<NodeId> slow) {
            this(cut, slow, new ConcurrentHashMap<>());
        }

        @Override
        public boolean ping(Address admin, NodeId peer, String token, Duration timeout)
                throws IOException {
            Link link = new Link(answering(admin), peer);
            if (!cut.contains(link)) {
                seen.put(token, peer);
            }
            return !cut.contains(link) && !cut.contains(link.reverse());
        }

        @Override
        public boolean pinged(Address admin, String token, Duration timeout) throws IOException {
            return answering(admin).equals(seen.get(token));
        }

        @Override
        public void storm(Address admin, boolean on, Duration timeout) throws IOException {
            throw new IOException(answering(admin) + " holds no elections");
        }

        private NodeId answering(Address admin) throws IOException {
            NodeId node = new NodeId(admin.host());
            if (slow.contains(node)) {
                throw new IOException(node + " is slow");
            }
            return node;
        }

        @Override
        public Address adminAddress(NodeId node) {
            return new Address(node.name(), 1);
        }

        @Override
        public Address peerAddress(NodeId node) {
            return new Address(node.name(), 3);
        }

        @Override
        public Address clientAddress(NodeId node) {
            return new Address(node.name(), 2);
        }

        @Override
        public boolean healthy(Address admin, Duration timeout) throws IOException {
            return slow.isEmpty() || !slow.contains(answering(admin));
        }

        @Override
        public Life life(NodeId node) {
            return Life.RUNNING;
        }

        @Override
        public String process(NodeId node) {
            return "a record";
        }

        @Override
        public String lastWords(NodeId node) {
            return "none";
        }

        @Override
        public NodeStatus status(Address admin, Duration timeout) throws IOException {
            throw new IOException(answering(admin) + " has no status");
        }

        @Override
        public String name() {
            return "three nodes in memory";
        }

        @Override
        public List<String> program() {
            return List.of();
        }

        @Override
        public Path imageFolder() {
            return Path.of("");
        }

        @Override
        public List<String> arguments(Seat seat) {
            return List.of();
        }

        @Override
        public void prepare() {}

        @Override
        public void prepare(NodeId added) {}

        @Override
        public boolean isLog(String file) {
            return false;
        }

        @Override
        public void overwrite(NodeId node, String file, byte[] bytes) {}

        @Override
        public boolean canDelay() {
            return false;
        }

        @Override
        public Optional<String> whyNoClocks() {
            return Optional.of("nodes in memory have no clocks");
        }

        @Override
        public void delay(Map<Link, Long> nanos) {}

        @Override
        public void start(NodeId node) {}

        @Override
        public void kill(NodeId node) {}

        @Override
        public void pause(NodeId node) {}

        @Override
        public void resume(NodeId node) {}

        @Override
        public void cut(Set<Link> links) {}

        @Override
        public void close() {}
    }
}
