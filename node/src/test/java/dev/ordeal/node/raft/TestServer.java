package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Event.Proposal;
import dev.ordeal.node.raft.Event.Propose;
import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Event.Tick;
import dev.ordeal.node.raft.Message.PreVote;
import dev.ordeal.node.raft.Message.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/// n1 of five, alone: a test plays the other four.
final class TestServer {
    static final NodeId N1 = new NodeId("n1");
    static final NodeId N2 = new NodeId("n2");
    static final NodeId N3 = new NodeId("n3");
    static final NodeId N4 = new NodeId("n4");
    static final NodeId N5 = new NodeId("n5");
    static final Settings SETTINGS = new Settings(10, 20, 3, 1_000, 8, 1_000);

    final Raft raft;

    /// What its clock shows.
    long nanos;

    private final EffectOrder order;

    TestServer(Persisted persisted, long seed) {
        this(new Membership(List.of(N1, N2, N3, N4, N5)), persisted, seed);
    }

    TestServer(Membership members, Persisted persisted, long seed) {
        this(members, SETTINGS, persisted, seed);
    }

    TestServer(Membership members, Settings settings, Persisted persisted, long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        raft = new Raft(N1, members, settings, new Rules(), random, persisted);
        order = new EffectOrder(N1, members, persisted);
    }

    /// A server that starts in this term, with a log of these terms.
    static TestServer with(long term, long... log) {
        return new TestServer(new Persisted(term, null, entries(1, log)), 1);
    }

    /// A server that starts in this term, in which it has voted.
    static TestServer thatVoted(long term, NodeId vote) {
        return new TestServer(new Persisted(term, vote, List.of()), 1);
    }

    /// Entries of these terms, from that index on.
    static List<Entry> entries(long first, long... terms) {
        var entries = new ArrayList<Entry>();
        for (long term : terms)
            entries.add(new Entry(first + entries.size(), term, Entry.Kind.NOOP, Bytes.EMPTY));
        return entries;
    }

    List<Effect> step(Event event) {
        var effects = List.copyOf(raft.step(event, nanos));
        order.check(event, effects);
        return effects;
    }

    List<Effect> receive(NodeId from, Message message) {
        return step(new Receive(from, message));
    }

    List<Effect> tick(int times) {
        var effects = new ArrayList<Effect>();
        for (int i = 0; i < times; i++) effects.addAll(step(new Tick()));
        return effects;
    }

    void becomePreCandidate() {
        // It may be one already, and asks again.
        tick(SETTINGS.electionTicksMax());
        assertThat(raft.role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    List<Effect> becomeCandidate() {
        becomePreCandidate();
        receive(N2, new PreVote(raft.term(), raft.term(), true));
        return receive(N3, new PreVote(raft.term(), raft.term(), true));
    }

    List<Effect> becomeLeader() {
        becomeCandidate();
        receive(N2, new Vote(raft.term(), true));
        return receive(N3, new Vote(raft.term(), true));
    }

    List<Effect> change(long requestId, Change change) {
        return step(new Event.ChangeMembership(requestId, change));
    }

    List<Effect> propose(long... ids) {
        return step(
                new Propose(
                        LongStream.of(ids)
                                .mapToObj(id -> new Proposal(id, Bytes.of((byte) id)))
                                .toList()));
    }
}
