package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.RandomHistories.Calls;
import dev.ordeal.checker.linear.RandomHistories.Shape;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What models promise about where a state can lead, by which the search leaves out what leads nowhere, in all states that
/// calls of random histories reach: one wrong promise is one wrong verdict.
class ModelPromisesTest {
    private static final int HISTORIES = 60;
    private static final int MOST_STATES = 40;

    private static Stream<Arguments> models() {
        return Stream.of(
                        List.of("register", RandomHistories.register(3, true)),
                        List.of("kv", RandomHistories.keyValue(2)),
                        List.of("kv-append", RandomHistories.keyValue(2)),
                        List.of("append-list", RandomHistories.appendList(2)))
                .map(pair -> Arguments.of(pair.get(0), pair.get(1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void areKept(String name, Calls calls) {
        Model<?> model = Models.named(name).orElseThrow();
        int lost = 0;
        for (int number = 0; number < HISTORIES; number++) {
            SplittableRandom random = new SplittableRandom(number);
            History history = RandomHistories.of(model, calls, new Shape(4, 12, 10, 10), random);
            lost += kept(model, history, random);
        }
        assertThat(lost).as("states that do not lead to a call").isGreaterThan(300);
    }

    private static <S> int kept(Model<S> model, History history, SplittableRandom random) {
        List<Call> calls =
                IntStream.range(0, history.size()).mapToObj(i -> Call.of(history, i)).toList();
        Set<S> states = states(model, calls, random);
        int lost = 0;
        for (Call goal : calls) {
            for (S state : states) {
                if (model.leadsTo(state, goal)) {
                    continue;
                }
                lost++;
                assertThat(model.step(state, goal)).as("%s of %s", goal, state).isEmpty();
                for (Call call : calls) {
                    Optional<S> next = model.step(state, call);
                    boolean rescued = next.isPresent() && model.leadsTo(next.get(), goal);
                    if (rescued) {
                        assertThat(model.rescues(call, goal))
                                .as("%s makes %s lead to %s", call, state, goal)
                                .isTrue();
                    }
                    if (model.blind(call)) {
                        assertThat(next).as("%s of %s", call, state).isPresent();
                        rescuesToTheSame(model, call, goal, states);
                    }
                }
            }
        }
        return lost;
    }

    private static <S> void rescuesToTheSame(Model<S> model, Call call, Call goal, Set<S> states) {
        List<S> rescued =
                states.stream()
                        .filter(state -> !model.leadsTo(state, goal))
                        .map(state -> model.step(state, call).orElseThrow())
                        .distinct()
                        .toList();
        assertThat(rescued.size() == 1 || rescued.stream().noneMatch(s -> model.leadsTo(s, goal)))
                .as("%s leads to %s by %s", rescued, goal, call)
                .isTrue();
    }

    /// Those that random walks come by.
    private static <S> Set<S> states(Model<S> model, List<Call> calls, SplittableRandom random) {
        Set<S> states = new LinkedHashSet<>();
        S state = model.initial();
        for (int step = 0; step < 200 && states.size() < MOST_STATES; step++) {
            states.add(state);
            S next = model.step(state, calls.get(random.nextInt(calls.size()))).orElse(state);
            state = step % 20 == 19 ? model.initial() : next;
        }
        return states;
    }
}
