package dev.ordeal.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.ordeal.node.machine.Command.Append;
import dev.ordeal.node.machine.Command.Cas;
import dev.ordeal.node.machine.Command.Declare;
import dev.ordeal.node.machine.Command.Delete;
import dev.ordeal.node.machine.Command.Increment;
import dev.ordeal.node.machine.Command.Write;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.KeyValueMachine;
import dev.ordeal.node.machine.LogTime;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Snapshot;
import dev.ordeal.node.rpc.proto.Held;
import dev.ordeal.node.rpc.proto.MachineState.Cell;
import dev.ordeal.node.rpc.proto.MachineState.Done;
import dev.ordeal.node.rpc.proto.MachineState.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a state machine is after a snapshot was written, read and put in the place of another state; and that snapshots are written
/// and read as protobuf writes and reads them.
class SnapshotWireTest {
    @Test
    void aMachineThatStartsFromASnapshotGoesOnAsTheOneItWasTakenOf() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            KeyValueMachine machine = new KeyValueMachine(3);
            KeyValueMachine other = new KeyValueMachine(3);
            other.apply(1, CommandId.NONE, new Append("only here", "x"));
            for (int i = 0; i < 300; i++) {
                CommandId id =
                        new CommandId("c" + random.nextInt(5), 1 + i / 8 + random.nextInt(3));
                String key = "k" + random.nextInt(3);
                var command =
                        switch (random.nextInt(6)) {
                            case 0 -> new Write(key, random.nextBoolean() ? "" : "" + i);
                            case 1 -> new Delete(key);
                            case 2 -> new Increment(key, i - 100);
                            case 4 -> new Declare("round " + i / 20, List.of("a" + i, "b"));
                            case 3 -> new Cas(key, random.nextBoolean() ? null : "", "v");
                            default -> new Append(key, "e" + i);
                        };
                LogTime time = new LogTime(10L * i + random.nextInt(40), random.nextInt(3) * 50L);
                machine.advance(time);
                if (i >= 150) other.advance(time);
                var answer = machine.apply(i, id, command);
                if (i >= 150) assertThat(other.apply(i, id, command)).isEqualTo(answer);
                if (i == 149 || i == 220) {
                    MachineState state = machine.state();
                    MachineState read = Wire.state(Wire.snapshot(state));
                    assertThat(read).isEqualTo(state);
                    other.replace(read);
                }
                if (i >= 149) assertThat(other.digest()).isEqualTo(machine.digest());
            }
        }
    }

    @Test
    void aSnapshotIsWhatTheGeneratedClassWrites() throws Exception {
        String text = "é\u0000\uD83D\uDE00".repeat(100);
        List<Value> values =
                List.of(
                        new Value.Text(""),
                        new Value.Text(text),
                        new Value.Elements(List.of()),
                        new Value.Elements(List.of("a", "", text)),
                        new Value.Declared(List.of("a", "", text)));
        List<Result.Answer> answers = new ArrayList<>();
        answers.add(new Result.Done());
        answers.add(new Result.Mismatch(null));
        values.forEach(value -> answers.add(new Result.Mismatch(value)));
        for (String reason : List.of("", text)) {
            answers.add(new Result.Rejected(reason));
        }
        for (long sum : List.of(0L, -1L, 300L, Long.MIN_VALUE, Long.MAX_VALUE)) {
            answers.add(new Result.Counted(sum));
        }
        Map<String, Value> cells = new HashMap<>();
        cells.put("", new Value.Text("x"));
        values.forEach(value -> cells.put("k" + cells.size(), value));
        List<MachineState.Session> sessions = new ArrayList<>();
        for (Result.Answer answer : answers) {
            sessions.add(new MachineState.Session("c" + sessions.size(), 1, 300, answer, 70_000));
            sessions.add(new MachineState.Session("", 0, 0, answer, 0));
        }
        for (MachineState state :
                List.of(
                        MachineState.EMPTY,
                        new MachineState(cells, List.of(), false, 1),
                        new MachineState(cells, sessions, true, 1L << 40))) {
            byte[] written = Wire.snapshot(state).array();
            assertThat(Wire.state(Bytes.of(written))).isEqualTo(state);
            assertThat(dev.ordeal.node.rpc.proto.MachineState.parseFrom(written).toByteArray())
                    .isEqualTo(written);
        }
    }

    @Test
    void whatAWriterKnowsFromItsLastSnapshotMakesNoDifference() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            SnapshotWriter writer = new SnapshotWriter();
            KeyValueMachine machine = new KeyValueMachine();
            KeyValueMachine another = new KeyValueMachine();
            another.apply(1, CommandId.NONE, new Append("k1", "é"));
            for (int i = 1; i < 400; i++) {
                String key = "k" + random.nextInt(3);
                var command =
                        switch (random.nextInt(40)) {
                            case 0 -> new Write(key, "" + i);
                            case 1, 2 -> new Delete(key);
                            default -> new Append(key, random.nextBoolean() ? "" : "é" + i % 7);
                        };
                machine.apply(i, CommandId.NONE, command);
                if (random.nextInt(60) == 0) {
                    machine.replace(another.state());
                }
                if (random.nextInt(10) == 0) {
                    MachineState state = machine.state();
                    assertThat(writer.write(state)).isEqualTo(Wire.snapshot(state));
                }
            }
        }
    }

    @Test
    void fieldsMayComeInAnyOrderAndUnknownOnesArePassedOver() {
        Held list =
                Held.newBuilder()
                        .setElements(Held.Elements.newBuilder().addElements("a").addElements("é"))
                        .build();
        var unknown =
                UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(7)
                                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                        .build())
                        .build();
        var first =
                dev.ordeal.node.rpc.proto.MachineState.newBuilder()
                        .setTime(70_000)
                        .setForgotAnySession(true)
                        .setUnknownFields(unknown)
                        .build();
        var second =
                dev.ordeal.node.rpc.proto.MachineState.newBuilder()
                        .addSessions(
                                dev.ordeal.node.rpc.proto.MachineState.Session.newBuilder()
                                        .setName("c1")
                                        .setSequence(2)
                                        .setMismatch(list)
                                        .setUnknownFields(unknown))
                        .addCells(
                                dev.ordeal.node.rpc.proto.MachineState.Cell.newBuilder()
                                        .setHeld(list.toBuilder().setUnknownFields(unknown))
                                        .setUnknownFields(unknown))
                        .build();
        Value elements = new Value.Elements(List.of("a", "é"));
        Bytes snapshot =
                Bytes.concat(
                        List.of(Bytes.of(first.toByteArray()), Bytes.of(second.toByteArray())));
        assertThat(Wire.state(snapshot))
                .isEqualTo(
                        new MachineState(
                                Map.of("", elements),
                                List.of(
                                        new MachineState.Session(
                                                "c1", 2, 0, new Result.Mismatch(elements), 0)),
                                true,
                                70_000));
    }

    @Test
    void whateverItIsGivenItReadsOrRefusesAsProtobufDoes() {
        List<byte[]> held =
                List.of(
                        Held.newBuilder().setText("é").build().toByteArray(),
                        Held.newBuilder().setElements(elements("a", "")).build().toByteArray(),
                        Held.newBuilder().setDeclared(elements("b", "c")).build().toByteArray());
        List<byte[]> answers = new ArrayList<>();
        answers.add(Session.newBuilder().setDone(Done.getDefaultInstance()).build().toByteArray());
        answers.add(Session.newBuilder().setRejected("no").build().toByteArray());
        answers.add(Session.newBuilder().setCounted(-5).setSequence(3).build().toByteArray());
        held.forEach(value -> answers.add(field(Session.MISMATCH_FIELD_NUMBER, value)));
        List<byte[]> valid = new ArrayList<>();
        valid.add(proto().setTime(1 << 20).setForgotAnySession(true).build().toByteArray());
        byte[] key = Cell.newBuilder().setKey("k").build().toByteArray();
        // Fields that come twice: of texts and numbers the last counts, messages go on where they
        // were.
        for (byte[] first : held) {
            for (byte[] second : held) {
                byte[] both = Fuzz.joined(first, second, first);
                valid.add(cell(key, field(Cell.HELD_FIELD_NUMBER, both)));
                valid.add(
                        cell(
                                field(Cell.HELD_FIELD_NUMBER, first),
                                key,
                                field(Cell.HELD_FIELD_NUMBER, second)));
            }
        }
        for (byte[] first : answers) {
            for (byte[] second : answers) {
                valid.add(session(first, second));
                valid.add(session(first, second, first));
            }
        }
        ReaderCheck.readAlike(
                valid, input -> Wire.state(Bytes.of(input)), SnapshotWireTest::protobuf);
    }

    private static dev.ordeal.node.rpc.proto.MachineState.Builder proto() {
        return dev.ordeal.node.rpc.proto.MachineState.newBuilder();
    }

    private static Held.Elements elements(String... elements) {
        return Held.Elements.newBuilder().addAllElements(List.of(elements)).build();
    }

    private static byte[] cell(byte[]... parts) {
        return field(dev.ordeal.node.rpc.proto.MachineState.CELLS_FIELD_NUMBER, Fuzz.joined(parts));
    }

    private static byte[] session(byte[]... parts) {
        return field(
                dev.ordeal.node.rpc.proto.MachineState.SESSIONS_FIELD_NUMBER, Fuzz.joined(parts));
    }

    private static byte[] field(int number, byte[] message) {
        var field =
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(message))
                        .build();
        return UnknownFieldSet.newBuilder().addField(number, field).build().toByteArray();
    }

    /// By way of a dynamic message: the generated class remembers the first of three alternatives when the third is of its kind.
    private static MachineState protobuf(byte[] input) throws InvalidProtocolBufferException {
        var proto =
                dev.ordeal.node.rpc.proto.MachineState.parseFrom(
                        DynamicMessage.parseFrom(
                                        dev.ordeal.node.rpc.proto.MachineState.getDescriptor(),
                                        input)
                                .toByteArray());
        Map<String, Value> values = new HashMap<>();
        for (Cell cell : proto.getCellsList()) {
            Value value = value(cell.getHeld());
            if (value == null || values.put(cell.getKey(), value) != null) {
                throw new IllegalArgumentException();
            }
        }
        List<MachineState.Session> sessions = new ArrayList<>();
        for (Session session : proto.getSessionsList()) {
            sessions.add(
                    new MachineState.Session(
                            session.getName(),
                            session.getSequence(),
                            session.getIndex(),
                            answer(session),
                            Wire.notNegative(session.getUsedAt())));
        }
        return new MachineState(
                values, sessions, proto.getForgotAnySession(), Wire.notNegative(proto.getTime()));
    }

    private static Result.Answer answer(Session session) {
        return switch (session.getAnswerCase()) {
            case DONE -> new Result.Done();
            case MISMATCH -> new Result.Mismatch(value(session.getMismatch()));
            case REJECTED -> new Result.Rejected(session.getRejected());
            case COUNTED -> new Result.Counted(session.getCounted());
            case ANSWER_NOT_SET -> throw new IllegalArgumentException();
        };
    }

    private static @Nullable Value value(Held held) {
        return switch (held.getValueCase()) {
            case TEXT -> new Value.Text(held.getText());
            case ELEMENTS -> new Value.Elements(held.getElements().getElementsList());
            case DECLARED -> new Value.Declared(held.getDeclared().getElementsList());
            case VALUE_NOT_SET -> null;
        };
    }

    @Test
    void noSnapshotIsAnEmptyState() {
        assertThat(Wire.state(Snapshot.NONE.state())).isEqualTo(MachineState.EMPTY);
        KeyValueMachine machine = new KeyValueMachine();
        machine.apply(1, new CommandId("c1", 1), new Write("k", "v"));
        machine.replace(MachineState.EMPTY);
        assertThat(machine.digest()).isEqualTo(new KeyValueMachine().digest());
        assertThat(machine.read("k")).isNull();
    }

    @Test
    void whatIsNoSnapshotIsRefused() {
        assertThatThrownBy(() -> Wire.state(Bytes.of((byte) 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a snapshot");
    }
}
