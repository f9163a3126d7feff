package dev.ordeal.checker.linear;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.OwnedLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Histories from a seed: clients act on an object that is atomic, their calls overlap, some answers get lost, and in some
/// histories an answer is made wrong.
final class RandomHistories {
    /// Makes the next call of a client.
    interface Calls {
        Ask next(RandomGenerator random, int number);
    }

    /// How an object in some state answers a call.
    interface Answer {
        @Nullable Object in(Object state);
    }

    /// What a client asks; the answer of what answers nothing is null.
    record Ask(String f, @Nullable Object argument, @Nullable Answer answer) {
        Ask(String f, @Nullable Object argument) {
            this(f, argument, null);
        }
    }

    /// @param corrupt how often, of a hundred answers, one is made up
    /// @param lost how often, of a hundred calls, the client does not learn what happened
    record Shape(int clients, int operations, int corrupt, int lost) {}

    private static final Set<String> MAYBE_REFUSED = Set.of("cas", "declare", "acquire", "release");

    /// Those whose refusal says something of the state.
    private static final Set<String> OBSERVE = Set.of("cas", "declare");

    private RandomHistories() {}

    /// A register; with `values` 0 every written value is new, otherwise there are only so many.
    static Calls register(int values, boolean cas) {
        return (random, number) -> {
            Object fresh = values == 0 ? (Object) (long) (number + 1) : someValue(random, values);
            return switch (random.nextInt(cas ? 4 : 3)) {
                case 0 -> new Ask("write", fresh);
                case 3 ->
                        new Ask(
                                "cas",
                                Arrays.asList(
                                        someValue(random, values == 0 ? number + 1 : values),
                                        fresh));
                default -> new Ask("read", null, RandomHistories::whole);
            };
        };
    }

    static Calls keyValue(int values) {
        return (random, number) ->
                switch (random.nextInt(6)) {
                    case 0 -> new Ask("put", someText(random, values));
                    case 1 -> new Ask("append", someText(random, values));
                    case 2 -> new Ask("delete", null);
                    case 3 ->
                            new Ask(
                                    "cas",
                                    Arrays.asList(
                                            someText(random, values), someText(random, values)));
                    default -> new Ask("get", null, RandomHistories::whole);
                };
    }

    static Calls appendList(int values) {
        return (random, number) ->
                random.nextInt(2) == 0
                        ? new Ask(
                                "append",
                                values == 0
                                        ? (Object) (long) (number + 1)
                                        : someValue(random, values))
                        : new Ask("read", null, RandomHistories::whole);
    }

    /// A list that is declared once, or so it should be.
    static Calls declaredList() {
        return (random, number) ->
                random.nextInt(3) == 0
                        ? new Ask("declare", List.of((long) random.nextInt(2), number + 1L))
                        : new Ask("read", null, RandomHistories::whole);
    }

    /// What a queue, a stack or a priority queue is asked; with `values` 0 every added value is new.
    static Calls container(String adds, String takes, int values) {
        return (random, number) ->
                random.nextInt(2) == 0
                        // No value twice, in no order.
                        ? new Ask(
                                adds,
                                values == 0
                                        ? (number * 37L + 11) % 101
                                        : 1L + random.nextInt(values))
                        : new Ask(
                                takes,
                                null,
                                state -> ((List<?>) state).stream().findFirst().orElse(null));
    }

    /// A set of which changes, other than some to element 2, say whether they changed it; read as a whole or not.
    static Calls set(int elements, boolean read) {
        return (random, number) -> {
            Long element = 1L + random.nextInt(elements);
            boolean blind = element == 2 && random.nextInt(4) == 0;
            return switch (random.nextInt(read ? 5 : 4)) {
                case 0, 1 ->
                        new Ask(
                                "add",
                                element,
                                blind ? null : s -> !((Set<?>) s).contains(element));
                case 2 ->
                        new Ask(
                                "remove",
                                element,
                                blind ? null : s -> ((Set<?>) s).contains(element));
                case 3 -> new Ask("contains", element, s -> ((Set<?>) s).contains(element));
                default -> new Ask("read", null, s -> List.copyOf((Set<?>) s));
            };
        };
    }

