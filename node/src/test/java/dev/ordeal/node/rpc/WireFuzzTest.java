package dev.ordeal.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.ordeal.node.machine.KeyValueMachine;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.rpc.proto.AppendEntriesReply;
import dev.ordeal.node.rpc.proto.AppendEntriesRequest;
import dev.ordeal.node.rpc.proto.InstallSnapshotReply;
import dev.ordeal.node.rpc.proto.InstallSnapshotRequest;
import dev.ordeal.node.rpc.proto.Reply;
import dev.ordeal.node.rpc.proto.RequestVoteReply;
import dev.ordeal.node.rpc.proto.RequestVoteRequest;
import dev.ordeal.node.rpc.proto.Route;
import dev.ordeal.node.rpc.proto.StatusReply;
import dev.ordeal.node.rpc.proto.TimeoutNowReply;
import dev.ordeal.node.rpc.proto.TimeoutNowRequest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything that turns bytes from outside into something of ours, given what makes no sense: it refuses, with the exception
/// it declares, and takes no more memory than the input's length justifies. 102,000 inputs, the same on every run.
class WireFuzzTest {
    private static final int INPUTS = 8_500;
    private static final long SEED = 20261121;

    /// A message with nothing in it takes two bytes on the wire, and an object or two here.
    private static final long BYTES_FOR_EACH = 1_000;

    /// Room for the classes that the first inputs load.
    private static final long BYTES_ANYWAY = 2 << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Something that reads bytes, and what it reads without complaint.
    record Decoder(String name, List<byte[]> valid, Decode decode) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Decode {
        Object from(byte[] input) throws InvalidProtocolBufferException;
    }

    private static final List<Request> REQUESTS =
            List.of(
                    new Request.Read("key"),
                    new Request.Write("", 0, "key", "value"),
                    new Request.Cas("c1", 7, "key", null, "value"),
                    new Request.Cas("c1", 8, "key", "expected", "é\u0000"),
                    new Request.Append("c2", 1, "list", "element"),
                    new Request.Delete("c2", 2, "key"),
                    new Request.Declare("c3", 1, "round", List.of("Charlie", "Eve", "Bob")),
                    new Request.Increment("c2", 3, "count", Long.MIN_VALUE));

