package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Changes to a history that must not change its verdict, and some that can only change it one way.
class MetamorphicTest {
    private static final Model<Object> REGISTER = new Register("register");
    private static final int HISTORIES = 3000;

    @Test
    void shiftingAndStretchingTimesChangesNothing() {
        everyHistory(history ->
                same(
                        history,
                        rebuilt(
                                history,
                                operation ->
                                        with(
                                                operation,
                                                operation.process(),
                                                operation.key(),
                                                operation.argument(),
                                                operation.result(),
                                                operation.invokedNanos() * 7 + 1000,
                                                operation.returnedNanos() == Operation.NEVER
                                                        ? Operation.NEVER
                                                        : operation.returnedNanos() * 7 + 1000))));
    }

    @Test
    void renamingValuesAndProcessesChangesNothing() {
        everyHistory(history ->
                same(
                        history,
                        rebuilt(
                                history,
                                operation ->
                                        with(
                                                operation,
                                                "client-" + operation.process(),
                                                operation.key(),
                                                renamed(operation.argument()),
                                                operation.result()
                                                                instanceof
                                                                Result.Value(Object value)
                                                        ? new Result.Value(renamed(value))
                                                        : operation.result(),
                                                operation.invokedNanos(),
                                                operation.returnedNanos()))));
    }

    @Test
    void anotherKeyBesideItChangesNothing() {
        everyHistory(history -> {
            List<Operation> two = new ArrayList<>();
            for (Operation operation : history.operations()) {
                two.add(
                        with(
                                operation,
                                operation.process(),
                                "a",
                                operation.argument(),
                                operation.result(),
                                operation.invokedNanos() * 2,
                                twice(operation)));
            }
            long end = history.endNanos() * 2 + 10;
            two.add(
                    new Operation(
                            0,
                            "x",
                            "write",
                            "b",
                            1L,
                            new Result.Unknown(),
                            Outcome.OK,
                            1,
                            end,
                            null,
                            null,
                            null));
            two.add(
                    new Operation(
                            0,
                            "y",
                            "read",
                            "b",
                            null,
                            new Result.Value(1L),
                            Outcome.OK,
                            3,
                            end + 1,
                            null,
                            null,
                            null));
            same(history, build(two));
        });
    }

    @Test
    void droppingUnknownWritesThatNobodyReadChangesNothingWithoutRefusals() {
        everyHistory(history -> {
            Set<@Nullable Object> used = new HashSet<>();
            boolean refusals = false;
            for (Operation operation : history.operations()) {
                if (operation.result() instanceof Result.Value(Object value)) {
                    used.add(value);
                }
                if (operation.f().equals("cas") && operation.argument() instanceof List<?> pair) {
                    used.add(pair.get(0));
                }
                refusals |= history.observed(operation.index());
            }
            if (!refusals) {
                List<Operation> fewer = new ArrayList<>(history.operations());
                fewer.removeIf(operation ->
                        operation.f().equals("write")
                                && operation.outcome() == Outcome.UNKNOWN
                                && !used.contains(operation.argument()));
                same(history, build(fewer));
            }
        });
    }

    @Test
    void anEarlierReturnNeverMakesAViolatedHistoryValid() {
        int[] changed = new int[1];
        everyHistory(history -> {
            if (valid(history)) {
                return;
            }
            SplittableRandom random = new SplittableRandom(history.size());
            History tighter =
                    rebuilt(
                            history,
                            operation ->
                                    with(
                                            operation,
                                            operation.process(),
                                            operation.key(),
                                            operation.argument(),
                                            operation.result(),
                                            operation.invokedNanos() * 2,
                                            operation.returnedNanos() == Operation.NEVER
                                                            || random.nextBoolean()
                                                    ? twice(operation)
                                                    : operation.invokedNanos() * 2 + 1));
            assertThat(valid(tighter)).isFalse();
            changed[0]++;
        });
        assertThat(changed[0]).isGreaterThan(HISTORIES / 50);
    }

    @Test
    void theVerifierRefusesEveryWitnessThatWasTamperedWith() {
        int[] refused = new int[1];
        int[] accepted = new int[1];
        everyHistory(history -> {
            for (PartResult part : Linearizability.check(history, REGISTER, Bounds.defaults())) {
                if (!(part.decision() instanceof Decision.Linearizable(int[] order))
                        || order.length < 2) {
                    continue;
                }
                assertThat(Verifier.refute(history, REGISTER, List.of(order))).isEmpty();
                int[] doubled = Arrays.copyOf(order, order.length + 1);
                doubled[order.length] = order[0];
                assertThat(Verifier.refute(history, REGISTER, List.of(doubled)))
                        .get()
                        .asString()
                        .contains("twice");
                int[] strange = order.clone();
                strange[0] = history.size();
                assertThat(Verifier.refute(history, REGISTER, List.of(strange))).isPresent();
                for (int k = 0; k < order.length; k++) {
                    int[] without = new int[order.length - 1];
                    System.arraycopy(order, 0, without, 0, k);
                    System.arraycopy(order, k + 1, without, k, without.length - k);
                    if (history.outcome(order[k]) != Outcome.UNKNOWN) {
                        assertThat(Verifier.refute(history, REGISTER, List.of(without)))
                                .isPresent();
                    }
                }
                int[] swapped = order.clone();
                swapped[0] = order[order.length - 1];
                swapped[order.length - 1] = order[0];
                // A swap may happen to be a witness too; then every operation still keeps its place
                // in time and answer.
                if (Verifier.refute(history, REGISTER, List.of(swapped)).isPresent()) {
                    refused[0]++;
                } else {
                    accepted[0]++;
                }
            }
        });
        assertThat(refused[0]).isGreaterThan(10 * accepted[0]);
    }

