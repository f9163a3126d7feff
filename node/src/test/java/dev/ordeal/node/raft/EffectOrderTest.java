package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.Effect.Accepted;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.CompactLog;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.Send;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Effect.TakeSnapshot;
import dev.ordeal.node.raft.Event.Proposal;
import dev.ordeal.node.raft.Event.Propose;
import dev.ordeal.node.raft.Event.Read;
import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Event.Tick;
import dev.ordeal.node.raft.Message.AppendAccepted;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.InstallSnapshot;
import dev.ordeal.node.raft.Message.RequestVote;
import dev.ordeal.node.raft.Message.Vote;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checker of the contract sees each breach of it: every test shows effects in the right order, then the same in a wrong
/// one.
class EffectOrderTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final Membership MEMBERS = new Membership(List.of(N1, N2));
    private static final Entry FIRST = new Entry(1, 1, Entry.Kind.NOOP, Bytes.EMPTY);

    private static final SaveVote SAVE = new SaveVote(1, N2);
    private static final StoreEntries STORE = new StoreEntries(0, List.of(FIRST));
    private static final Apply APPLY = new Apply(FIRST);

    private static void follows(Event event, Effect... effects) {
        assertThatNoException().isThrownBy(() -> check(event, effects));
    }

    private static void breaks(String how, Event event, Effect... effects) {
        assertThatThrownBy(() -> check(event, effects))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(how);
    }

    private static void check(Event event, Effect... effects) {
        new EffectOrder(N1, MEMBERS, Persisted.NOTHING).check(event, List.of(effects));
    }

    @Test
    void aVoteIsSavedBeforeItIsGiven() {
        var request = new Receive(N2, new RequestVote(1, Position.START));
        var vote = new Send(N2, new Vote(1, true));
        follows(request, SAVE, vote);
        breaks("a term that is not saved", request, vote, SAVE);
        breaks("a vote that is not saved", request, new SaveVote(1, null), vote);
    }

    @Test
    void aRoleIsTakenInATermThatIsSaved() {
        var role = new RoleChanged(Role.FOLLOWER, 1, null);
        follows(new Tick(), SAVE, role);
        breaks("a role in a term that is not saved", new Tick(), role, SAVE);
    }

    @Test
    void aVoteIsGivenOnceATerm() {
        breaks("a second vote", new Tick(), SAVE, new SaveVote(1, N1));
        breaks("the term falls", new Tick(), SAVE, new SaveVote(0, null));
    }

    @Test
    void entriesAreStoredBeforeTheyAreAcknowledged() {
        var request = new Receive(N2, new AppendEntries(1, Position.START, List.of(FIRST), 0, 0));
        var accepted = new Send(N2, new AppendAccepted(1, 1, 0));
        follows(request, SAVE, STORE, accepted);
        breaks("acknowledges what is not stored", request, SAVE, accepted, STORE);
    }

    @Test
    void entriesAreStoredBeforeTheyAreApplied() {
        follows(new Tick(), STORE, APPLY);
        breaks("applied before it is stored", new Tick(), APPLY, STORE);
        breaks("applied out of order", new Tick(), STORE, APPLY, APPLY);
    }

    @Test
    void aLeaderSendsWhatItStoresBeforeItStoresIt() {
        var send = new Send(N2, new AppendEntries(1, Position.START, List.of(FIRST), 0, 0));
        follows(new Tick(), SAVE, send, STORE);
        breaks("sends what is never stored", new Tick(), SAVE, send);
    }

    @Test
    void whatIsAppliedIsNotCutOff() {
        var other = new StoreEntries(0, List.of(new Entry(1, 2, Entry.Kind.NOOP, Bytes.EMPTY)));
        follows(new Tick(), STORE, other);
        breaks("cuts off what is applied", new Tick(), STORE, APPLY, other);
    }

    @Test
    void aProposalIsAnsweredOnceAndAcceptedBetweenStoringAndApplying() {
        var propose = new Propose(List.of(new Proposal(7, Bytes.EMPTY)));
        var accepted = new Accepted(7, 1, 1);
        follows(propose, STORE, accepted, APPLY);
        follows(propose, new Refused(7, null));
        breaks("accepted before it is stored", propose, accepted, STORE);
        breaks("accepted after it is applied", propose, STORE, APPLY, accepted);
        breaks("0 answers", propose, STORE);
        breaks("2 answers", propose, STORE, accepted, new Refused(7, null));
    }

    @Test
    void aReadIsServedAfterWhatItShowsIsApplied() {
        var read = new Read(List.of(7L));
        follows(read, STORE, APPLY, new ReadReady(7, 1));
        breaks("a read before", read, STORE, new ReadReady(7, 1), APPLY);
        breaks("answers no open read", read, new ReadReady(7, 0), new ReadReady(7, 0));
    }

    @Test
    void aSnapshotIsOfTheStateThatIsApplied() {
        var take = new TakeSnapshot(FIRST.position(), MEMBERS);
        follows(new Tick(), STORE, APPLY, take);
        breaks("another state", new Tick(), STORE, take, APPLY);
        breaks(
                "another state",
                new Tick(),
                STORE,
                APPLY,
                new TakeSnapshot(new Position(1, 2), MEMBERS));
    }

    @Test
    void theLogForgetsOnlyWhatIsAppliedAndStored() {
        var compact = new CompactLog(FIRST.position());
        follows(new Tick(), STORE, APPLY, compact);
        breaks("forgets what is not applied", new Tick(), STORE, compact);
        breaks(
                "forgets what is not stored",
                new Tick(),
                STORE,
                APPLY,
                new CompactLog(new Position(FIRST.index(), FIRST.term() + 1)));
    }

    @Test
    void aSnapshotIsInstalledBeforeItIsAcknowledgedAndNeverTakesTheNodeBack() {
        var last = new Position(7, 1);
        var install = new Install(new Snapshot(last, MEMBERS, Bytes.EMPTY));
        var accepted = new Send(N2, new AppendAccepted(1, 7, 0));
        var request =
                new Receive(N2, new InstallSnapshot(1, last, MEMBERS, 0, Bytes.EMPTY, true, 0));
        follows(request, SAVE, install, accepted);
        breaks("acknowledges what is not stored", request, SAVE, accepted, install);
        breaks("0 answers", request, SAVE, install);
        breaks("goes back", new Tick(), install, install);
        breaks(
                "leaves a gap",
                new Tick(),
                new StoreEntries(7, List.of(new Entry(8, 1, FIRST.kind(), FIRST.payload()))));
        follows(
                new Tick(),
                install,
                new StoreEntries(7, List.of(new Entry(8, 1, FIRST.kind(), FIRST.payload()))));
        breaks(
                "has not kept",
                new Tick(),
                SAVE,
                new Send(N2, new InstallSnapshot(1, last, MEMBERS, 0, Bytes.EMPTY, true, 0)));
    }

    @Test
    void aRequestIsAnsweredOnce() {
        var request = new Receive(N2, new RequestVote(1, Position.START));
        var vote = new Send(N2, new Vote(1, true));
        breaks("0 answers", request, SAVE);
        breaks("2 answers", request, SAVE, vote, vote);
    }
}