    /// A set to which each element is added once.
    static Calls growingSet() {
        return (random, number) ->
                random.nextInt(2) == 0
                        ? new Ask("add", number + 1L)
                        : new Ask("read", null, s -> List.copyOf((Set<?>) s));
    }

    static Calls counter(boolean onlyUp) {
        return (random, number) ->
                switch (random.nextInt(onlyUp ? 4 : 6)) {
                    case 0 -> new Ask("add", (long) random.nextInt(4));
                    case 1 -> new Ask("increment", null);
                    case 4 -> new Ask("decrement", null);
                    case 5 -> new Ask("add-and-get", 2L, state -> (Long) state + 2);
                    default -> new Ask("read", null, RandomHistories::whole);
                };
    }

    static Calls mutex() {
        return (random, number) -> new Ask(random.nextInt(2) == 0 ? "acquire" : "release", null);
    }

    /// A lock of two owners, with or without tokens.
    static Calls lock(boolean tokens) {
        return (random, number) -> {
            String owner = random.nextBoolean() ? "a" : "b";
            return random.nextInt(2) == 0
                    ? new Ask(
                            "acquire",
                            owner,
                            tokens ? s -> Math.max(0, ((OwnedLock.Held) s).token()) + 1 : null)
                    : new Ask("release", owner);
        };
    }

    static Calls ids() {
        return (random, number) -> new Ask("generate", null, state -> number + 1L);
    }

    /// Two registers, written and read alone and together, and transactions.
    static Calls registers() {
        return (random, number) -> {
            String key = random.nextBoolean() ? "x" : "y";
            Long value = 1L + random.nextInt(2);
            return switch (random.nextInt(5)) {
                case 0 -> new Ask("write", Map.of(key, value));
                case 1 -> new Ask("write", Map.of("x", value, "y", value));
                case 2 -> new Ask("read", null, state -> both((Map<?, ?>) state));
                case 3 ->
                        new Ask(
                                "read",
                                null,
                                state ->
                                        Collections.singletonMap(
                                                key, known((Map<?, ?>) state, key)));
                default ->
                        new Ask(
                                "txn",
                                List.of(Arrays.asList("r", key, null), List.of("w", "x", value)),
                                state ->
                                        List.of(
                                                Arrays.asList(
                                                        "r", key, known((Map<?, ?>) state, key)),
                                                List.of("w", "x", value)));
            };
        };
    }

    private static Map<String, @Nullable Object> both(Map<?, ?> state) {
        Map<String, @Nullable Object> both = new HashMap<>();
        both.put("x", known(state, "x"));
        both.put("y", known(state, "y"));
        return both;
    }

    private static @Nullable Object known(Map<?, ?> state, String key) {
        Object value = state.get(key);
        return value == Absent.ABSENT ? null : value;
    }

    private static @Nullable Object whole(Object state) {
        return state == Absent.ABSENT ? null : state;
    }

    /// A wrong answer that is nearly right.
    private static @Nullable Object spoilt(RandomGenerator random, @Nullable Object answer) {
        return switch (answer) {
            case Long number -> number + random.nextInt(3) - 1;
            case Boolean truth -> !truth;
            case Collection<?> all when !all.isEmpty() -> {
                List<@Nullable Object> fewer = new ArrayList<>(all);
                Object one = fewer.remove(random.nextInt(fewer.size()));
                if (random.nextInt(3) == 0) {
                    fewer.add(one);
                }
                yield fewer;
            }
            case Map<?, ?> map -> Collections.singletonMap(map.keySet().iterator().next(), 2L);
            case null -> null;
            default -> random.nextBoolean() ? null : answer;
        };
    }

    private static @Nullable Object someValue(RandomGenerator random, int values) {
        int value = random.nextInt(values + 1);
        return value == 0 ? null : (Object) (long) value;
    }

