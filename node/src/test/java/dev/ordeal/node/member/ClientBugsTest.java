package dev.ordeal.node.member;

import static dev.ordeal.node.member.TestMember.N1;
import static dev.ordeal.node.member.TestMember.N2;
import static dev.ordeal.node.member.TestMember.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each planted bug between the clients and the log does, and that a member without it does not.
class ClientBugsTest {
    private static Planted planted(String bug) {
        return Bugs.find(bug).orElseThrow().planted().get();
    }

    // --- cas-at-propose

    private static List<String> twoCompareAndSetsFromOneValue(Planted planted) throws Exception {
        TestMember member = new TestMember(planted, N1);
        member.ask("a", new Request.Cas("a", 1, "k", null, "1"));
        member.ask("b", new Request.Cas("b", 1, "k", null, "2"));
        member.takeIn();
        return member.told;
    }

    @Test
    void ofTwoCompareAndSetsFromOneValueOneSucceeds() throws Exception {
        assertThat(twoCompareAndSetsFromOneValue(Planted.NOTHING))
                .containsExactly("a " + done(null, 2), "b " + new Response.Mismatch("1", 3));
    }

    @Test
    void casAtProposeLetsBothSucceed() throws Exception {
        assertThat(twoCompareAndSetsFromOneValue(planted("cas-at-propose")))
                .containsExactly("a " + done(null, 2), "b " + done(null, 3));
    }

    // --- retry-twice

    private static List<String> aRetryThenARead(Planted planted) throws Exception {
        TestMember member = new TestMember(planted, N1);
        for (int attempt = 0; attempt < 2; attempt++) {
            member.ask("a", new Request.Increment("a", 1, "k", 7));
            member.takeIn();
        }
        member.ask("b", new Request.Read("k"));
        member.takeIn();
        return member.told;
    }

    @Test
    void aRetryCountsOnce() throws Exception {
        assertThat(aRetryThenARead(Planted.NOTHING)).endsWith("b " + done("7", 3));
    }

    @Test
    void retryTwiceCountsItTwice() throws Exception {
        assertThat(aRetryThenARead(planted("retry-twice"))).endsWith("b " + done("14", 3));
    }

    // --- timeout-is-failure

    private static List<String> aCommandOfADeposedLeader(Planted planted) throws Exception {
        TestMember member = new TestMember(planted, N1, N2);
        member.ask("a", new Request.Write("a", 1, "k", "1"));
        member.takeIn();
        assertThat(member.told).isEmpty();
        member.depose();
        return member.told;
    }

    @Test
    void aLeaderThatWasDeposedDoesNotKnowWhatBecomesOfACommand() throws Exception {
        assertThat(aCommandOfADeposedLeader(Planted.NOTHING))
                .singleElement()
                .asString()
                .contains("Broken", "outcome unknown");
    }

    @Test
    void timeoutIsFailureSaysThatItFailed() throws Exception {
        assertThat(aCommandOfADeposedLeader(planted("timeout-is-failure")))
                .singleElement()
                .asString()
                .contains("Refused", "outcome unknown");
    }

    // --- swapped-replies

    /// One reads what nobody ever wrote, the other counts. What is counted is answered first.
    private static List<String> aReadAndACount(Planted planted) throws Exception {
        TestMember member = new TestMember(planted, N1);
        member.ask("a", new Request.Read("nothing"));
        member.ask("b", new Request.Increment("b", 1, "k", 7));
        member.takeIn();
        return member.told;
    }

    @Test
    void anAnswerGoesToWhoeverAsked() throws Exception {
        assertThat(aReadAndACount(Planted.NOTHING))
                .containsExactly("b " + done("7", 2), "a " + done(null, 2));
    }

    @Test
    void swappedRepliesGivesTheFirstAnswerToWhoeverAskedFirst() throws Exception {
        assertThat(aReadAndACount(planted("swapped-replies")))
                .containsExactly("a " + done("7", 2), "b " + done(null, 2));
    }
}
