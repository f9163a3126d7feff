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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How scripts print what happens.
final class Trace {
    private Trace() {}

    static String of(Effect effect) {
        return switch (effect) {
            case SaveVote(var term, var vote) -> "save term " + term + ", vote " + orNone(vote);
            case StoreEntries(var after, var entries) ->
                    "store after " + after + ": " + of(entries);
            case Send(var to, var message) -> "-> " + to + " " + of(message);
            case Apply(var entry) -> "apply " + of(entry);
            case Configured(var entry, var members) -> "members " + members;
            case MembershipChanged(var request, var members) ->
                    "change #" + request + " done: members " + members;
            case MembershipRefused(var request, var reason) ->
                    "change #" + request + " refused: " + reason;
            case MembershipUnknown(var request) -> "change #" + request + " unknown";
            case TakeSnapshot(var last, var members) -> "take a snapshot up to " + last;
            case CompactLog(var last) -> "compact up to " + last;
            case Install(var snapshot) -> "install " + of(snapshot);
            case TransferEnded(var request, var done) ->
                    "transfer #" + request + (done ? " done" : " given up");
            case Accepted(var request, var index, var term) ->
                    "accept #" + request + " at " + new Position(index, term);
            case Refused(var request, var leader) ->
                    "refuse #" + request + ", leader " + orNone(leader);
            case ReadReady(var request, var index) -> "read #" + request + " at " + index;
            case RoleChanged(var role, var term, var leader) ->
                    "become " + of(role) + " in term " + term + ", leader " + orNone(leader);
        };
    }

    static String of(Message message) {
        return switch (message) {
            case RequestPreVote(var term, var last) ->
                    "request-pre-vote term " + term + ", last " + last;
            case PreVote(var term, var asked, var granted) ->
                    (granted ? "pre-vote" : "no-pre-vote")
                            + " term "
                            + term
                            + ", asked in "
                            + asked;
            case RequestVote(var term, var last, var transfer) ->
                    "request-vote term "
                            + term
                            + ", last "
                            + last
                            + (transfer ? ", told by the leader" : "");
            case Vote(var term, var granted) -> (granted ? "vote" : "no-vote") + " term " + term;
            case AppendEntries(var term, var previous, var entries, var commit, var round) ->
                    "append term %d, after %s%s, commit %d%s"
                            .formatted(
                                    term,
                                    previous,
                                    entries.isEmpty() ? "" : ": " + of(entries),
                                    commit,
                                    of(round));
            case AppendAccepted(var term, var match, var round) ->
                    "accepted term " + term + ", match " + match + of(round);
            case AppendRefused(
                            var term,
                            var previous,
                            var conflictTerm,
                            var conflictIndex,
                            var round) ->
                    "refused term %d, at %d, conflict %s%s"
                            .formatted(
                                    term,
                                    previous,
                                    new Position(conflictIndex, conflictTerm),
                                    of(round));
            case TimeoutNow(var term) -> "timeout-now term " + term;
            case Candidacy(var term) -> "candidacy term " + term;
            case InstallSnapshot(
                            var term,
                            var last,
                            var members,
                            var offset,
                            var data,
                            var done,
                            var round) ->
                    "snapshot term %d, up to %s, %d bytes from %d%s%s"
                            .formatted(
                                    term,
                                    last,
                                    data.length(),
                                    offset,
                                    done ? ", done" : "",
                                    of(round));
            case SnapshotReceived(var term, var last, var offset, var have, var round) ->
                    "received term %d, of the snapshot up to %s, chunk at %d, has %d bytes%s"
                            .formatted(term, last, offset, have, of(round));
        };
    }

    static String of(Snapshot snapshot) {
        return "snapshot up to %s, %d bytes".formatted(snapshot.last(), snapshot.state().length());
    }

    private static String of(long round) {
        return round == 0 ? "" : ", round " + round;
    }

    static String of(List<Entry> entries) {
        return entries.stream().map(Trace::of).collect(Collectors.joining(" "));
    }

    static String of(Entry entry) {
        return entry.position()
                + switch (entry.kind()) {
                    case NOOP -> "";
                    case CONFIGURATION -> "=[" + Membership.of(entry.payload()) + "]";
                    case COMMAND ->
                            "=" + new String(entry.payload().array(), StandardCharsets.UTF_8);
                };
    }

    static String of(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String orNone(@Nullable NodeId node) {
        return node == null ? "none" : node.name();
    }
}
