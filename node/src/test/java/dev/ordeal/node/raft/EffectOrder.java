package dev.ordeal.node.raft;

import dev.ordeal.node.raft.Effect.Accepted;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.CompactLog;
import dev.ordeal.node.raft.Effect.Configured;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.MembershipChanged;
import dev.ordeal.node.raft.Effect.MembershipRefused;
import dev.ordeal.node.raft.Effect.MembershipUnknown;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.Send;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Effect.TakeSnapshot;
import dev.ordeal.node.raft.Effect.TransferEnded;
import dev.ordeal.node.raft.Event.Proposal;
import dev.ordeal.node.raft.Event.Propose;
import dev.ordeal.node.raft.Event.Read;
import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Message.AppendAccepted;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.AppendRefused;
import dev.ordeal.node.raft.Message.Candidacy;
import dev.ordeal.node.raft.Message.InstallSnapshot;
import dev.ordeal.node.raft.Message.PreVote;
import dev.ordeal.node.raft.Message.RequestPreVote;
import dev.ordeal.node.raft.Message.RequestVote;
import dev.ordeal.node.raft.Message.SnapshotReceived;
import dev.ordeal.node.raft.Message.TimeoutNow;
import dev.ordeal.node.raft.Message.Vote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The contract of [Effect], checked on every step of one life of a node by someone who knows only what the effects said.
final class EffectOrder {
    private final NodeId self;
    private SaveVote saved;
    private Position base;
    private final List<Entry> stored;
    private long applied;
    private final Set<Long> openReads = new HashSet<>();
    private final Set<Long> openTransfers = new HashSet<>();
    private final Set<Long> openChanges = new HashSet<>();
    private Configured configured;

    EffectOrder(NodeId self, Membership members, Persisted persisted) {
        this.self = self;
        saved = new SaveVote(persisted.term(), persisted.vote());
        base = persisted.snapshot().last();
        stored = new ArrayList<>(persisted.entries());
        applied = base.index();
        configured =
                new Configured(
                        newestConfiguration().map(Entry::position).orElse(Position.START), members);
    }

    /// @throws AssertionError when the effects break the contract; a plain one, since this runs a million times in a test
    void check(Event event, List<Effect> effects) {
        if (event instanceof Read(var requestIds)) openReads.addAll(requestIds);
        if (event instanceof Event.ChangeMembership change) openChanges.add(change.requestId());
        for (int i = 0; i < effects.size(); i++) {
            switch (effects.get(i)) {
                case SaveVote vote -> check(vote);
                case StoreEntries store -> check(store);
                case Send(var to, var message) ->
                        check(to, message, effects.subList(i, effects.size()));
                case Apply(var entry) -> check(entry);
                case Configured now -> configured = now;
                case MembershipChanged changed -> endsChange(changed.requestId(), changed);
                case MembershipRefused refused -> endsChange(refused.requestId(), refused);
                case MembershipUnknown unknown -> endsChange(unknown.requestId(), unknown);
                case TakeSnapshot(var last, var members) ->
                        require(
                                last.index() == applied && last.equals(positionAt(applied)),
                                "a snapshot of another state than that after " + applied,
                                last);
                case CompactLog compact -> check(compact);
                case Install(var snapshot) -> check(snapshot);
                case Accepted accepted -> check(accepted);
                case Refused refused -> {
                    openReads.remove(refused.requestId());
                    openChanges.remove(refused.requestId());
                }
                case TransferEnded ended ->
                        require(
                                openTransfers.remove(ended.requestId()),
                                "ends no open transfer",
                                ended);
                case ReadReady ready -> check(ready);
                case RoleChanged role ->
                        require(
                                saved.term() == role.term(),
                                "a role in a term that is not saved",
                                role);
            }
        }
        checkConfigured();
        switch (event) {
            case Propose(var proposals) -> {
                for (var proposal : proposals) checkAnswered(proposal, effects);
            }
            case Receive(var from, var message) -> checkAnswered(from, message, effects);
            case Read read -> {}
            case Event.Tick tick -> {}
            case Event.ChangeMembership change -> {}
            case Event.SnapshotTaken taken -> {}
            case Event.TransferLeadership transfer -> openTransfers.add(transfer.requestId());
        }
    }

    private void endsChange(long requestId, Effect effect) {
        require(openChanges.remove(requestId), "ends no open change", effect);
    }

    /// The newest configuration in the log is in force, and said to be, in the step that puts it there.
    private void checkConfigured() {
        newestConfiguration()
                .ifPresent(entry ->
                        require(
                                new Configured(entry.position(), Membership.of(entry.payload()))
                                        .equals(configured),
                                "goes by " + configured + ", not by the newest in its log",
                                entry));
    }

    private Optional<Entry> newestConfiguration() {
        return stored.reversed().stream()
                .filter(entry -> entry.kind() == Entry.Kind.CONFIGURATION)
                .findFirst();
    }

    private void require(boolean holds, String otherwise, Object what) {
        if (!holds) throw new AssertionError(self + ": " + otherwise + ": " + what);
    }

    private void check(SaveVote vote) {
        require(vote.term() >= saved.term(), "the term falls", vote);
        require(
                vote.term() > saved.term()
                        || saved.vote() == null
                        || saved.vote().equals(vote.vote()),
                "a second vote in a term",
                vote);
        saved = vote;
    }

