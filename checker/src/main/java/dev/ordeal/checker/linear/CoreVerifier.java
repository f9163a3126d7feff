package dev.ordeal.checker.linear;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Access;
import dev.ordeal.checker.model.AppendList;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.OwnedLock;
import dev.ordeal.checker.model.Queue;
import dev.ordeal.checker.model.UniqueIds;
import dev.ordeal.checker.model.ValueSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/// Checks a core with none of the code that found it: the operations of the core cannot be put in an order, whatever all
/// others did. So every other operation may have happened at any time after its invocation, or never.
///
/// Tries all orders, under a bound on the configurations it looks at; whoever passes the bound is not confirmed. Others that
/// cannot help are left out first, so that a core of a few operations is checked in a history of a million: an operation
/// that changes nothing never helps; a write of a register helps only towards a value that somebody in the core saw; in any
/// model, nothing helps that makes a state on which nothing depends, and no order goes on from a state that will never fit
/// the core ([Model#leadsTo]); and
/// where everything that concerns one value can be struck out of an order and what is left is still right (queues, sets,
/// lists, ids, locks with an owner), what concerns no value of the core cannot help.
public final class CoreVerifier {
    private static final int MOST_CONFIGURATIONS = 200_000;
    private static final long MOST_STEPS = 20_000_000;

    private CoreVerifier() {}

    /// Says why a core does not prove a violation, or nothing when it does.
    ///
    /// @param core indexes into the history
    public static Optional<String> refute(History history, Model<?> model, int[] core) {
        BitSet required = new BitSet(history.size());
        if (core.length == 0) {
            return Optional.of("the core is empty");
        }
        for (int i : core) {
            if (i < 0 || i >= history.size()) {
                return Optional.of("operation " + i + " is not in the history");
            }
            if (model.byKey() && history.keyId(i) != history.keyId(core[0])) {
                return Optional.of(
                        "operation " + i + " acts on another key than operation " + core[0]);
            }
            if (required.get(i)) {
                return Optional.of("operation " + i + " stands twice in the core");
            }
            if (history.outcome(i) == Outcome.FAILED && !history.observed(i)) {
                return Optional.of("operation " + i + " failed, and so proves nothing");
            }
            required.set(i);
        }
        return new Orders<>(history, model, required).find();
    }

    /// Whether everything that concerns one value can be struck out of an order.
    private static boolean isOfIndependentValues(Model<?> model) {
        return model instanceof Queue
                || model instanceof ValueSet
                || model instanceof AppendList
                || model instanceof UniqueIds
                || model instanceof OwnedLock;
    }

    /// Equal calls that may have happened, by their invocations: the first ones are as good as any.
    private static final class Helpers {
        final Call call;
        final List<Integer> invoked;

        Helpers(Call call, List<Integer> invoked) {
            this.call = call;
            this.invoked = invoked;
        }
    }

    /// @param done which of the core are in the order
    private record Position<S>(BitSet done, S state) {}

