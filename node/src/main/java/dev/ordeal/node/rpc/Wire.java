package dev.ordeal.node.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.rpc.proto.Append;
import dev.ordeal.node.rpc.proto.AppendEntriesReply;
import dev.ordeal.node.rpc.proto.AppendEntriesRequest;
import dev.ordeal.node.rpc.proto.Cas;
import dev.ordeal.node.rpc.proto.Declare;
import dev.ordeal.node.rpc.proto.Delete;
import dev.ordeal.node.rpc.proto.Held;
import dev.ordeal.node.rpc.proto.Increment;
import dev.ordeal.node.rpc.proto.InstallSnapshotReply;
import dev.ordeal.node.rpc.proto.InstallSnapshotRequest;
import dev.ordeal.node.rpc.proto.LogEntry;
import dev.ordeal.node.rpc.proto.LoggedCommand;
import dev.ordeal.node.rpc.proto.Read;
import dev.ordeal.node.rpc.proto.Reply;
import dev.ordeal.node.rpc.proto.RequestVoteReply;
import dev.ordeal.node.rpc.proto.RequestVoteRequest;
import dev.ordeal.node.rpc.proto.Route;
import dev.ordeal.node.rpc.proto.StatusReply;
import dev.ordeal.node.rpc.proto.TimeoutNowReply;
import dev.ordeal.node.rpc.proto.TimeoutNowRequest;
import dev.ordeal.node.rpc.proto.Write;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Between our words and those of `ordeal.proto`. What comes from outside and makes no sense is an
/// [IllegalArgumentException] here, before anything acts on it.
public final class Wire {
    /// No term, index or round comes near: it leaves room to count on, so that none of them can be made to overflow.
    private static final long MAX_NUMBER = 1L << 62;

    private Wire() {}

    // --- Commands in the log

    /// What stands in the log for a request that changes something, taken at this time.
    public static Bytes logged(Request request, LogTime time) {
        BackwardWriter out = new BackwardWriter(128);
        out.numberIfAny(LoggedCommand.SESSION_TIMEOUT_FIELD_NUMBER, time.sessionTimeoutMillis());
        out.numberIfAny(LoggedCommand.TIME_FIELD_NUMBER, time.millis());
        int end = out.written();
        int operation =
                switch (request) {
                    case Request.Write write -> {
                        out.textIfAny(Write.VALUE_FIELD_NUMBER, write.value());
                        out.textIfAny(Write.KEY_FIELD_NUMBER, write.key());
                        yield LoggedCommand.WRITE_FIELD_NUMBER;
                    }
                    case Request.Cas cas -> {
                        out.textIfAny(Cas.VALUE_FIELD_NUMBER, cas.value());
                        if (cas.expected() != null) {
                            out.text(Cas.EXPECTED_FIELD_NUMBER, cas.expected());
                        }
                        out.textIfAny(Cas.KEY_FIELD_NUMBER, cas.key());
                        yield LoggedCommand.CAS_FIELD_NUMBER;
                    }
                    case Request.Append append -> {
                        out.textIfAny(Append.ELEMENT_FIELD_NUMBER, append.element());
                        out.textIfAny(Append.KEY_FIELD_NUMBER, append.key());
                        yield LoggedCommand.APPEND_FIELD_NUMBER;
                    }
                    case Request.Declare declare -> {
                        declare.names()
                                .reversed()
                                .forEach(name -> out.text(Declare.NAMES_FIELD_NUMBER, name));
                        out.textIfAny(Declare.ROUND_FIELD_NUMBER, declare.round());
                        yield LoggedCommand.DECLARE_FIELD_NUMBER;
                    }
                    case Request.Delete delete -> {
                        out.textIfAny(Delete.KEY_FIELD_NUMBER, delete.key());
                        yield LoggedCommand.DELETE_FIELD_NUMBER;
                    }
                    case Request.Increment increment -> {
                        out.numberIfAny(
                                Increment.BY_FIELD_NUMBER,
                                CodedOutputStream.encodeZigZag64(increment.by()));
                        out.textIfAny(Increment.KEY_FIELD_NUMBER, increment.key());
                        yield LoggedCommand.INCREMENT_FIELD_NUMBER;
                    }
                    case Request.Read read ->
                            throw new IllegalArgumentException("a read does not go into the log");
                };
        out.begin(operation, end);
        out.numberIfAny(LoggedCommand.SEQUENCE_FIELD_NUMBER, request.sequence());
        out.textIfAny(LoggedCommand.SESSION_FIELD_NUMBER, request.session());
        return out.toBytes();
    }