    private void check(StoreEntries store) {
        require(!store.entries().isEmpty(), "nothing to store", store);
        require(store.afterIndex() >= applied, "cuts off what is applied", store);
        require(store.afterIndex() <= lastIndex(), "leaves a gap", store);
        stored.subList((int) (store.afterIndex() - base.index()), stored.size()).clear();
        for (var entry : store.entries()) {
            require(entry.index() == lastIndex() + 1, "stands where it does not belong", entry);
            require(entry.term() >= last().term(), "terms fall along the log", entry);
            stored.add(entry);
        }
    }

    private void check(NodeId to, Message message, List<Effect> rest) {
        require(!to.equals(self), "a message to itself", message);
        require(message.term() == saved.term(), "speaks in a term that is not saved", message);
        switch (message) {
            case RequestPreVote request ->
                    require(request.last().equals(last()), "not the end of the log", request);
            case RequestVote request -> {
                require(
                        self.equals(saved.vote()),
                        "a candidate that has not voted for itself",
                        request);
                require(request.last().equals(last()), "not the end of the log", request);
            }
            case Vote vote ->
                    require(
                            !vote.granted() || to.equals(saved.vote()),
                            "a vote that is not saved",
                            vote);
            case AppendEntries append -> checkAppend(append, rest);
            case AppendAccepted accepted ->
                    require(
                            accepted.match() <= lastIndex(),
                            "acknowledges what is not stored",
                            accepted);
            case PreVote answer -> {}
            case AppendRefused answer -> {}
            case TimeoutNow request ->
                    require(self.equals(saved.vote()), "hands over what it has not", request);
            case Candidacy answer -> {}
            case InstallSnapshot install ->
                    require(
                            install.last().index() <= base.index(),
                            "sends a snapshot that it has not kept",
                            install);
            case SnapshotReceived answer -> {}
        }
    }

    /// What a leader sends, it has stored, or it stores in the same step and later: its followers come first.
    private void checkAppend(AppendEntries append, List<Effect> rest) {
        long storedLater = 0;
        for (var entry : append.entries()) {
            if (entry.index() <= lastIndex())
                require(storedAt(entry.index()).equals(entry), "not what is stored", entry);
            else storedLater++;
        }
        if (storedLater > 0) {
            var later = new ArrayList<>(stored);
            for (var effect : rest)
                if (effect instanceof StoreEntries store) later.addAll(store.entries());
            require(
                    append.lastIndex() - base.index() <= later.size(),
                    "sends what is never stored",
                    append);
            require(
                    append.entries()
                            .equals(
                                    later.subList(
                                            (int) (append.previous().index() - base.index()),
                                            (int) (append.lastIndex() - base.index()))),
                    "sends other entries than it stores",
                    append);
        }
        require(
                append.commit() == applied,
                "tells another commit index than it has applied",
                append);
    }

    private void check(Entry entry) {
        require(entry.index() == applied + 1, "applied out of order, after " + applied, entry);
        require(entry.index() <= lastIndex(), "applied before it is stored", entry);
        require(storedAt(entry.index()).equals(entry), "applied, but not what is stored", entry);
        applied = entry.index();
    }

    private void check(CompactLog compact) {
        var last = compact.last();
        require(last.index() <= applied, "forgets what is not applied", compact);
        require(last.equals(positionAt(last.index())), "forgets what is not stored", compact);
        stored.subList(0, (int) (last.index() - base.index())).clear();
        base = last;
    }

    private void check(Snapshot installed) {
        require(installed.last().index() > applied, "goes back, from " + applied, installed);
        stored.clear();
        base = installed.last();
        applied = base.index();
    }

    private Entry storedAt(long index) {
        return stored.get((int) (index - base.index()) - 1);
    }

    private Position positionAt(long index) {
        return index == base.index() ? base : storedAt(index).position();
    }

    private long lastIndex() {
        return base.index() + stored.size();
    }

    private void check(Accepted accepted) {
        require(accepted.index() > applied, "accepted after it is applied", accepted);
        require(accepted.index() <= lastIndex(), "accepted before it is stored", accepted);
        require(storedAt(accepted.index()).term() == accepted.term(), "another term", accepted);
    }

    private void check(ReadReady ready) {
        require(openReads.remove(ready.requestId()), "answers no open read", ready);
        require(ready.index() <= applied, "a read before what it shows is applied", ready);
    }

    private Position last() {
        return stored.isEmpty() ? base : stored.getLast().position();
    }

    private void checkAnswered(Proposal proposal, List<Effect> effects) {
        int answers = 0;
        for (var effect : effects) {
            if (effect instanceof Accepted accepted && accepted.requestId() == proposal.requestId())
                answers++;
            if (effect instanceof Refused refused && refused.requestId() == proposal.requestId())
                answers++;
        }
        require(answers == 1, answers + " answers to a proposal", proposal);
    }

    private void checkAnswered(NodeId from, Message message, List<Effect> effects) {
        if (!isRequest(message)) return;
        int answers = 0;
        for (var effect : effects) {
            if (!(effect instanceof Send send) || isRequest(send.message())) continue;
            require(send.to().equals(from), "answers someone else", send);
            answers++;
        }
        require(answers == 1, answers + " answers to a request", message);
    }

    private static boolean isRequest(Message message) {
        return message instanceof RequestPreVote
                || message instanceof RequestVote
                || message instanceof AppendEntries
                || message instanceof InstallSnapshot
                || message instanceof TimeoutNow;
    }
}