    /// @param used how many of each kind of helper are in the order too
    // Compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    private record Configuration<S>(Position<S> position, int[] used) {
        int uses() {
            return Arrays.stream(used).sum();
        }
    }

    private static final class Orders<S> {
        private final History history;
        private final Model<S> model;
        private final List<Integer> required = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();
        private final List<Helpers> helpers;

        Orders(History history, Model<S> model, BitSet core) {
            this.history = history;
            this.model = model;
            core.stream().filter(i -> history.outcome(i) != Outcome.UNKNOWN).forEach(required::add);
            required.forEach(i -> calls.add(Call.of(history, i)));
            helpers = helpers(core.nextSetBit(0));
        }

        /// An order of the core, or too many of them, as the reason why it proves nothing; or nothing.
        Optional<String> find() {
            // Who has used up no more of anything can do all that one who has used up more can:
            // they come first.
            Map<Position<S>, List<int[]>> seen = new HashMap<>();
            PriorityQueue<Configuration<S>> open =
                    new PriorityQueue<>(Comparator.comparingInt(Configuration::uses));
            int configurations = 0;
            long steps = 0;
            open.add(
                    new Configuration<>(
                            new Position<>(new BitSet(), model.initial()),
                            new int[helpers.size()]));
            while (!open.isEmpty()) {
                Configuration<S> now = open.remove();
                List<int[]> known = seen.computeIfAbsent(now.position, p -> new ArrayList<>());
                if (known.stream().anyMatch(used -> isNoMore(used, now.used))) {
                    continue;
                }
                known.add(now.used);
                if (now.position.done.cardinality() == required.size()) {
                    return Optional.of("it can be put in an order, with what others may have done");
                }
                steps += helpers.size() + required.size() + known.size();
                if (++configurations > MOST_CONFIGURATIONS || steps > MOST_STEPS) {
                    return Optional.of(
                            "not confirmed: there is no order among the first %d configurations, but there are more"
                                    .formatted(configurations));
                }
                after(now, open);
            }
            return Optional.empty();
        }

        private static boolean isNoMore(int[] used, int[] than) {
            for (int h = 0; h < used.length; h++) {
                if (used[h] > than[h]) {
                    return false;
                }
            }
            return true;
        }

        private void after(Configuration<S> now, Collection<Configuration<S>> open) {
            BitSet done = now.position.done;
            S state = now.position.state;
            int firstReturn = History.NEVER;
            for (int k = 0; k < required.size(); k++) {
                if (!done.get(k)) {
                    firstReturn = Math.min(firstReturn, history.returnRank(required.get(k)));
                }
            }
            for (int h = 0; h < helpers.size(); h++) {
                Helpers helper = helpers.get(h);
                int used = now.used[h];
                if (used < helper.invoked.size() && helper.invoked.get(used) < firstReturn) {
                    Optional<S> next = model.step(state, helper.call);
                    if (next.isPresent()
                            && !next.get().equals(state)
                            && isDependedOn(next.get(), done)) {
                        int[] more = now.used.clone();
                        more[h]++;
                        add(new Configuration<>(new Position<>(done, next.get()), more), open);
                    }
                }
            }
            for (int k = 0; k < required.size(); k++) {
                if (!done.get(k) && history.invokeRank(required.get(k)) < firstReturn) {
                    Optional<S> next = model.step(state, calls.get(k));
                    if (next.isPresent()) {
                        BitSet more = (BitSet) done.clone();
                        more.set(k);
                        add(new Configuration<>(new Position<>(more, next.get()), now.used), open);
                    }
                }
            }
        }

        private void add(Configuration<S> next, Collection<Configuration<S>> open) {
            if (!isLost(next.position)) {
                open.add(next);
            }
        }

        /// Whether some operation of the core that is not in the order yet will never fit.
        private boolean isLost(Position<S> now) {
            for (int k = now.done.nextClearBit(0);
                    k < calls.size();
                    k = now.done.nextClearBit(k + 1)) {
                Call goal = calls.get(k);
                if (!model.leadsTo(now.state, goal)
                        && helpers.stream().noneMatch(h -> model.rescues(h.call, goal))
                        && IntStream.range(0, calls.size())
                                .filter(other -> !now.done.get(other))
                                .noneMatch(other -> model.rescues(calls.get(other), goal))) {
                    return true;
                }
            }
            return false;
        }

        /// Whether anything that may come yet cares for a state.
        private boolean isDependedOn(S state, BitSet done) {
            return IntStream.range(0, calls.size())
                            .filter(k -> !done.get(k) && !model.blind(calls.get(k)))
                            .anyMatch(k -> model.leadsTo(state, calls.get(k)))
                    || helpers.stream()
                            .filter(helper -> !model.blind(helper.call))
                            .anyMatch(helper -> model.leadsTo(state, helper.call));
        }

        private List<Helpers> helpers(int one) {
            int lastReturn = required.stream().mapToInt(history::returnRank).max().orElse(0);
            BitSet mine = new BitSet();
            required.forEach(mine::set);
            Map<Call, List<Integer>> others = new LinkedHashMap<>();
            for (int i = 0; i < history.size(); i++) {
                boolean sameKey = !model.byKey() || history.keyId(i) == history.keyId(one);
                if (sameKey
                        && !mine.get(i)
                        && history.outcome(i) != Outcome.FAILED
                        && history.invokeRank(i) < lastReturn) {
                    Call call = Call.of(history, i);
                    if (!model.readOnly(call)) {
                        others.computeIfAbsent(call, c -> new ArrayList<>())
                                .add(history.invokeRank(i));
                    }
                }
            }
            if (isOfIndependentValues(model)) {
                keepThoseOfTheCore(others);
            } else if (isRegister(others.keySet())) {
                keepThoseThatLeadToTheCore(others);
            }
            return others.entrySet().stream()
                    .map(e -> new Helpers(e.getKey(), e.getValue()))
                    .toList();
        }

        private boolean isRegister(Collection<Call> others) {
            return !model.accesses().isEmpty()
                    && calls.stream().allMatch(c -> model.accesses().containsKey(c.f()))
                    && others.stream().allMatch(c -> model.accesses().containsKey(c.f()));
        }

        /// A taking that does not say what it took may concern any value; one in the core may need any of them.
        private void keepThoseOfTheCore(Map<Call, List<Integer>> others) {
            if (calls.stream().anyMatch(Orders::takesAnything)) {
                return;
            }
            Set<Object> concerned = new HashSet<>();
            calls.forEach(call -> concerned.addAll(concerns(call)));
            others.keySet()
                    .removeIf(call ->
                            !takesAnything(call)
                                    && concerns(call).stream().noneMatch(concerned::contains));
        }

        private static boolean takesAnything(Call call) {
            return Queue.takes(call.f()) && call.result() instanceof Result.Unknown;
        }

        private static Set<Object> concerns(Call call) {
            Set<Object> values = new HashSet<>();
            values.add(call.argument());
            if (call.result() instanceof Result.Value(var seen)) {
                values.addAll(seen instanceof Collection<?> many ? many : List.of(seen));
            }
            if (!(call.f().equals("acquire") || call.f().equals("release"))) {
                // Nothing was given, or nothing was found; but a lock may be taken by nobody.
                values.remove(Absent.ABSENT);
            }
            return values;
        }

        /// Follows compare-and-sets back from what the core saw. Where it saw that the value was another one, also some
        /// other value may help; which one does not matter, so as many as there are such sights, those invoked first, do.
        private void keepThoseThatLeadToTheCore(Map<Call, List<Integer>> others) {
            Map<Object, List<Call>> writers = new HashMap<>();
            others.keySet()
                    .forEach(c ->
                            writers.computeIfAbsent(written(c), v -> new ArrayList<>()).add(c));
            Set<Object> wanted = new HashSet<>();
            Deque<Object> next = new ArrayDeque<>();
            calls.forEach(call -> next.addAll(seen(call)));
            while (!next.isEmpty()) {
                Object value = next.pop();
                if (wanted.add(value)) {
                    writers.getOrDefault(value, List.of()).forEach(c -> next.addAll(seen(c)));
                }
            }
            long refusals = calls.stream().filter(call -> !call.mayHaveHappened()).count();
            Set<Call> spare = new HashSet<>();
            for (Call call : others.keySet()) {
                // They come in the order of their first invocations.
                if (spare.size() < refusals
                        && seen(call).isEmpty()
                        && !wanted.contains(written(call))) {
                    spare.add(call);
                }
            }
            others.keySet()
                    .removeIf(call ->
                            !wanted.contains(written(call))
                                    && !spare.contains(call)
                                    && (refusals == 0 || seen(call).isEmpty()));
        }

        private Object written(Call call) {
            return model.accesses().get(call.f()) == Access.CAS
                    ? call.replacement()
                    : call.argument();
        }

        private List<Object> seen(Call call) {
            return switch (model.accesses().get(call.f())) {
                case READ ->
                        call.result() instanceof Result.Value(Object value)
                                ? List.of(value)
                                : List.of();
                case CAS -> List.of(call.expected());
                case null, default -> List.of();
            };
        }
    }
}
