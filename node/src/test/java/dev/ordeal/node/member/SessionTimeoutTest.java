package dev.ordeal.node.member;

import static dev.ordeal.node.member.TestMember.N1;
import static dev.ordeal.node.member.TestMember.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Sessions end by the clock of the leader, which its commands carry into the log.
class SessionTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TestMember member;

    SessionTimeoutTest() throws Exception {
        member = new TestMember(Planted.NOTHING, TIMEOUT, N1);
    }

    private void pass(Duration time) {
        member.nanos += time.toNanos();
    }

    private void append(String client, long sequence) throws Exception {
        member.ask(client, new Request.Append(client, sequence, "k", client + sequence));
        member.takeIn();
    }

    @Test
    void whoComesBackTooLateIsRefusedAndNothingIsAppliedAgain() throws Exception {
        append("a", 1);
        append("a", 2);
        pass(TIMEOUT);
        append("a", 2);
        append("a", 3);

        String refused =
                "a "
                        + new Response.Refused(
                                "session a is unknown or was forgotten: start a new one", null);
        assertThat(member.told)
                .containsExactly("a " + done(null, 2), "a " + done(null, 3), refused, refused);
    }

    @Test
    void whoComesBackInTimeIsToldWhatItMissed() throws Exception {
        append("a", 1);
        append("a", 2);
        pass(TIMEOUT.minusMillis(1));
        append("a", 2);

        assertThat(member.told).endsWith("a " + done(null, 3));
    }
}