    static Stream<Decoder> decoders() {
        Route route = Wire.route(new NodeId("n1"), new NodeId("n2"));
        Position position = new Position(300, 5);
        List<byte[]> logged =
                REQUESTS.stream()
                        .filter(request -> !(request instanceof Request.Read))
                        .map(request -> Wire.logged(request, new LogTime(300, 7)).array())
                        .toList();
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(301, 5, Entry.Kind.NOOP, Bytes.EMPTY));
        logged.forEach(command ->
                entries.add(
                        new Entry(
                                301L + entries.size(), 6, Entry.Kind.COMMAND, Bytes.of(command))));
        Membership members =
                Membership.of(new TreeMap<>(Map.of(new NodeId("n1"), new Addresses("h:1", "h:2"))));
        entries.add(new Entry(301L + entries.size(), 6, Entry.Kind.CONFIGURATION, members.bytes()));
        Bytes snapshot = Wire.snapshot(state());
        return Stream.of(
                new Decoder("command in the log", logged, input -> Wire.logged(Bytes.of(input))),
                new Decoder(
                        "snapshot",
                        List.of(snapshot.array()),
                        input -> {
                            MachineState state = Wire.state(Bytes.of(input));
                            new KeyValueMachine().replace(state);
                            return state;
                        }),
                of(
                        dev.ordeal.node.rpc.proto.Request.parser(),
                        Wire::request,
                        REQUESTS.stream()
                                .map(request -> (MessageLite) Wire.proto(request, true))
                                .toList()),
                of(
                        Reply.parser(),
                        Wire::response,
                        List.of(
                                Wire.reply(new Response.Done("value", null, 9)),
                                Wire.reply(new Response.Done(null, List.of("a", "b"), 9)),
                                Wire.reply(new Response.Mismatch("other", 9)),
                                Wire.reply(new Response.Refused("no", "n2")))),
                of(
                        StatusReply.parser(),
                        Wire::standing,
                        List.of(Wire.proto(new Standing("n1", "leader", 3, "n1", 8, 7, members)))),
                of(
                        RequestVoteRequest.parser(),
                        Wire::message,
                        List.of(
                                Wire.proto(route, new Message.RequestVote(6, position)),
                                Wire.proto(route, new Message.RequestVote(6, position, true)),
                                Wire.proto(route, new Message.RequestPreVote(6, position)))),
                of(
                        RequestVoteReply.parser(),
                        Wire::message,
                        List.of(
                                Wire.voteReply(new Message.Vote(6, true)),
                                Wire.voteReply(new Message.PreVote(6, 7, true)))),
                of(
                        AppendEntriesRequest.parser(),
                        Wire::message,
                        List.of(
                                Wire.proto(
                                        route,
                                        new Message.AppendEntries(6, position, entries, 299, 4)),
                                Wire.proto(
                                        route,
                                        new Message.AppendEntries(
                                                6, position, List.of(), 299, 4)))),
                of(
                        AppendEntriesReply.parser(),
                        Wire::message,
                        List.of(
                                Wire.appendReply(new Message.AppendAccepted(6, 300, 4)),
                                Wire.appendReply(new Message.AppendRefused(6, 300, 5, 290, 4)))),
                of(
                        InstallSnapshotRequest.parser(),
                        Wire::message,
                        List.of(
                                Wire.proto(
                                        route,
                                        new Message.InstallSnapshot(
                                                6, position, members, 17, snapshot, true, 4)))),
                of(
                        InstallSnapshotReply.parser(),
                        Wire::message,
                        List.of(
                                Wire.snapshotReply(new Message.AppendAccepted(6, 300, 4)),
                                Wire.snapshotReply(
                                        new Message.SnapshotReceived(6, position, 17, 99, 4)))),
                of(
                        TimeoutNowRequest.parser(),
                        Wire::message,
                        List.of(
                                Wire.proto(route, new Message.TimeoutNow(6)),
                                TimeoutNowReply.newBuilder().setTerm(6).build())));
    }

    private static MachineState state() {
        return new MachineState(
                Map.of(
                        "text", new Value.Text("value"),
                        "list", new Value.Elements(List.of("a", "b", "a")),
                        "round", new Value.Declared(List.of("a", "b"))),
                List.of(
                        new MachineState.Session("c1", 7, 12, new Result.Done(), 1),
                        new MachineState.Session("c2", 8, 13, new Result.Counted(-5), 2),
                        new MachineState.Session("c3", 9, 14, new Result.Rejected("no"), 2),
                        new MachineState.Session(
                                "c4", 1, 15, new Result.Mismatch(new Value.Text("x")), 300)),
                true,
                301);
    }

    private static <P extends MessageLite> Decoder of(
            Parser<P> parser, Function<P, ?> decode, List<? extends MessageLite> valid) {
        return new Decoder(
                valid.getFirst().getClass().getSimpleName(),
                valid.stream().map(MessageLite::toByteArray).toList(),
                input -> decode.apply(parser.parseFrom(input)));
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void whatMakesNoSenseIsRefusedAndTakesLittleMemory(Decoder decoder) throws Exception {
        for (byte[] valid : decoder.valid) {
            assertThat(decoder.decode.from(valid)).isNotNull();
        }
        Fuzz fuzz = new Fuzz(new SplittableRandom(SEED), decoder.valid);
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = fuzz.next();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                decoder.decode.from(input);
            } catch (IllegalArgumentException | InvalidProtocolBufferException declared) {
                refused++;
                assertThat(declared.getMessage()).isNotBlank();
            } catch (RuntimeException other) {
                throw new AssertionError(
                        decoder.name + " input " + HexFormat.of().formatHex(input), other);
            }
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(taken)
                    .as("%s, bytes taken by %s", decoder.name, HexFormat.of().formatHex(input))
                    .isLessThan(BYTES_ANYWAY + BYTES_FOR_EACH * input.length);
        }
        assertThat(refused).as("how many made no sense").isGreaterThan(INPUTS / 4);
    }
}
