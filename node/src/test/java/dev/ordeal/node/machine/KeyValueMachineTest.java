package dev.ordeal.node.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.machine.Command.Append;
import dev.ordeal.node.machine.Command.Cas;
import dev.ordeal.node.machine.Command.Declare;
import dev.ordeal.node.machine.Command.Delete;
import dev.ordeal.node.machine.Command.Increment;
import dev.ordeal.node.machine.Command.Write;
import dev.ordeal.node.machine.Result.Counted;
import dev.ordeal.node.machine.Result.Done;
import dev.ordeal.node.machine.Result.Forgotten;
import dev.ordeal.node.machine.Result.Mismatch;
import dev.ordeal.node.machine.Result.Rejected;
import dev.ordeal.node.machine.Result.Repeated;
import dev.ordeal.node.machine.Value.Elements;
import dev.ordeal.node.machine.Value.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyValueMachineTest {
    private final KeyValueMachine machine = new KeyValueMachine();

    /// How many commands each machine was given: the log has nothing else in it.
    private final Map<KeyValueMachine, Long> given = new HashMap<>();

    private Result apply(KeyValueMachine to, CommandId id, Command command) {
        return to.apply(given.merge(to, 1L, Long::sum), id, command);
    }

    private Result apply(Command command) {
        return apply(machine, CommandId.NONE, command);
    }

    /// What the key held, the command, its answer, what the key holds then.
    static Stream<Arguments> commands() {
        List<Command> absent = List.of();
        List<Command> text = List.of(new Write("k", "a"));
        List<Command> empty = List.of(new Write("k", ""));
        List<Command> list = List.of(new Append("k", "a"));
        return Stream.of(
                Arguments.of(absent, new Write("k", "b"), new Done(), new Text("b")),
                Arguments.of(text, new Write("k", "b"), new Done(), new Text("b")),
                Arguments.of(list, new Write("k", "b"), new Done(), new Text("b")),
                Arguments.of(absent, new Cas("k", null, "b"), new Done(), new Text("b")),
                Arguments.of(absent, new Cas("k", "", "b"), new Mismatch(null), null),
                Arguments.of(absent, new Cas("k", "a", "b"), new Mismatch(null), null),
                Arguments.of(text, new Cas("k", "a", "b"), new Done(), new Text("b")),
                Arguments.of(
                        text, new Cas("k", "A", "b"), new Mismatch(new Text("a")), new Text("a")),
                Arguments.of(
                        text, new Cas("k", null, "b"), new Mismatch(new Text("a")), new Text("a")),
                Arguments.of(
                        empty, new Cas("k", null, "b"), new Mismatch(new Text("")), new Text("")),
                Arguments.of(empty, new Cas("k", "", "b"), new Done(), new Text("b")),
                Arguments.of(
                        list,
                        new Cas("k", "a", "b"),
                        new Mismatch(new Elements(List.of("a"))),
                        new Elements(List.of("a"))),
                Arguments.of(
                        list,
                        new Cas("k", null, "b"),
                        new Mismatch(new Elements(List.of("a"))),
                        new Elements(List.of("a"))),
                Arguments.of(absent, new Append("k", "b"), new Done(), new Elements(List.of("b"))),
                Arguments.of(
                        list, new Append("k", "b"), new Done(), new Elements(List.of("a", "b"))),
                Arguments.of(
                        list, new Append("k", "a"), new Done(), new Elements(List.of("a", "a"))),
                Arguments.of(
                        text,
                        new Append("k", "b"),
                        new Rejected("key k holds a text, not a list"),
                        new Text("a")),
                Arguments.of(absent, new Delete("k"), new Done(), null),
                Arguments.of(text, new Delete("k"), new Done(), null),
                Arguments.of(list, new Delete("k"), new Done(), null),
                Arguments.of(absent, new Increment("k", 2), new Counted(2), new Text("2")),
                Arguments.of(absent, new Increment("k", 0), new Counted(0), new Text("0")),
                Arguments.of(number("-5"), new Increment("k", 7), new Counted(2), new Text("2")),
                Arguments.of(number("0"), new Increment("k", -1), new Counted(-1), new Text("-1")),
                Arguments.of(
                        number("" + Long.MAX_VALUE),
                        new Increment("k", -1),
                        new Counted(Long.MAX_VALUE - 1),
                        new Text("" + (Long.MAX_VALUE - 1))),
                cannotCount("" + Long.MAX_VALUE, "cannot count beyond 64 bits"),
                cannotCount("9".repeat(40), "does not hold a whole number of 64 bits"),
                cannotCount("a", "does not hold a whole number of 64 bits"),
                cannotCount("", "does not hold a whole number of 64 bits"),
                cannotCount("01", "does not hold a whole number of 64 bits"),
                cannotCount("+1", "does not hold a whole number of 64 bits"),
                cannotCount("-0", "does not hold a whole number of 64 bits"),
                Arguments.of(
                        list,
                        new Increment("k", 1),
                        new Rejected("key k does not hold a whole number of 64 bits"),
                        new Elements(List.of("a"))));
    }

    private static List<Command> number(String text) {
        return List.of(new Write("k", text));
    }

    private static Arguments cannotCount(String text, String why) {
        return Arguments.of(
                number(text), new Increment("k", 1), new Rejected("key k " + why), new Text(text));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void s1_3_aCommandAnswersByWhatTheKeyHolds(
            List<Command> before, Command command, Result answer, @Nullable Value after) {
        before.forEach(this::apply);
        apply(new Write("other", "untouched"));

        assertThat(apply(command)).isEqualTo(answer);
        assertThat(machine.read("k")).isEqualTo(after);
        assertThat(machine.read("other")).isEqualTo(new Text("untouched"));
    }

    @Test
    void aRetryIsNotAppliedAgainAndGetsTheFirstAnswer() {
        CommandId first = new CommandId("c1", 1);
        CommandId second = new CommandId("c1", 2);
        apply(machine, first, new Append("k", "a"));
        apply(machine, second, new Cas("k", "x", "y"));

        assertThat(apply(machine, second, new Cas("k", "x", "y")))
                .isEqualTo(new Repeated(new Mismatch(new Elements(List.of("a"))), 2));
        assertThat(apply(machine, first, new Append("k", "a"))).isEqualTo(new Forgotten(2));
        assertThat(machine.read("k")).isEqualTo(new Elements(List.of("a")));
    }

    @Test
    void anIncrementThatIsRetriedCountsOnce() {
        CommandId first = new CommandId("c1", 1);
        apply(machine, first, new Increment("k", 5));

        assertThat(apply(machine, first, new Increment("k", 5)))
                .isEqualTo(new Repeated(new Counted(5), 1));
        assertThat(machine.read("k")).isEqualTo(new Text("5"));
    }

    @Test
    void anAnswerOnceGivenStaysAsItWasWhenTheListGrows() {
        apply(new Append("k", "a"));
        Value early = machine.read("k");
        apply(new Append("k", "b"));

        assertThat(early).isEqualTo(new Elements(List.of("a")));
    }

    @Test
    void sessionsDoNotShareTheirNumbers() {
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        apply(machine, new CommandId("c2", 1), new Append("k", "b"));

        assertThat(machine.read("k")).isEqualTo(new Elements(List.of("a", "b")));
    }

    @Test
    void aSessionWhoseFirstCommandsNeverArrivedMayStartLater() {
        assertThat(apply(machine, new CommandId("c1", 3), new Write("k", "a")))
                .isEqualTo(new Done());
        assertThat(apply(machine, new CommandId("c1", 2), new Write("k", "b")))
                .isEqualTo(new Forgotten(3));
    }

    @Test
    void aSessionThatMayHaveBeenForgottenCannotGoOn() {
        KeyValueMachine small = new KeyValueMachine(2);
        apply(small, new CommandId("c1", 1), new Append("k", "a"));
        apply(small, new CommandId("c2", 1), new Append("k", "b"));
        apply(small, new CommandId("c1", 2), new Append("k", "c"));
        apply(small, new CommandId("c3", 1), new Append("k", "d"));

        assertThat(apply(small, new CommandId("c2", 2), new Append("k", "e")))
                .isEqualTo(new Rejected("session c2 is unknown or was forgotten: start a new one"));
        assertThat(apply(small, new CommandId("c1", 2), new Append("k", "c")))
                .isEqualTo(new Repeated(new Done(), 3));
        assertThat(small.read("k")).isEqualTo(new Elements(List.of("a", "b", "c", "d")));
    }

    @Test
    void aSessionEndsWhenItHasRestedForAsLongAsAnEntrySays() {
        machine.advance(new LogTime(1_000, 500));
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        machine.advance(new LogTime(1_400, 500));
        apply(machine, new CommandId("c2", 1), new Append("k", "b"));
        long before = machine.digest();
        machine.advance(new LogTime(1_500, 500));

        assertThat(machine.digest()).isNotEqualTo(before);
        assertThat(apply(machine, new CommandId("c1", 2), new Append("k", "c")))
                .isEqualTo(new Rejected("session c1 is unknown or was forgotten: start a new one"));
        assertThat(apply(machine, new CommandId("c2", 2), new Append("k", "d")))
                .isEqualTo(new Done());
        assertThat(machine.read("k")).isEqualTo(new Elements(List.of("a", "b", "d")));
    }

    @Test
    void whoRetriesUsesItsSession() {
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        machine.advance(new LogTime(400, 500));
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        machine.advance(new LogTime(899, 500));

        assertThat(apply(machine, new CommandId("c1", 1), new Append("k", "a")))
                .isEqualTo(new Repeated(new Done(), 1));
        machine.advance(new LogTime(1_399, 500));
        assertThat(machine.state().sessions()).isEmpty();
    }

    @Test
    void theTimeOfTheLogNeverGoesBack() {
        machine.advance(new LogTime(1_000, 500));
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        machine.advance(new LogTime(10, 500));

        assertThat(machine.time()).isEqualTo(1_000);
        apply(machine, new CommandId("c2", 1), new Append("k", "b"));
        machine.advance(new LogTime(1_499, 500));
        assertThat(machine.state().sessions())
                .extracting(MachineState.Session::usedAt)
                .containsExactly(1_000L, 1_000L);
    }

    @Test
    void anEntryThatSaysNothingOfTimeEndsNoSession() {
        machine.advance(new LogTime(1_000, 500));
        apply(machine, new CommandId("c1", 1), new Append("k", "a"));
        machine.advance(new LogTime(1_000_000, 0));
        machine.advance(LogTime.UNKNOWN);

        assertThat(machine.state().sessions()).hasSize(1);
    }

    @Test
    void anEmptySessionHasNoNumbersAndANamedOneStartsAtOne() {
        assertThatThrownBy(() -> new CommandId("", 1)).hasMessageContaining("only a session does");
        assertThatThrownBy(() -> new CommandId("c1", 0)).hasMessageContaining("'c1' 0");
    }

    /// Machines reached by different ways have the same digest exactly when they are the same.
    @Test
    void theDigestTellsStatesApartAndForgetsTheWayThere() {
        KeyValueMachine oneWay = new KeyValueMachine();
        apply(oneWay, CommandId.NONE, new Write("x", "1"));
        apply(oneWay, CommandId.NONE, new Write("y", "2"));
        KeyValueMachine other = new KeyValueMachine();
        apply(other, CommandId.NONE, new Write("y", "7"));
        apply(other, CommandId.NONE, new Append("x", "gone"));
        apply(other, CommandId.NONE, new Write("x", "1"));
        apply(other, CommandId.NONE, new Cas("y", "7", "2"));
        apply(other, CommandId.NONE, new Append("z", "gone"));
        apply(other, CommandId.NONE, new Delete("z"));
        apply(other, CommandId.NONE, new Delete("never there"));
        apply(other, CommandId.NONE, new Increment("y", 3));
        apply(other, CommandId.NONE, new Increment("y", -3));
        assertThat(other.digest()).isEqualTo(oneWay.digest());

        List<List<Command>> different =
                List.of(
                        List.of(),
                        List.of(new Write("x", "1")),
                        List.of(new Write("x", "")),
                        List.of(new Write("", "x")),
                        List.of(new Write("x", "y"), new Write("y", "x")),
                        List.of(new Write("x", "x"), new Write("y", "y")),
                        List.of(new Append("x", "1")),
                        List.of(new Append("x", "1"), new Append("x", "2")),
                        List.of(new Append("x", "2"), new Append("x", "1")),
                        List.of(new Append("x", "12")));
        Set<Long> digests = new HashSet<>();
        for (List<Command> commands : different) {
            KeyValueMachine fresh = new KeyValueMachine();
            commands.forEach(c -> apply(fresh, CommandId.NONE, c));
            assertThat(digests.add(fresh.digest()))
                    .as("a digest of its own: %s", commands)
                    .isTrue();
        }
    }

    @Test
    void theFirstListThatIsDeclaredForARoundStands() {
        KeyValueMachine machine = new KeyValueMachine();
        List<String> first = List.of("Charlie", "Eve", "Bob");

        assertThat(machine.apply(1, CommandId.NONE, new Declare("round 1", first)))
                .isEqualTo(new Done());
        long declared = machine.digest();
        for (Command later :
                List.of(
                        new Declare("round 1", List.of("Mallory")),
                        new Declare("round 1", first),
                        new Write("round 1", "text"),
                        new Cas("round 1", null, "text"),
                        new Append("round 1", "Mallory"),
                        new Increment("round 1", 1),
                        new Delete("round 1"))) {
            Result result = machine.apply(2, CommandId.NONE, later);
            if (later instanceof Declare) {
                assertThat(result).isEqualTo(new Mismatch(new Value.Declared(first)));
            } else {
                assertThat(result)
                        .isInstanceOfSatisfying(
                                Rejected.class,
                                rejected ->
                                        assertThat(rejected.reason()).contains("never changes"));
            }
            assertThat(machine.read("round 1")).isEqualTo(new Value.Declared(first));
            assertThat(machine.digest()).isEqualTo(declared);
        }

        assertThat(machine.apply(3, CommandId.NONE, new Declare("round 2", List.of("Mallory"))))
                .as("another round")
                .isEqualTo(new Done());
        machine.apply(4, CommandId.NONE, new Append("list", "Eve"));
        assertThat(machine.apply(5, CommandId.NONE, new Declare("list", first)))
                .isInstanceOf(Rejected.class);
    }

    @Test
    void aDeclaredListHasAnotherDigestThanAListOfTheSameElements() {
        KeyValueMachine declares = new KeyValueMachine();
        KeyValueMachine appends = new KeyValueMachine();
        declares.apply(1, CommandId.NONE, new Declare("k", List.of("a")));
        appends.apply(1, CommandId.NONE, new Append("k", "a"));
        assertThat(declares.digest()).isNotEqualTo(appends.digest());
    }

    @Test
    void aDeclaredListHasNamesAndNoneTwice() {
        assertThatThrownBy(() -> new Declare("round 1", List.of()))
                .hasMessageContaining("at least one name");
        assertThatThrownBy(() -> new Declare("round 1", List.of("Eve", "Bob", "Eve")))
                .hasMessageContaining("twice: Eve");
    }

    @Test
    void theDigestSeesTheSessionsToo() {
        KeyValueMachine without = new KeyValueMachine();
        apply(without, CommandId.NONE, new Write("x", "1"));
        KeyValueMachine with = new KeyValueMachine();
        apply(with, new CommandId("c1", 1), new Write("x", "1"));
        KeyValueMachine later = new KeyValueMachine();
        apply(later, new CommandId("c1", 2), new Write("x", "1"));

        KeyValueMachine elsewhere = new KeyValueMachine();
        elsewhere.apply(7, new CommandId("c1", 1), new Write("x", "1"));

        assertThat(Set.of(without.digest(), with.digest(), later.digest(), elsewhere.digest()))
                .hasSize(4);
    }

    @Test
    void machinesThatApplyTheSameCommandsAgreeAtEveryStep() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            KeyValueMachine a = new KeyValueMachine(3);
            KeyValueMachine b = new KeyValueMachine(3);
            List<Long> seen = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                CommandId id =
                        new CommandId("c" + random.nextInt(5), 1 + i / 8 + random.nextInt(3));
                String key = "k" + random.nextInt(3);
                Command command =
                        switch (random.nextInt(5)) {
                            case 0 -> new Write(key, "" + random.nextInt(4));
                            case 1 ->
                                    new Cas(
                                            key,
                                            random.nextBoolean() ? null : "" + random.nextInt(4),
                                            "v");
                            case 2 -> new Delete(key);
                            case 3 -> new Increment(key, random.nextInt(3) - 1);
                            default -> new Append(key, "e" + i);
                        };
                LogTime time = new LogTime(10L * i + random.nextInt(40), random.nextInt(3) * 50L);
                a.advance(time);
                b.advance(time);
                assertThat(apply(a, id, command)).isEqualTo(apply(b, id, command));
                assertThat(a.digest()).as("seed %d, command %d", seed, i).isEqualTo(b.digest());
                seen.add(a.digest());
            }
            assertThat(new HashSet<>(seen)).hasSizeGreaterThan(50);
        }
    }

    @Test
    void aStateThatWasCapturedStaysAsItWas() {
        apply(new Write("text", "a"));
        apply(new Append("list", "a"));
        MachineState before = machine.state();
        MachineState copy =
                new MachineState(
                        Map.of("text", new Text("a"), "list", new Elements(List.of("a"))),
                        List.of(),
                        false,
                        0);
        assertThat(before).isEqualTo(copy);

        apply(new Write("text", "b"));
        apply(new Append("list", "b"));
        apply(new Append("list", "c"));
        apply(new Write("new", "a"));

        assertThat(before).isEqualTo(copy);
        assertThat(machine.read("list")).isEqualTo(new Elements(List.of("a", "b", "c")));
    }
}