    /// A command, its id and its time, as the log keeps them.
    public record Logged(CommandId id, Command command, LogTime time) {}

    public static Logged logged(Bytes payload) {
        try {
            return new LoggedReader(payload).read();
        } catch (IOException e) {
            throw new IllegalArgumentException("not a logged command: " + e.getMessage(), e);
        }
    }

    // --- The state machine in a snapshot

    /// What a snapshot holds of this state. Whoever takes one after the other keeps a [SnapshotWriter].
    public static Bytes snapshot(MachineState state) {
        return new SnapshotWriter().write(state);
    }

    /// The state that such a snapshot holds; of [Snapshot#NONE] the empty one.
    public static MachineState state(Bytes snapshot) {
        try {
            return new SnapshotReader(snapshot).read();
        } catch (IOException e) {
            throw new IllegalArgumentException("not a snapshot: " + e.getMessage(), e);
        }
    }

    // --- Requests and replies of clients

    static dev.ordeal.node.rpc.proto.Request proto(Request request, boolean mayForward) {
        dev.ordeal.node.rpc.proto.Request.Builder proto =
                dev.ordeal.node.rpc.proto.Request.newBuilder()
                        .setSession(request.session())
                        .setSequence(request.sequence())
                        .setOnlyHere(!mayForward);
        switch (request) {
            case Request.Read read -> proto.setRead(Read.newBuilder().setKey(read.key()));
            case Request.Write write -> proto.setWrite(proto(write));
            case Request.Cas cas -> proto.setCas(proto(cas));
            case Request.Append append -> proto.setAppend(proto(append));
            case Request.Declare declare -> proto.setDeclare(proto(declare));
            case Request.Delete delete -> proto.setDelete(proto(delete));
            case Request.Increment increment -> proto.setIncrement(proto(increment));
        }
        return proto.build();
    }

    static Request request(dev.ordeal.node.rpc.proto.Request proto) {
        String session = proto.getSession();
        long sequence = proto.getSequence();
        boolean reads = proto.hasRead();
        if (!reads && (session.isEmpty() ? sequence != 0 : sequence < 1)) {
            throw new IllegalArgumentException(
                    "a session numbers its commands from 1 on, and only a session does: '"
                            + session
                            + "' "
                            + Long.toUnsignedString(sequence));
        }
        return switch (proto.getOperationCase()) {
            case READ -> new Request.Read(proto.getRead().getKey());
            case WRITE ->
                    new Request.Write(
                            session,
                            sequence,
                            proto.getWrite().getKey(),
                            proto.getWrite().getValue());
            case CAS ->
                    new Request.Cas(
                            session,
                            sequence,
                            proto.getCas().getKey(),
                            expected(proto.getCas()),
                            proto.getCas().getValue());
            case APPEND ->
                    new Request.Append(
                            session,
                            sequence,
                            proto.getAppend().getKey(),
                            proto.getAppend().getElement());
            case DECLARE ->
                    new Request.Declare(
                            session,
                            sequence,
                            proto.getDeclare().getRound(),
                            proto.getDeclare().getNamesList());
            case DELETE -> new Request.Delete(session, sequence, proto.getDelete().getKey());
            case INCREMENT ->
                    new Request.Increment(
                            session,
                            sequence,
                            proto.getIncrement().getKey(),
                            proto.getIncrement().getBy());
            case OPERATION_NOT_SET ->
                    throw new IllegalArgumentException("a request without an operation");
        };
    }

    private static @Nullable String expected(Cas cas) {
        return cas.hasExpected() ? cas.getExpected() : null;
    }

    private static Write proto(Request.Write write) {
        return Write.newBuilder().setKey(write.key()).setValue(write.value()).build();
    }

    private static Cas proto(Request.Cas cas) {
        Cas.Builder proto = Cas.newBuilder().setKey(cas.key()).setValue(cas.value());
        if (cas.expected() != null) {
            proto.setExpected(cas.expected());
        }
        return proto.build();
    }

    private static Append proto(Request.Append append) {
        return Append.newBuilder().setKey(append.key()).setElement(append.element()).build();
    }

