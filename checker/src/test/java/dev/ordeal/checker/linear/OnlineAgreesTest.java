package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bench.SimulatedRegister;
import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import dev.ordeal.checker.online.OnlineRegisters;
import dev.ordeal.checker.online.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The register that is judged event by event, against trying all orders of every prefix, and where that takes too long
/// against the engine for whole histories.
class OnlineAgreesTest {
    private static final int HISTORIES = Integer.getInteger("ordeal.histories", 100_000);
    private static final Model<Object> REGISTER = new Register("register");

    /// One line of a history. The time of an event is its place.
    ///
    /// @param value argument of an invocation, answer of a read
    private record Event(int operation, Kind kind, String f, Result value) {
        enum Kind {
            INVOKE,
            OK,
            FAIL,
            UNKNOWN
        }
    }

    /// Whether an event of a history is a violation by the online engine, and its evidence.
    private static Optional<Violation> feed(OnlineRegisters online, long time, Event event) {
        Long process = (long) event.operation;
        return switch (event.kind) {
            case INVOKE -> {
                online.invoke(
                        time,
                        process,
                        event.f,
                        null,
                        event.value instanceof Result.Value(Object value) ? value : null,
                        null);
                yield Optional.empty();
            }
            case OK -> online.ok(time, process, event.value);
            case FAIL -> online.fail(time, process);
            case UNKNOWN -> {
                online.unknown(time, process);
                yield Optional.empty();
            }
        };
    }

    private static History prefix(List<Event> events, int length) {
        HistoryBuilder builder = new HistoryBuilder();
        for (int time = 0; time < length; time++) {
            Event event = events.get(time);
            Long process = (long) event.operation;
            switch (event.kind) {
                case INVOKE ->
                        builder.invoke(time, process, event.f, null, event.value, null, null);
                case OK -> builder.ok(time, process, event.value);
                case FAIL -> builder.fail(time, process, "refused");
                case UNKNOWN -> builder.unknown(time, process, "timeout");
            }
        }
        return builder.build();
    }

    /// A history as events. A refused compare-and-set becomes one that had no effect; of a hundred unknown ones,
    /// `failing` become failures.
    private static List<Event> events(History history, int failing, RandomGenerator random) {
        List<List<Event>> at = new ArrayList<>();
        for (int rank = 0; rank < history.ranks(); rank++) {
            at.add(new ArrayList<>(1));
        }
        for (int i = 0; i < history.size(); i++) {
            Operation operation = history.operation(i);
            Result argument =
                    operation.f().equals("read")
                            ? new Result.Unknown()
                            : new Result.Value(operation.argument());
            at.get(history.invokeRank(i)).add(0, invocation(i, operation.f(), argument));
            Event.Kind kind =
                    switch (operation.outcome()) {
                        case OK -> Event.Kind.OK;
                        case FAILED -> Event.Kind.FAIL;
                        case UNKNOWN ->
                                random.nextInt(100) < failing
                                        ? Event.Kind.FAIL
                                        : Event.Kind.UNKNOWN;
                    };
            int rank =
                    history.returnRank(i) != History.NEVER
                            ? history.returnRank(i)
                            : Math.min(
                                    history.ranks() - 1,
                                    history.invokeRank(i) + random.nextInt(60));
            at.get(rank).add(new Event(i, kind, operation.f(), operation.result()));
        }
        return at.stream().flatMap(List::stream).toList();
    }

    /// Anything that clients could send and be told, sensible or not: values read before they are written, failures that had
    /// an effect, circles, values that are written again.
    private static List<Event> wild(RandomGenerator random) {
        int operations = 2 + random.nextInt(6);
        int values = 2 + random.nextInt(5);
        boolean again = random.nextInt(4) == 0;
        List<Event> events = new ArrayList<>();
        List<Event> open = new ArrayList<>();
        int invoked = 0;
        while (invoked < operations || !open.isEmpty()) {
            boolean call =
                    invoked < operations
                            && open.size() < 4
                            && (open.isEmpty() || random.nextBoolean());
            if (call) {
                Object fresh = (long) (again ? 1 + random.nextInt(values) : invoked + 1);
                Event event =
                        switch (random.nextInt(4)) {
                            case 0 -> invocation(invoked, "write", new Result.Value(fresh));
                            case 1 ->
                                    invocation(
                                            invoked,
                                            "cas",
                                            new Result.Value(
                                                    Arrays.asList(some(random, values), fresh)));
                            default -> invocation(invoked, "read", new Result.Unknown());
                        };
                invoked++;
                events.add(event);
                open.add(event);
                continue;
            }
            Event ended = open.remove(random.nextInt(open.size()));
            int draw = random.nextInt(10);
            if (draw == 0) {
                continue; // never ends
            }
            Event.Kind kind =
                    draw == 1 ? Event.Kind.UNKNOWN : draw == 2 ? Event.Kind.FAIL : Event.Kind.OK;
            Result answer =
                    ended.f.equals("read") && random.nextInt(20) > 0
                            ? new Result.Value(some(random, values))
                            : new Result.Unknown();
            events.add(new Event(ended.operation, kind, ended.f, answer));
        }
        return events;
    }

    private static Event invocation(int operation, String f, Result argument) {
        return new Event(operation, Event.Kind.INVOKE, f, argument);
    }