    private static Object someText(RandomGenerator random, int values) {
        return String.valueOf((char) ('a' + random.nextInt(values)));
    }

    private static final class Pending<S> {
        final Ask ask;
        @Nullable Object answer;
        boolean happened;
        boolean refused;

        Pending(Ask ask) {
            this.ask = ask;
        }

        S happen(Model<S> model, S state) {
            happened = true;
            Object argument = visible(ask.argument);
            answer = ask.answer == null ? null : ask.answer.in(state);
            Result result =
                    ask.answer == null ? new Result.Unknown() : new Result.Value(visible(answer));
            Call call = new Call(ask.f, Absent.ABSENT, argument, result, Outcome.OK);
            Optional<S> next = model.step(state, call);
            refused = next.isEmpty();
            return next.orElse(state);
        }

        private static Object visible(@Nullable Object value) {
            return switch (value) {
                case null -> Absent.ABSENT;
                case List<?> list -> list.stream().map(Pending::visible).toList();
                default -> value;
            };
        }
    }

    static <S> History of(Model<S> model, Calls calls, Shape shape, RandomGenerator random) {
        HistoryBuilder builder = new HistoryBuilder();
        List<Pending<S>> open = new ArrayList<>();
        List<Integer> processes = new ArrayList<>();
        List<Pending<S>> lost = new ArrayList<>();
        // Lies about a kind of call are answers to others of its kind.
        Map<String, List<@Nullable Object>> answersByKind = new HashMap<>();
        S state = model.initial();
        long time = 0;
        int invoked = 0;
        int nextProcess = 0;
        while (invoked < shape.operations || !open.isEmpty()) {
            if (!lost.isEmpty() && random.nextInt(4) == 0) {
                state = lost.remove(random.nextInt(lost.size())).happen(model, state);
            }
            boolean call =
                    invoked < shape.operations
                            && open.size() < shape.clients
                            && (open.isEmpty() || random.nextBoolean());
            if (call) {
                Ask ask = calls.next(random, invoked++);
                Pending<S> pending = new Pending<>(ask);
                builder.invoke(
                        time++,
                        (long) nextProcess,
                        ask.f,
                        null,
                        ask.argument == null && !ask.f.equals("write")
                                ? new Result.Unknown()
                                : new Result.Value(ask.argument),
                        null,
                        null);
                open.add(pending);
                processes.add(nextProcess++);
            } else {
                int which = random.nextInt(open.size());
                Pending<S> pending = open.get(which);
                if (random.nextBoolean() && !pending.happened) {
                    // It happens now and returns later.
                    state = pending.happen(model, state);
                    continue;
                }
                open.remove(which);
                long process = processes.get(which);
                processes.subList(which, which + 1).clear();
                if (random.nextInt(100) < shape.lost) {
                    builder.unknown(time++, process, "timeout");
                    if (!pending.happened) {
                        lost.add(pending);
                    }
                    continue;
                }
                if (!pending.happened) {
                    state = pending.happen(model, state);
                }
                boolean lie = random.nextInt(100) < shape.corrupt;
                boolean maybeRefused = MAYBE_REFUSED.contains(pending.ask.f);
                if (pending.refused != (lie && maybeRefused)) {
                    if (OBSERVE.contains(pending.ask.f)) {
                        builder.mismatch(time++, process);
                    } else {
                        builder.fail(time++, process, "refused");
                    }
                    continue;
                }
                if (pending.ask.answer == null) {
                    builder.ok(time++, process, new Result.Unknown());
                    continue;
                }
                List<@Nullable Object> answers =
                        answersByKind.computeIfAbsent(pending.ask.f, f -> new ArrayList<>());
                answers.add(pending.answer);
                answers.add(spoilt(random, pending.answer));
                Object answer = lie ? answers.get(random.nextInt(answers.size())) : pending.answer;
                builder.ok(time++, process, new Result.Value(answer));
            }
        }
        return builder.build();
    }
}