    private static Declare proto(Request.Declare declare) {
        return Declare.newBuilder().setRound(declare.round()).addAllNames(declare.names()).build();
    }

    private static Delete proto(Request.Delete delete) {
        return Delete.newBuilder().setKey(delete.key()).build();
    }

    private static Increment proto(Request.Increment increment) {
        return Increment.newBuilder().setKey(increment.key()).setBy(increment.by()).build();
    }

    /// The reply, or the exception that stands for no reply.
    static Reply reply(Response response) throws StatusRuntimeException {
        return switch (response) {
            case Response.Done(var value, var elements, long index) ->
                    Reply.newBuilder().setIndex(index).setDone(held(value, elements)).build();
            case Response.Mismatch(var current, long index) ->
                    Reply.newBuilder().setIndex(index).setMismatch(held(current, null)).build();
            case Response.Refused(String reason, var leader) -> {
                Reply.Refused.Builder refused = Reply.Refused.newBuilder().setReason(reason);
                if (leader != null) {
                    refused.setLeader(leader);
                }
                yield Reply.newBuilder().setRefused(refused).build();
            }
            case Response.Broken(String code, String message, boolean neverSent) ->
                    throw Status.fromCode(Status.Code.valueOf(code))
                            .withDescription(message)
                            .asRuntimeException();
        };
    }

    static Response response(Reply reply) {
        return switch (reply.getOutcomeCase()) {
            case DONE ->
                    new Response.Done(
                            text(reply.getDone()), elements(reply.getDone()), reply.getIndex());
            case MISMATCH -> new Response.Mismatch(text(reply.getMismatch()), reply.getIndex());
            case REFUSED ->
                    new Response.Refused(
                            reply.getRefused().getReason(),
                            reply.getRefused().hasLeader() ? reply.getRefused().getLeader() : null);
            case OUTCOME_NOT_SET ->
                    new Response.Broken("INTERNAL", "a reply without an outcome", false);
        };
    }

    private static Held held(@Nullable String text, @Nullable List<String> elements) {
        Held.Builder held = Held.newBuilder();
        if (text != null) {
            held.setText(text);
        } else if (elements != null) {
            held.setElements(Held.Elements.newBuilder().addAllElements(elements));
        }
        return held.build();
    }

    private static @Nullable String text(Held held) {
        return held.hasText() ? held.getText() : null;
    }

    private static @Nullable List<String> elements(Held held) {
        return held.hasElements() ? List.copyOf(held.getElements().getElementsList()) : null;
    }

    static StatusReply proto(Standing standing) {
        StatusReply.Builder proto =
                StatusReply.newBuilder()
                        .setNode(standing.node())
                        .setRole(standing.role())
                        .setTerm(standing.term())
                        .setCommitIndex(standing.commitIndex())
                        .setAppliedIndex(standing.appliedIndex())
                        .setMembers(ByteString.copyFrom(standing.members().bytes().array()));
        if (standing.leader() != null) {
            proto.setLeader(standing.leader());
        }
        return proto.build();
    }

    static Standing standing(StatusReply proto) {
        return new Standing(
                proto.getNode(),
                proto.getRole(),
                proto.getTerm(),
                proto.hasLeader() ? proto.getLeader() : null,
                proto.getCommitIndex(),
                proto.getAppliedIndex(),
                members(proto.getMembers()));
    }

    // --- Messages between nodes

    static RequestVoteRequest proto(Route route, Message.RequestVote message) {
        return RequestVoteRequest.newBuilder()
                .setRoute(route)
                .setTerm(message.term())
                .setLast(proto(message.last()))
                .setTransfer(message.transfer())
                .build();
    }

    static RequestVoteRequest proto(Route route, Message.RequestPreVote message) {
        return RequestVoteRequest.newBuilder()
                .setRoute(route)
                .setTerm(message.term())
                .setLast(proto(message.last()))
                .setPreVote(true)
                .build();
    }

    static Message message(RequestVoteRequest proto) {
        long term = term(proto.getTerm());
        Position last = position(proto.getLast());
        return proto.getPreVote()
                ? new Message.RequestPreVote(term, last)
                : new Message.RequestVote(term, last, proto.getTransfer());
    }

