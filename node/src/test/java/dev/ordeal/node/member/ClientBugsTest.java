package dev.ordeal.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.rpc.Peer;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.SimulatedDirectory;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What each planted bug between the clients and the log does, and that a member without it does not.
class ClientBugsTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");

    /// What clients were told, in the order in which they were.
    private final List<String> told = new ArrayList<>();

    private final List<Input> inbox = new ArrayList<>();

    /// A voter that votes for whoever asks, and never says anything else.
    private static final class Voter implements Peer {
        @Override
        public void send(Message message, Consumer<Message> onAnswer) {
            switch (message) {
                case Message.RequestPreVote(var term, var last) ->
                        onAnswer.accept(new Message.PreVote(term, term, true));
                case Message.RequestVote(var term, var last) ->
                        onAnswer.accept(new Message.Vote(term, true));
                case Message other -> {}
            }
        }

        @Override
        public void forward(Request request, long timeoutNanos, Consumer<Response> onResponse) {
            onResponse.accept(new Response.Broken("UNAVAILABLE", "gone", false));
        }
    }

    private static Planted planted(String bug) {
        return Bugs.find(bug).orElseThrow().planted().get();
    }

    /// It leads the cluster of these.
    private Member leader(Planted planted, NodeId... members) throws Exception {
        SimulatedDirectory directory = new SimulatedDirectory(N1.name());
        Member member =
                new Member(
                        N1,
                        new Membership(List.of(members)),
                        Settings.defaults(),
                        planted,
                        Disk.open(directory, planted.recoveryRules(), note -> {}),
                        new Random(1),
                        new Member.Surroundings(
                                Map.of(N2, new Voter()),
                                new Streams(
                                        new ByteArrayOutputStream(),
                                        new ByteArrayOutputStream(),
                                        N1,
                                        1,
                                        () -> 0),
                                new Metrics(),
                                task -> CompletableFuture.failedFuture(new AssertionError(task)),
                                () -> 0),
                        inbox::add);
        while (member.status().role() != Role.LEADER) {
            member.tick();
            member.settle();
            takeIn(member);
        }
        return member;
    }

    /// Lets the member take in what is there, all at once.
    private void takeIn(Member member) throws Exception {
        List<Input> batch = List.copyOf(inbox);
        inbox.clear();
        member.take(batch);
        member.settle();
    }

    /// A client asks, and will write down what it is told.
    private void ask(Member member, String client, Request request) {
        inbox.add(
                member.admit(request, true, 1, answer -> told.add(client + " " + answer))
                        .orElseThrow());
    }

    private static String done(@Nullable String value, long index) {
        return new Response.Done(value, null, index).toString();
    }

    // --- cas-at-propose

    private void twoSucceedFromOneValue(Planted planted) throws Exception {
        Member member = leader(planted, N1);
        ask(member, "a", new Request.Cas("a", 1, "k", null, "1"));
        ask(member, "b", new Request.Cas("b", 1, "k", null, "2"));
        takeIn(member);
    }

    @Test
    void ofTwoCompareAndSetsFromOneValueOneSucceeds() throws Exception {
        twoSucceedFromOneValue(Planted.NOTHING);
        assertThat(told)
                .containsExactly("a " + done(null, 2), "b " + new Response.Mismatch("1", 3));
    }

    @Test
    void casAtProposeLetsBothSucceed() throws Exception {
        twoSucceedFromOneValue(planted("cas-at-propose"));
        assertThat(told).containsExactly("a " + done(null, 2), "b " + done(null, 3));
    }

    // --- retry-twice

    private void retry(Planted planted) throws Exception {
        Member member = leader(planted, N1);
        for (int attempt = 0; attempt < 2; attempt++) {
            ask(member, "a", new Request.Increment("a", 1, "k", 7));
            takeIn(member);
        }
        ask(member, "b", new Request.Read("k"));
        takeIn(member);
    }

    @Test
    void aRetryCountsOnce() throws Exception {
        retry(Planted.NOTHING);
        assertThat(told).endsWith("b " + done("7", 3));
    }

    @Test
    void retryTwiceCountsItTwice() throws Exception {
        retry(planted("retry-twice"));
        assertThat(told).endsWith("b " + done("14", 3));
    }

    // --- timeout-is-failure

    private void loseTheLeadership(Planted planted) throws Exception {
        Member member = leader(planted, N1, N2);
        ask(member, "a", new Request.Write("a", 1, "k", "1"));
        takeIn(member);
        assertThat(told).isEmpty();
        long later = member.status().term() + 1;
        inbox.add(new Input.Answered(N2, new Message.Vote(later, false)));
        takeIn(member);
    }

    @Test
    void aLeaderThatWasDeposedDoesNotKnowWhatBecomesOfACommand() throws Exception {
        loseTheLeadership(Planted.NOTHING);
        assertThat(told).singleElement().asString().contains("Broken", "outcome unknown");
    }

    @Test
    void timeoutIsFailureSaysThatItFailed() throws Exception {
        loseTheLeadership(planted("timeout-is-failure"));
        assertThat(told).singleElement().asString().contains("Refused", "outcome unknown");
    }

    // --- swapped-replies

    /// One reads what nobody ever wrote, the other counts. What is counted is answered first.
    private void readAndCount(Planted planted) throws Exception {
        Member member = leader(planted, N1);
        ask(member, "a", new Request.Read("nothing"));
        ask(member, "b", new Request.Increment("b", 1, "k", 7));
        takeIn(member);
    }

    @Test
    void anAnswerGoesToWhoeverAsked() throws Exception {
        readAndCount(Planted.NOTHING);
        assertThat(told).containsExactly("b " + done("7", 2), "a " + done(null, 2));
    }

    @Test
    void swappedRepliesGivesTheFirstAnswerToWhoeverAskedFirst() throws Exception {
        readAndCount(planted("swapped-replies"));
        assertThat(told).containsExactly("a " + done("7", 2), "b " + done(null, 2));
    }
}
