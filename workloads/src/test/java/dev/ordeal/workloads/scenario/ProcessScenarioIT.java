package dev.ordeal.workloads.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.CommitRules;
import dev.ordeal.checker.commit.ElectionRules;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Format;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.process.ProcessCluster;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Those scenarios of S1.8 in which processes, disks and sockets matter most, in the sentences in which `ScenarioTest` tells
/// all of them of the stepped core. Here time is real: what is to become true is waited for, however busy the machine is and
/// however often leadership moves meanwhile; what must never be is looked for at the end, when something later is everywhere.
@Timeout(300)
final class ProcessScenarioIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration ANSWER = Duration.ofSeconds(3);

    @TempDir Path folder;

    private final EventLoop loop = new EventLoop();
    private @Nullable LiveCluster started;

    /// Who is disconnected.
    private final Map<NodeId, Wound> off = new TreeMap<>();

    private final Map<NodeId, Wound> down = new TreeMap<>();

    /// Who runs and is no member yet.
    private final SortedSet<NodeId> waiting = new TreeSet<>();

    /// S1.5: whatever was done to them, the nodes' commits agree, and no term had two leaders.
    @AfterEach
    void allCommitsAgree() throws IOException {
        cluster().close();
        List<NodeStreams> streams = cluster().nodes().stream().map(this::streams).toList();
        Path nobodyAsked = Files.writeString(folder.resolve("history.jsonl"), "");
        assertThat(CommitRules.check(Histories.read(nobodyAsked, Format.JSONL), streams)).isEmpty();
        assertThat(ElectionRules.check(streams)).isEmpty();
    }

    // --- What happens

    private void cluster(int nodes) {
        started =
                ProcessCluster.create(
                        new ClusterSpec(nodes, folder.resolve("nodes"), OrdealRaft.correct()),
                        loop);
        loop.runUntil(cluster().start());
    }

    private LiveCluster cluster() {
        return Objects.requireNonNull(started, "no cluster yet");
    }

    private void off(NodeId node) {
        List<Link> links = new ArrayList<>();
        for (NodeId other : others(node)) {
            links.add(new Link(node, other));
            links.add(new Link(other, node));
        }
        strike(off, node, new Wound.Cut(links));
    }

    private void on(NodeId node) {
        heal(off, node);
    }

    private void crash(NodeId node) {
        strike(down, node, new Wound.Killed(List.of(node)));
    }

    private void restart(NodeId node) {
        heal(down, node);
    }

    private void strike(Map<NodeId, Wound> inForce, NodeId node, Wound wound) {
        inForce.put(node, wound);
        loop.runUntil(cluster().strike(wound));
    }

    private void heal(Map<NodeId, Wound> inForce, NodeId node) {
        loop.runUntil(cluster().heal(Optional.ofNullable(inForce.remove(node)).orElseThrow()));
    }

    /// A command is a key of its own. Nobody passes it on.
    private Response submit(NodeId node, String command) {
        Request write = new Request.Write("", 0, command, "");
        return ask(node, (client, answer) -> client.call(write, ANSWER, false, answer));
    }

    private Response ask(NodeId node, BiConsumer<ServiceClient, Consumer<Response>> request) {
        Address address = cluster().clientAddress(node);
        try (ServiceClient client = new ServiceClient(address.host(), address.port())) {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            request.accept(client, answer::complete);
            return answer.join();
        }
    }

    /// Submits each command to whoever leads, until one that does has committed it.
    private void commit(String... commands) {
        for (String command : commands) {
            await(
                    command + " is committed",
                    () ->
                            submit(checkUniqueLeader(), command) instanceof Response.Done
                                    ? Optional.of(command)
                                    : Optional.empty());
        }
    }

    private void add(NodeId node) {
        waiting.add(node);
        loop.runUntil(cluster().join(node));
        administer(
                new AdminRequest.AddMember(
                        node.name(), new Addresses(cluster().peerAddress(node).toString(), "")));
        waiting.remove(node);
    }

    private void remove(NodeId node) {
        administer(new AdminRequest.RemoveMember(node.name()));
        loop.runUntil(cluster().leave(node));
    }

    /// Asks whoever leads, until it is so.
    private void administer(AdminRequest request) {
        await(
                request.toString(),
                () -> Optional.of(administered(request)).filter(ProcessScenarioIT::isSo));
    }

    private Response administered(AdminRequest request) {
        return ask(
                checkUniqueLeader(),
                (client, answer) -> client.administer(request, ANSWER, answer));
    }

    /// Now, or since an earlier request whose answer was lost.
    private static boolean isSo(Response response) {
        return response instanceof Response.Done
                || (response instanceof Response.Refused refused
                        && refused.reason().matches(".* is (a member already|not a member)"));
    }

    // --- What is seen (S1.7)

    private List<NodeId> others(NodeId... than) {
        return cluster().nodes().stream()
                .filter(node -> !Arrays.asList(than).contains(node))
                .toList();
    }

    private boolean isConnected(NodeId node) {
        return !off.containsKey(node) && !down.containsKey(node) && !waiting.contains(node);
    }

    private Collection<NodeStatus> connected() {
        return loop.runUntil(cluster().status()).values().stream()
                .filter(status -> isConnected(status.node()))
                .toList();
    }

    /// The one that leads, once it does, among those that are connected, and all of them follow it.
    private NodeId checkUniqueLeader() {
        return await(
                "a leader whom all follow",
                () -> {
                    Collection<NodeStatus> connected = connected();
                    List<NodeId> leaders =
                            connected.stream()
                                    .filter(NodeStatus::leads)
                                    .map(NodeStatus::node)
                                    .toList();
                    boolean all =
                            connected.size()
                                    == cluster().nodes().stream().filter(this::isConnected).count();
                    return all
                                    && leaders.size() == 1
                                    && connected.stream()
                                            .allMatch(node ->
                                                    node.leader()
                                                            .equals(
                                                                    Optional.of(
                                                                            leaders.getFirst())))
                            ? Optional.of(leaders.getFirst())
                            : Optional.empty();
                });
    }

    private void checkNoLeader() {
        await(
                "nobody leads",
                () -> {
                    Collection<NodeStatus> connected = connected();
                    return !connected.isEmpty() && connected.stream().noneMatch(NodeStatus::leads)
                            ? Optional.of(connected)
                            : Optional.empty();
                });
    }

    private NodeStreams streams(NodeId node) {
        return NodeStreams.read(node.name(), cluster().nodeDirectory(node));
    }

    private boolean has(NodeId node, String command) {
        return streams(node).applied().stream().map(Applied::key).anyMatch(command::equals);
    }

    private SortedSet<NodeId> whoHas(String command) {
        SortedSet<NodeId> nodes = new TreeSet<>(cluster().nodes());
        nodes.removeIf(node -> !has(node, command));
        return nodes;
    }

    /// That these, after a while, and no others applied the command.
    private void checkCommitted(String command, List<NodeId> by) {
        await(
                by + " apply " + command,
                () -> whoHas(command).containsAll(by) ? Optional.of(command) : Optional.empty());
        assertThat(whoHas(command)).containsExactlyElementsOf(by);
    }

    /// Where something later is applied, what is missing stays missing.
    private void checkNotCommitted(String command) {
        assertThat(whoHas(command)).isEmpty();
    }

    private <T> T await(String what, Supplier<Optional<T>> look) {
        long deadline = loop.nanos() + PATIENCE.toNanos();
        Optional<T> seen = look.get();
        while (seen.isEmpty()) {
            assertThat(loop.nanos()).as("waited, and not yet: " + what).isLessThan(deadline);
            CompletableFuture<Boolean> aMoment = new CompletableFuture<>();
            loop.after(20_000_000, () -> aMoment.complete(true));
            loop.runUntil(aMoment);
            seen = look.get();
        }
        return seen.get();
    }

    // --- Scenarios

    @Test
    void s1_8_fiveNodesExchangeMessagesEachWithEach() {
        cluster(5);
        List<Link> all = new ArrayList<>();
        for (NodeId node : cluster().nodes()) {
            others(node).forEach(other -> all.add(new Link(node, other)));
        }
        assertThat(all).hasSize(20);
        Probe probe =
                await(
                        "every ping is answered",
                        () ->
                                Optional.of(
                                                loop.runUntil(
                                                        cluster().probe(new Wound.Cut(all), false)))
                                        .filter(Probe::asExpected)
                                        .filter(it -> it.evidence().startsWith("ping answered: ")));
        assertThat(probe.evidence().substring("ping answered: ".length()).split(", "))
                .containsExactlyInAnyOrderElementsOf(all.stream().map(Link::toString).toList());
    }

    @Nested
    final class Election {
        @Test
        void s1_8_leaderDisconnectsAndReconnects() {
            cluster(3);
            NodeId old = checkUniqueLeader();
            off(old);
            NodeId next = checkUniqueLeader();
            assertThat(next).isNotEqualTo(old);
            commit("a");
            on(old);
            checkCommitted("a", cluster().nodes());
            checkUniqueLeader();
        }

        @Test
        void s1_8_leaderAndAFollowerDisconnect() {
            cluster(3);
            NodeId leader = checkUniqueLeader();
            NodeId follower = others(leader).getFirst();
            off(leader);
            off(follower);
            checkNoLeader();
            assertThat(submit(others(leader, follower).getFirst(), "a"))
                    .isInstanceOf(Response.Refused.class);
            on(follower);
            checkUniqueLeader();
            commit("b");
            checkNotCommitted("a");
        }
    }

    @Nested
    final class Commits {
        @Test
        void s1_8_nothingCommitsWithoutAMajorityAndWhatIsLostNeverAppears() {
            cluster(3);
            commit("a");
            NodeId leader = checkUniqueLeader();
            List<NodeId> followers = others(leader);
            followers.forEach(ProcessScenarioIT.this::off);
            assertThat(submit(leader, "lost")).isNotInstanceOf(Response.Done.class);
            off(leader);
            followers.forEach(ProcessScenarioIT.this::on);
            commit("b");
            checkCommitted("b", followers);
            on(leader);
            checkCommitted("b", cluster().nodes());
            checkNotCommitted("lost");
        }

        @Test
        void s1_8_whatADisconnectedLeaderTakesIsNotCommittedAndTheNewLeadersEntriesWin() {
            cluster(5);
            commit("a", "b");
            NodeId old = checkUniqueLeader();
            off(old);
            assertThat(submit(old, "lost")).isNotInstanceOf(Response.Done.class);
            commit("c", "d");
            checkCommitted("d", others(old));
            on(old);
            checkCommitted("d", cluster().nodes());
            commit("e");
            checkCommitted("e", cluster().nodes());
            checkNotCommitted("lost");
        }

        @Test
        void s1_8_twoFollowersCrashOneRestartsTheLeaderCrashes() {
            cluster(5);
            commit("a");
            NodeId leader = checkUniqueLeader();
            NodeId first = others(leader).get(0);
            NodeId second = others(leader).get(1);
            crash(first);
            crash(second);
            commit("b");
            restart(first);
            checkCommitted("b", others(second));
            crash(leader);
            commit("c");
            checkCommitted("c", others(leader, second));
            restart(leader);
            restart(second);
            checkCommitted("c", cluster().nodes());
        }
    }

    @Nested
    final class Members {
        @Test
        void s1_8_addTwoServersAndRemoveTheLeader() {
            cluster(3);
            commit("a");
            add(new NodeId("n4"));
            add(new NodeId("n5"));
            commit("b");
            checkCommitted("a", cluster().nodes());
            checkCommitted("b", cluster().nodes());

            NodeId leader = checkUniqueLeader();
            remove(leader);
            assertThat(checkUniqueLeader()).isNotEqualTo(leader);
            commit("c");
            checkCommitted("c", cluster().nodes());
            assertThat(has(leader, "c")).isFalse();
        }
    }
}