    private static @Nullable Object some(RandomGenerator random, int values) {
        int value = random.nextInt(values + 1);
        return value == 0 ? null : (Object) (long) value;
    }

    @Test
    void everyPrefixOfARandomHistoryGetsTheAnswerOfTryingAllOrders() {
        LongAdder violated = new LongAdder();
        LongAdder prefixes = new LongAdder();
        LongAdder unjudged = new LongAdder();
        IntStream.range(0, HISTORIES)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random = new SplittableRandom(31_000_000_007L + number);
                    List<Event> events;
                    if (number % 2 == 0) {
                        events = wild(random);
                    } else {
                        Shape shape =
                                new Shape(
                                        2 + random.nextInt(3),
                                        2 + random.nextInt(6),
                                        random.nextInt(3) * 10,
                                        random.nextInt(3) * 12);
                        events =
                                events(
                                        RandomHistories.of(
                                                REGISTER,
                                                RandomHistories.register(0, true),
                                                shape,
                                                random),
                                        25,
                                        random);
                    }
                    OnlineRegisters online = new OnlineRegisters();
                    for (int time = 0; time < events.size(); time++) {
                        Optional<Violation> found = feed(online, time, events.get(time));
                        if (!online.unjudged().isEmpty()) {
                            unjudged.increment();
                            return;
                        }
                        History prefix = prefix(events, time + 1);
                        boolean expected = !BruteForce.linearizable(prefix, REGISTER);
                        prefixes.increment();
                        String name = "history " + number + " at event " + time + " " + events;
                        assertThat(found.isPresent()).as(name).isEqualTo(expected);
                        if (found.isPresent()) {
                            violated.increment();
                            proves(name, prefix, found.get());
                            return;
                        }
                    }
                });
        System.out.printf(
                "online: %d histories, %d prefixes, %d violated, %d not judged to the end%n",
                HISTORIES, prefixes.sum(), violated.sum(), unjudged.sum());
        assertThat(violated.sum()).isBetween(HISTORIES / 4L, HISTORIES * 3L / 4);
        assertThat(unjudged.sum()).isPositive().isLessThan(HISTORIES / 4L);
    }

    private static void proves(String name, History prefix, Violation violation) {
        assertThat(violation.core()).as(name).hasSizeBetween(1, 4);
        assertThat(violation.sentence()).as(name).contains("process ");
        if (violation.coreIsWhole()) {
            assertThat(BruteForce.linearizable(prefix, REGISTER, violation.core()::contains))
                    .as(name + " with the core " + violation)
                    .isFalse();
        }
    }

    @Test
    void longerHistoriesGetTheAnswerOfTheEngineForWholeOnes() {
        LongAdder violated = new LongAdder();
        int histories = HISTORIES / 20;
        IntStream.range(0, histories)
                .parallel()
                .forEach(number -> {
                    SplittableRandom random = new SplittableRandom(77_000_000_003L + number);
                    Shape shape =
                            new Shape(
                                    2 + random.nextInt(9),
                                    20 + random.nextInt(300),
                                    random.nextInt(3),
                                    random.nextInt(3) * 5);
                    List<Event> events =
                            events(
                                    RandomHistories.of(
                                            REGISTER,
                                            RandomHistories.register(0, true),
                                            shape,
                                            random),
                                    25,
                                    random);
                    OnlineRegisters online = new OnlineRegisters();
                    for (int time = 0; time < events.size(); time++) {
                        Optional<Violation> found = feed(online, time, events.get(time));
                        String name = "longer history " + number + " at event " + time;
                        assertThat(online.unjudged()).as(name).isEmpty();
                        if (found.isPresent()) {
                            violated.increment();
                            assertThat(offline(prefix(events, time)))
                                    .as(name)
                                    .isInstanceOf(Decision.Linearizable.class);
                            assertThat(offline(prefix(events, time + 1)))
                                    .as(name + found)
                                    .isInstanceOf(Decision.NotLinearizable.class);
                            return;
                        }
                    }
                    assertThat(offline(prefix(events, events.size())))
                            .as("longer history " + number)
                            .isInstanceOf(Decision.Linearizable.class);
                });
        System.out.printf("online: %d longer histories, %d violated%n", histories, violated.sum());
        assertThat(violated.sum()).isBetween(histories / 10L, histories * 9L / 10);
    }

    private static Decision offline(History history) {
        Part[] parts = Part.split(history, REGISTER);
        return parts.length == 0
                ? new Decision.Linearizable(new int[0])
                : new DistinctRegister().decide(parts[0], REGISTER, Bounds.defaults().start());
    }

    /// What is remembered follows what is open, not how long it has gone on.
    @Test
    void memoryDoesNotGrowWithTheHistory() {
        int clients = 20;
        int unknown = 100;
        History history =
                new SimulatedRegister(100_000, clients, 1, 0, unknown, false, 3).history();
        List<Event> events = events(history, 0, new SplittableRandom(1));
        OnlineRegisters online = new OnlineRegisters();
        long most = 0;
        for (int time = 0; time < events.size(); time++) {
            assertThat(feed(online, time, events.get(time))).isEmpty();
            most = Math.max(most, online.remembered());
        }
        // Dead values that are kept, open operations and what they wrote, and values that they may
        // have seen.
        assertThat(most).isLessThan(256 + unknown + 20L * clients);
    }
}
