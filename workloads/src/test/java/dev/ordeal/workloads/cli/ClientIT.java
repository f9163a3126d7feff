package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.FreePorts;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.process.ProcessCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S2.3: a client at a terminal, against three real nodes.
final class ClientIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    private final EventLoop loop = new EventLoop();
    private LiveCluster cluster;
    private NodeId leader;
    private List<NodeId> followers;

    private record Said(int code, String out, String err) {}

    private static Said ordeal(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        return new Said(code, out.toString().strip(), err.toString().strip());
    }

    /// The words of the request, to these servers.
    private Said client(String request, List<NodeId> servers) {
        List<String> arguments = new ArrayList<>(List.of("client"));
        arguments.addAll(List.of(request.split(" ")));
        arguments.add("--server");
        arguments.add(
                servers.stream()
                        .map(node -> cluster.clientAddress(node).toString())
                        .collect(Collectors.joining(",")));
        return ordeal(arguments.toArray(new String[0]));
    }

    @BeforeEach
    void threeNodesAndALeader() {
        cluster = ProcessCluster.create(new ClusterSpec(3, folder, OrdealRaft.correct()), loop);
        loop.runUntil(cluster.start());
        leader = loop.runUntil(leader());
        followers = cluster.nodes().stream().filter(node -> !node.equals(leader)).toList();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private CompletableFuture<NodeId> leader() {
        return cluster.status()
                .thenCompose(all -> {
                    Optional<NodeStatus> leads = NodeStatus.newestLeader(all.values());
                    boolean agreed =
                            leads.isPresent()
                                    && all.values().stream()
                                            .allMatch(node ->
                                                    node.leader()
                                                            .equals(
                                                                    Optional.of(
                                                                            leads.get().node())));
                    return agreed
                            ? CompletableFuture.completedFuture(leads.get().node())
                            : pause().thenCompose(over -> leader());
                });
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        var unused = loop.after(50_000_000L, () -> over.complete(null));
        return over;
    }

    @Test
    void whoeverIsAskedTheLeaderChangesTheMembershipAndHandsOver() {
        List<NodeId> leaderLast = List.of(followers.get(0), followers.get(1), leader);
        assertThat(client("members", leaderLast).out)
                .containsPattern(leader + "  voter  127.0.0.1:\\d+  leads")
                .containsPattern(followers.get(0) + "  voter  127.0.0.1:\\d+(\n|$)");
        assertThat(client("add " + leader + "=127.0.0.1:1", leaderLast))
                .satisfies(said -> assertThat(said.code).isEqualTo(1))
                .satisfies(said -> assertThat(said.err).contains("is a member already"));
        assertThat(client("add n9=nowhere", leaderLast))
                .satisfies(said -> assertThat(said.code).isEqualTo(254))
                .satisfies(said -> assertThat(said.err).contains("HOST:PORT, not 'nowhere'"));

        assertThat(client("remove " + followers.get(0) + " " + followers.get(0), leaderLast))
                .satisfies(said -> assertThat(said.code).isEqualTo(1))
                .satisfies(said -> assertThat(said.out).contains(" is a member no more"))
                .satisfies(said -> assertThat(said.err).contains("is not a member"));
        Said handedOver = client("transfer " + followers.get(1), leaderLast);
        assertThat(handedOver.out)
                .as(handedOver.err)
                .contains(followers.get(1) + " has taken over");
    }

    @Test
    void s2_3_requestsAreAnsweredWhoeverIsAskedAndFailuresSayWhatTheyAre() throws IOException {
        List<NodeId> all = cluster.nodes();
        List<NodeId> leaderLast = List.of(followers.get(0), followers.get(1), leader);

        assertThat(client("get color", all).out()).matches("color is absent \\(index \\d+\\)");
        assertThat(client("put color red", leaderLast).out()).matches("done \\(index \\d+\\)");
        assertThat(client("get color", followers.subList(0, 1)).out())
                .as("through a follower that passes it on: the leader is not in the list")
                .startsWith("color = \"red\" (index ");
        assertThat(client("cas color red green", leaderLast).code()).isZero();
        Said mismatch = client("cas color red blue", leaderLast);
        assertThat(mismatch.code()).isEqualTo(1);
        assertThat(mismatch.err()).startsWith("ordeal: not done: color = \"green\" (index ");
        assertThat(client("cas color --absent blue", leaderLast).code()).isEqualTo(1);
        assertThat(client("append list a", all).code()).isZero();
        assertThat(client("append list b", all).code()).isZero();
        assertThat(client("get list", all).out()).startsWith("list = [\"a\",\"b\"] (index ");
        assertThat(client("increment n", leaderLast).out()).startsWith("n = \"1\" (index ");
        assertThat(client("increment n --by -5", all).out()).startsWith("n = \"-4\" (index ");
        assertThat(client("delete n", all).code()).isZero();
        Said rejected = client("increment color", leaderLast);
        assertThat(rejected.code()).isEqualTo(1);
        assertThat(rejected.err()).contains("not done: key color does not hold a whole number");

        assertThat(client("declare round Charlie Eve", leaderLast).out())
                .matches("done \\(index \\d+\\)");
        assertThat(client("declare round Bob", leaderLast))
                .satisfies(said -> assertThat(said.code()).isEqualTo(1))
                .satisfies(said ->
                        assertThat(said.err())
                                .startsWith(
                                        "ordeal: not done: round has its list already (index "));
        assertThat(client("get round", all).out())
                .startsWith("round = [\"Charlie\",\"Eve\"] (index ");
        assertThat(client("declare round Bob Bob", all))
                .satisfies(said -> assertThat(said.code()).isEqualTo(254))
                .satisfies(said -> assertThat(said.err()).contains("this one twice: Bob"));

        JsonNode read = JSON.readTree(client("get color --json", leaderLast).out());
        assertThat(read.path("outcome").asText()).isEqualTo("ok");
        assertThat(read.path("value").asText()).isEqualTo("green");
        assertThat(read.path("index").asLong()).isPositive();
        assertThat(read.path("server").asText())
                .as("it followed the hint")
                .isEqualTo(cluster.clientAddress(leader).toString());

        Said refused = client("put color red --here", followers);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo(
                        "ordeal: not done: %s does not lead, %s does"
                                .formatted(followers.getFirst(), leader));

        Said status = client("status", all);
        assertThat(status.code()).isZero();
        assertThat(status.out().lines()).hasSize(3);
        assertThat(status.out())
                .contains(cluster.clientAddress(leader) + "  " + leader + "  leader  term ")
                .contains(followers.getFirst() + "  follower, led by " + leader);
    }

    @Test
    void silenceIsAnOutcomeThatNobodyKnowsAndNobodyReachedIsNone() throws IOException {
        String closed = "127.0.0.1:" + FreePorts.take(1).getFirst();
        Said refused = ordeal("client", "put", "k", "v", "--server", closed);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("ordeal: not done, nothing was sent: " + closed)
                .contains("refused");
        Said noHost = ordeal("client", "put", "k", "v", "--server", "no-such-host.invalid:1");
        assertThat(noHost.code()).isEqualTo(1);
        assertThat(noHost.err()).contains("there is no host no-such-host.invalid");
        Said onward =
                ordeal(
                        "client",
                        "put",
                        "k",
                        "v",
                        "--server",
                        closed + "," + cluster.clientAddress(leader));
        assertThat(onward.code()).as("the next server is asked").isZero();
        Said status = ordeal("client", "status", "--json", "--server", closed);
        assertThat(status.code()).isEqualTo(1);
        assertThat(JSON.readTree(status.out()).at("/servers/0/error").asText()).contains("refused");

        // One after the other while the followers die: a leader that has heard of nobody for a
        // while would refuse.
        CompletableFuture<Said> firstNotDone =
                CompletableFuture.supplyAsync(() -> {
                    Said said = client("put k w --timeout 1s", List.of(leader));
                    while (said.code() == 0) {
                        said = client("put k w --timeout 1s", List.of(leader));
                    }
                    return said;
                });
        loop.runUntil(cluster.strike(new Wound.Killed(followers)));
        Said unknown = firstNotDone.join();
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err())
                .startsWith("ordeal: outcome unknown: ")
                .endsWith("; it may have happened, or may yet");
        Said read = client("get k --timeout 1s", List.of(leader));
        assertThat(read.code()).isEqualTo(1);
        assertThat(read.err()).startsWith("ordeal: not ");
    }
}