    static Message message(RequestVoteReply proto) {
        long term = term(proto.getTerm());
        return proto.getPreVote()
                ? new Message.PreVote(term, term(proto.getAsked()), proto.getGranted())
                : new Message.Vote(term, proto.getGranted());
    }

    static RequestVoteReply voteReply(Message answer) {
        return switch (answer) {
            case Message.Vote(long term, boolean granted) ->
                    RequestVoteReply.newBuilder().setTerm(term).setGranted(granted).build();
            case Message.PreVote(long term, long asked, boolean granted) ->
                    RequestVoteReply.newBuilder()
                            .setTerm(term)
                            .setAsked(asked)
                            .setGranted(granted)
                            .setPreVote(true)
                            .build();
            case Message other ->
                    throw new IllegalStateException(
                            "this does not answer a request for a vote: " + other);
        };
    }

    static AppendEntriesRequest proto(Route route, Message.AppendEntries message) {
        AppendEntriesRequest.Builder proto =
                AppendEntriesRequest.newBuilder()
                        .setRoute(route)
                        .setTerm(message.term())
                        .setPrevious(proto(message.previous()))
                        .setCommit(message.commit())
                        .setRound(message.round());
        for (Entry entry : message.entries()) {
            LogEntry.Builder logEntry = LogEntry.newBuilder().setTerm(entry.term());
            switch (entry.kind()) {
                case NOOP -> {}
                case COMMAND ->
                        logEntry.setCommand(
                                UnsafeByteOperations.unsafeWrap(entry.payload().array()));
                case CONFIGURATION ->
                        logEntry.setConfiguration(
                                UnsafeByteOperations.unsafeWrap(entry.payload().array()));
            }
            proto.addEntries(logEntry);
        }
        return proto.build();
    }

    static Message message(AppendEntriesRequest proto) {
        Position previous = position(proto.getPrevious());
        List<Entry> entries = new ArrayList<>(proto.getEntriesCount());
        long index = previous.index();
        for (LogEntry entry : proto.getEntriesList()) {
            index++;
            entries.add(entry(index, entry));
        }
        return new Message.AppendEntries(
                term(proto.getTerm()),
                previous,
                entries,
                notNegative(proto.getCommit()),
                notNegative(proto.getRound()));
    }

    private static Entry entry(long index, LogEntry proto) {
        long term = term(proto.getTerm());
        return switch (proto.getContentCase()) {
            case COMMAND -> new Entry(index, term, Entry.Kind.COMMAND, bytes(proto.getCommand()));
            case CONFIGURATION ->
                    new Entry(
                            index,
                            term,
                            Entry.Kind.CONFIGURATION,
                            members(proto.getConfiguration()).bytes());
            case CONTENT_NOT_SET -> new Entry(index, term, Entry.Kind.NOOP, Bytes.EMPTY);
        };
    }

    private static Membership members(ByteString bytes) {
        return Membership.of(Bytes.of(bytes.toByteArray()));
    }

    private static Bytes bytes(ByteString command) {
        Bytes bytes = Bytes.of(command.toByteArray());
        logged(bytes); // what cannot be applied must not get into the log
        return bytes;
    }

    static Message message(AppendEntriesReply proto) {
        long term = term(proto.getTerm());
        long round = notNegative(proto.getRound());
        return switch (proto.getOutcomeCase()) {
            case ACCEPTED ->
                    new Message.AppendAccepted(
                            term, notNegative(proto.getAccepted().getMatch()), round);
            case CONFLICT ->
                    new Message.AppendRefused(
                            term,
                            notNegative(proto.getConflict().getPrevious()),
                            notNegative(proto.getConflict().getTerm()),
                            notNegative(proto.getConflict().getIndex()),
                            round);
            case OUTCOME_NOT_SET ->
                    throw new IllegalArgumentException("an answer without an outcome");
        };
    }

    static AppendEntriesReply appendReply(Message answer) {
        return switch (answer) {
            case Message.AppendAccepted(long term, long match, long round) ->
                    AppendEntriesReply.newBuilder()
                            .setTerm(term)
                            .setRound(round)
                            .setAccepted(AppendEntriesReply.Accepted.newBuilder().setMatch(match))
                            .build();
            case Message.AppendRefused(
                            long term,
                            long previous,
                            long conflictTerm,
                            long conflictIndex,
                            long round) ->
                    AppendEntriesReply.newBuilder()
                            .setTerm(term)
                            .setRound(round)
                            .setConflict(
                                    AppendEntriesReply.Conflict.newBuilder()
                                            .setPrevious(previous)
                                            .setTerm(conflictTerm)
                                            .setIndex(conflictIndex))
                            .build();
            case Message other ->
                    throw new IllegalStateException("this does not answer entries: " + other);
        };
    }

