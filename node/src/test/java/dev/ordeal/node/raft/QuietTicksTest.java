package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Event.Tick;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.PreVote;
import dev.ordeal.node.raft.Message.RequestVote;
import dev.ordeal.node.raft.Message.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Of two servers that the same happens to one takes each tick by itself, the other all that are quiet at once.
class QuietTicksTest {
    private static final int EVENTS = 200;
    private static final int MOST_TICKS = 30;

    @RepeatedTest(100)
    void theyMayPassAtOnce(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        var random = new SplittableRandom(seed);
        var one = new TestServer(Persisted.NOTHING, seed);
        var other = new TestServer(Persisted.NOTHING, seed);
        for (int i = 0; i < EVENTS; i++) {
            int ticks = random.nextInt(MOST_TICKS);
            assertThat(atOnce(other, ticks)).isEqualTo(one.tick(ticks));
            var event = event(random, one.raft.term());
            assertThat(other.step(event)).isEqualTo(one.step(event));
        }
    }

    private static List<Effect> atOnce(TestServer server, int ticks) {
        var effects = new ArrayList<Effect>();
        for (int left = ticks; left > 0; ) {
            int quiet = Math.min(left, server.raft.quietTicks());
            if (quiet > 0) assertThat(server.step(new Tick(quiet))).isEmpty();
            left -= quiet;
            if (left > 0) {
                effects.addAll(server.step(new Tick()));
                left--;
            }
        }
        return effects;
    }

    /// From a leader, or to a candidate, or of one.
    private static Event event(RandomGenerator random, long term) {
        var from = random.nextBoolean() ? TestServer.N2 : TestServer.N3;
        return new Receive(
                from,
                switch (random.nextInt(4)) {
                    case 0 -> new AppendEntries(term + 1, Position.START, List.of(), 0, 0);
                    case 1 -> new RequestVote(term + 1, Position.START, false);
                    case 2 -> new PreVote(term, term, true);
                    default -> new Vote(term, true);
                });
    }
}
