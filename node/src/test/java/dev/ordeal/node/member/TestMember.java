package dev.ordeal.node.member;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.rpc.Peer;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Wire;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.SimulatedDirectory;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// n1, which leads, and its clients: a test plays the rest of the cluster, and its clock.
final class TestMember {
    static final NodeId N1 = new NodeId("n1");
    static final NodeId N2 = new NodeId("n2");

    /// What clients were told, in the order in which they were.
    final List<String> told = new ArrayList<>();

    /// What the member's clock shows.
    long nanos;

    private final List<Input> inbox = new ArrayList<>();
    private final Member member;

    /// A voter that votes for whoever asks, and never says anything else.
    private static final class Voter implements Peer {
        @Override
        public void send(Message message, Consumer<Message> onAnswer) {
            switch (message) {
                case Message.RequestPreVote request ->
                        onAnswer.accept(new Message.PreVote(request.term(), request.term(), true));
                case Message.RequestVote request ->
                        onAnswer.accept(new Message.Vote(request.term(), true));
                case Message other -> {}
            }
        }

        @Override
        public void forward(Request request, long timeoutNanos, Consumer<Response> onResponse) {
            onResponse.accept(new Response.Broken("UNAVAILABLE", "gone", false));
        }
    }

    TestMember(Planted planted, NodeId... members) throws Exception {
        this(planted, Member.SESSION_TIMEOUT, members);
    }

    TestMember(Planted planted, Duration sessionTimeout, NodeId... members) throws Exception {
        member =
                new Member(
                        N1,
                        new Membership(List.of(members)),
                        Settings.defaults(),
                        sessionTimeout,
                        planted,
                        Disk.open(
                                new SimulatedDirectory(N1.name()),
                                planted.recoveryRules(),
                                note -> {}),
                        new Random(1),
                        new Member.Surroundings(
                                Map.of(N2, new Voter()),
                                new Streams(
                                        new ByteArrayOutputStream(),
                                        new ByteArrayOutputStream(),
                                        N1,
                                        1,
                                        () -> nanos),
                                new Metrics(),
                                task -> CompletableFuture.failedFuture(new AssertionError(task)),
                                () -> nanos,
                                () -> nanos,
                                Wire::logged),
                        inbox::add);
        while (member.status().role() != Role.LEADER) {
            member.tick();
            member.settle();
            takeIn();
        }
    }

    /// A client asks, and will write down what it is told.
    void ask(String client, Request request) {
        inbox.add(
                member.admit(request, true, 1, answer -> told.add(client + " " + answer))
                        .orElseThrow());
    }

    /// It hears from a later term, and steps down.
    void depose() throws Exception {
        long later = member.status().term() + 1;
        inbox.add(new Input.Answered(N2, new Message.Vote(later, false)));
        takeIn();
    }

    /// Lets the member take in what is there, all at once.
    void takeIn() throws Exception {
        List<Input> batch = List.copyOf(inbox);
        inbox.clear();
        member.take(batch);
        member.settle();
    }

    /// How a client writes down that it was told this, with this index.
    static String done(@Nullable String value, long index) {
        return new Response.Done(value, null, index).toString();
    }
}