    static InstallSnapshotRequest proto(Route route, Message.InstallSnapshot message) {
        return InstallSnapshotRequest.newBuilder()
                .setRoute(route)
                .setTerm(message.term())
                .setLast(proto(message.last()))
                .setMembers(ByteString.copyFrom(message.members().bytes().array()))
                .setOffset(message.offset())
                .setData(UnsafeByteOperations.unsafeWrap(message.data().array()))
                .setDone(message.done())
                .setRound(message.round())
                .build();
    }

    static Message message(InstallSnapshotRequest proto) {
        return new Message.InstallSnapshot(
                term(proto.getTerm()),
                position(proto.getLast()),
                members(proto.getMembers()),
                notNegative(proto.getOffset()),
                Bytes.of(proto.getData().toByteArray()),
                proto.getDone(),
                notNegative(proto.getRound()));
    }

    static Message message(InstallSnapshotReply proto) {
        long term = term(proto.getTerm());
        long round = notNegative(proto.getRound());
        return switch (proto.getOutcomeCase()) {
            case ACCEPTED ->
                    new Message.AppendAccepted(
                            term, notNegative(proto.getAccepted().getMatch()), round);
            case RECEIVED ->
                    new Message.SnapshotReceived(
                            term,
                            position(proto.getReceived().getLast()),
                            notNegative(proto.getReceived().getOffset()),
                            notNegative(proto.getReceived().getHave()),
                            round);
            case OUTCOME_NOT_SET ->
                    throw new IllegalArgumentException("an answer without an outcome");
        };
    }

    static InstallSnapshotReply snapshotReply(Message answer) {
        return switch (answer) {
            case Message.AppendAccepted(long term, long match, long round) ->
                    InstallSnapshotReply.newBuilder()
                            .setTerm(term)
                            .setRound(round)
                            .setAccepted(AppendEntriesReply.Accepted.newBuilder().setMatch(match))
                            .build();
            case Message.SnapshotReceived(
                            long term,
                            Position last,
                            long offset,
                            long have,
                            long round) ->
                    InstallSnapshotReply.newBuilder()
                            .setTerm(term)
                            .setRound(round)
                            .setReceived(
                                    InstallSnapshotReply.Received.newBuilder()
                                            .setLast(proto(last))
                                            .setOffset(offset)
                                            .setHave(have))
                            .build();
            case Message other ->
                    throw new IllegalStateException("this does not answer a snapshot: " + other);
        };
    }

    static TimeoutNowRequest proto(Route route, Message.TimeoutNow message) {
        return TimeoutNowRequest.newBuilder().setRoute(route).setTerm(message.term()).build();
    }

    static Message message(TimeoutNowRequest proto) {
        return new Message.TimeoutNow(term(proto.getTerm()));
    }

    static Message message(TimeoutNowReply proto) {
        return new Message.Candidacy(term(proto.getTerm()));
    }

    static TimeoutNowReply candidacyReply(Message answer) {
        return TimeoutNowReply.newBuilder().setTerm(answer.term()).build();
    }

    static Route route(NodeId from, NodeId to) {
        return Route.newBuilder().setFrom(from.name()).setTo(to.name()).build();
    }

    private static dev.ordeal.node.rpc.proto.Position proto(Position position) {
        return dev.ordeal.node.rpc.proto.Position.newBuilder()
                .setIndex(position.index())
                .setTerm(position.term())
                .build();
    }

    private static Position position(dev.ordeal.node.rpc.proto.Position proto) {
        if ((proto.getIndex() == 0) != (proto.getTerm() == 0)) {
            throw new IllegalArgumentException(
                    "no log has a place " + proto.getIndex() + ":" + proto.getTerm());
        }
        return new Position(notNegative(proto.getIndex()), term(proto.getTerm()));
    }

    private static long term(long term) {
        return notNegative(term);
    }

    static long notNegative(long number) {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("no such number: " + Long.toUnsignedString(number));
        }
        return number;
    }
}