    @Test
    void theVerifierRefusesEveryCoreThatWasTamperedWith() {
        int[] tried = new int[1];
        everyHistory(history -> {
            for (PartResult part : Linearizability.check(history, REGISTER, Bounds.defaults())) {
                if (!(part.decision()
                        instanceof
                        Decision.NotLinearizable(String sentence, int[] core, var progress))) {
                    continue;
                }
                tried[0]++;
                assertThat(CoreVerifier.refute(history, REGISTER, core)).isEmpty();
                int[] doubled = Arrays.copyOf(core, core.length + 1);
                doubled[core.length] = core[0];
                assertThat(CoreVerifier.refute(history, REGISTER, doubled))
                        .get()
                        .asString()
                        .contains("twice");
                int[] strange = core.clone();
                strange[0] = history.size();
                assertThat(CoreVerifier.refute(history, REGISTER, strange)).isPresent();
                for (int k = 0; k < core.length; k++) {
                    int[] without = new int[core.length - 1];
                    System.arraycopy(core, 0, without, 0, k);
                    System.arraycopy(core, k + 1, without, k, without.length - k);
                    assertThat(CoreVerifier.refute(history, REGISTER, without))
                            .as("%s without %d", Arrays.toString(core), core[k])
                            .isPresent();
                }
            }
        });
        assertThat(tried[0]).isGreaterThan(HISTORIES / 50);
    }

    private static void everyHistory(Consumer<History> test) {
        for (int number = 0; number < HISTORIES; number++) {
            SplittableRandom random = new SplittableRandom(77_000_000L + number);
            Shape shape =
                    new Shape(
                            2 + random.nextInt(4),
                            3 + random.nextInt(15),
                            random.nextInt(3) * 8,
                            random.nextInt(3) * 10);
            test.accept(
                    RandomHistories.of(
                            REGISTER,
                            RandomHistories.register(number % 3 == 0 ? 3 : 0, true),
                            shape,
                            random));
        }
    }

    private static boolean valid(History history) {
        return Linearizability.check(history, REGISTER, Bounds.defaults()).stream()
                .allMatch(part -> part.decision() instanceof Decision.Linearizable);
    }

    private static void same(History history, History changed) {
        assertThat(valid(changed)).isEqualTo(valid(history));
    }

    private static long twice(Operation operation) {
        return operation.returnedNanos() == Operation.NEVER
                ? Operation.NEVER
                : operation.returnedNanos() * 2;
    }

    private static @Nullable Object renamed(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case List<?> list -> Arrays.asList(renamed(list.get(0)), renamed(list.get(1)));
            default -> "value " + value;
        };
    }

    private static Operation with(
            Operation operation,
            String process,
            @Nullable Object key,
            @Nullable Object argument,
            Result result,
            long invoked,
            long returned) {
        return new Operation(
                operation.index(),
                process,
                operation.f(),
                key,
                argument,
                result,
                operation.outcome(),
                invoked,
                returned,
                operation.error(),
                null,
                null);
    }

    private static History rebuilt(History history, UnaryOperator<Operation> change) {
        return build(history.operations().stream().map(change).toList());
    }

    private record Event(long time, boolean returns, Runnable action) {}

    private static History build(List<Operation> operations) {
        HistoryBuilder builder = new HistoryBuilder();
        List<Event> events = new ArrayList<>();
        for (Operation operation : operations) {
            boolean read = operation.f().equals("read");
            Result argument = read ? new Result.Unknown() : new Result.Value(operation.argument());
            events.add(
                    new Event(
                            operation.invokedNanos(),
                            false,
                            () ->
                                    builder.invoke(
                                            operation.invokedNanos(),
                                            operation.process(),
                                            operation.f(),
                                            operation.key(),
                                            argument,
                                            null,
                                            null)));
            long returned = operation.returnedNanos();
            switch (operation.outcome()) {
                case OK ->
                        events.add(
                                new Event(
                                        returned,
                                        true,
                                        () ->
                                                builder.ok(
                                                        returned,
                                                        operation.process(),
                                                        operation.result())));
                case FAILED ->
                        events.add(
                                new Event(
                                        returned,
                                        true,
                                        () -> {
                                            if (Objects.equals(operation.error(), "mismatch")) {
                                                builder.mismatch(returned, operation.process());
                                            } else {
                                                builder.fail(
                                                        returned,
                                                        operation.process(),
                                                        operation.error());
                                            }
                                        }));
                case UNKNOWN -> {}
            }
        }
        events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::returns));
        events.forEach(event -> event.action.run());
        return builder.build();
    }
}
