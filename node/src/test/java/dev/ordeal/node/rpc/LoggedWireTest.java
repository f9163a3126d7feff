package dev.ordeal.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.Wire.Logged;
import dev.ordeal.node.rpc.proto.LoggedCommand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That a command in the log is written and read as protobuf writes and reads it.
class LoggedWireTest {
    @Test
    void whateverItIsGivenItReadsOrRefusesAsProtobufDoes() {
        List<byte[]> valid =
                List.of(
                        logged(new Request.Write("", 0, "key", "value")),
                        logged(new Request.Cas("c1", 7, "key", null, "value")),
                        logged(new Request.Cas("c1", 8, "key", "expected", "é\u0000")),
                        logged(new Request.Append("c2", 1, "list", "")),
                        logged(new Request.Delete("c2", 2, "key")),
                        logged(new Request.Declare("c3", 1, "round", List.of("Eve", "Bob"))),
                        logged(new Request.Increment("c2", 3, "count", Long.MIN_VALUE)));
        List<byte[]> inputs = new ArrayList<>(valid);
        // Fields that come twice: the last text counts, names add up, another operation starts
        // anew.
        for (byte[] first : valid) {
            for (byte[] second : valid) {
                inputs.add(Fuzz.joined(first, second));
                inputs.add(Fuzz.joined(first, second, first));
            }
        }
        ReaderCheck.readAlike(
                inputs, input -> Wire.logged(Bytes.of(input)), LoggedWireTest::protobuf);
    }

    @Test
    void aCommandIsWhatTheGeneratedClassWrites() throws Exception {
        String text = "é\u0000\uD83D\uDE00".repeat(100);
        for (String key : List.of("", text)) {
            for (String value : List.of("", text)) {
                for (LogTime time : List.of(LogTime.UNKNOWN, new LogTime(1L << 40, 300))) {
                    written(
                            new Request.Write("", 0, key, value),
                            new Command.Write(key, value),
                            time);
                    written(
                            new Request.Cas("c1", 300, key, null, value),
                            new Command.Cas(key, null, value),
                            time);
                    written(
                            new Request.Cas("c1", 300, key, key, value),
                            new Command.Cas(key, key, value),
                            time);
                    written(
                            new Request.Append(text, 1, key, value),
                            new Command.Append(key, value),
                            time);
                    written(
                            new Request.Declare("c1", 1, key, List.of(value, "a")),
                            new Command.Declare(key, List.of(value, "a")),
                            time);
                    written(new Request.Delete("c1", 1, key), new Command.Delete(key), time);
                    for (long by : List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
                        written(
                                new Request.Increment("c1", 1, key, by),
                                new Command.Increment(key, by),
                                time);
                    }
                }
            }
        }
    }

    private static void written(Request request, Command command, LogTime time)
            throws InvalidProtocolBufferException {
        byte[] written = Wire.logged(request, time).array();
        CommandId id =
                request.session().isEmpty()
                        ? CommandId.NONE
                        : new CommandId(request.session(), request.sequence());
        assertThat(protobuf(written)).isEqualTo(new Logged(id, command, time));
        assertThat(LoggedCommand.parseFrom(written).toByteArray()).isEqualTo(written);
    }

    private static byte[] logged(Request request) {
        return Wire.logged(request, new LogTime(300, 7)).array();
    }

    /// By way of a dynamic message: the generated class remembers the first of three operations when the third is of its kind.
    private static Logged protobuf(byte[] input) throws InvalidProtocolBufferException {
        LoggedCommand logged =
                LoggedCommand.parseFrom(
                        DynamicMessage.parseFrom(LoggedCommand.getDescriptor(), input)
                                .toByteArray());
        Command command =
                switch (logged.getOperationCase()) {
                    case WRITE ->
                            new Command.Write(
                                    logged.getWrite().getKey(), logged.getWrite().getValue());
                    case CAS ->
                            new Command.Cas(
                                    logged.getCas().getKey(),
                                    logged.getCas().hasExpected()
                                            ? logged.getCas().getExpected()
                                            : null,
                                    logged.getCas().getValue());
                    case APPEND ->
                            new Command.Append(
                                    logged.getAppend().getKey(), logged.getAppend().getElement());
                    case DECLARE ->
                            new Command.Declare(
                                    logged.getDeclare().getRound(),
                                    logged.getDeclare().getNamesList());
                    case DELETE -> new Command.Delete(logged.getDelete().getKey());
                    case INCREMENT ->
                            new Command.Increment(
                                    logged.getIncrement().getKey(), logged.getIncrement().getBy());
                    case OPERATION_NOT_SET -> throw new IllegalArgumentException();
                };
        CommandId id =
                logged.getSession().isEmpty()
                        ? CommandId.NONE
                        : new CommandId(logged.getSession(), logged.getSequence());
        return new Logged(
                id,
                command,
                new LogTime(
                        Wire.notNegative(logged.getTime()),
                        Wire.notNegative(logged.getSessionTimeout())));
    }
}
