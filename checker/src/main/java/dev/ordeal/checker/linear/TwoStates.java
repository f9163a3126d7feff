package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Mutex;
import dev.ordeal.checker.model.ValueSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Objects of which each is in one of two states: a mutex, and each element of a set that nobody reads as a whole. Exact,
/// without search, O(n log n), as long as every change says whether it changed something.
///
/// Then operations are of four kinds: *up* and *down* change the state and need the other one; *sees up* and *sees down*
/// change nothing. Nothing is done before a return asks for it, except that who sees the state that it needs is done at
/// once. When the return of an up is reached in the state up, a down must come first, and of those that are open the one
/// whose return comes first is taken; an operation that may have happened returns last.
///
/// Why that is exact: whatever other open ups and downs another order does before this return, they alternate, so they can
/// be done right after it as well, and lead to the same state through the same states. And an order that takes a down with
/// a later return first can take the two in turn: the one is open now, the other one still is then.
///
/// Changes that do not say whether they changed something break this argument; elements with such ones are searched, each
/// by itself. Orders of elements are merged by moments: the order of a history of independent objects is local (Herlihy and
/// Wing, 1990).
final class TwoStates implements Engine {
    private static final int BYTES_AN_OPERATION = 200;
    private static final Search SEARCH = new Search(Search.Switches.ALL, true);

    private enum Kind {
        UP,
        DOWN,
        SEES_UP,
        SEES_DOWN,
        /// It happened, or may have, and tells nothing.
        SEES_NOTHING,
        /// A change that does not say whether it changed anything.
        BLIND
    }

    /// An operation of a witness, right after an event.
    private record Step(int place, int afterRank, int object, int number) {}

    @Override
    public String name() {
        return "two-states";
    }

    @Override
    public boolean knows(Model<?> model) {
        return model instanceof Mutex || model instanceof ValueSet;
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        if (!knows(model)) {
            return new Decision.Unfit("neither a mutex nor a set");
        }
        Map<Integer, List<Integer>> objects = new LinkedHashMap<>();
        budget.take((long) BYTES_AN_OPERATION * part.size());
        Kind[] kinds = new Kind[part.size()];
        for (int i = 0; i < kinds.length; i++) {
            budget.step();
            int operation = part.operation(i);
            String f = part.history().f(operation);
            Kind kind = model instanceof Mutex ? mutex(f) : element(part, i, f);
            if (kind == null) {
                return new Decision.Unfit(
                        f.equals("read")
                                ? "the whole set is read"
                                : "an answer is neither true nor false");
            }
            kinds[i] = kind;
            int object =
                    model instanceof Mutex
                            ? Values.ABSENT
                            : Math.max(Values.ABSENT, part.history().argumentId(operation));
            objects.computeIfAbsent(object, o -> new ArrayList<>()).add(i);
        }
        List<Step> steps = new ArrayList<>();
        Decision open = null;
        for (var object : objects.entrySet()) {
            budget.steps(object.getValue().size());
            int[] places = object.getValue().stream().mapToInt(Integer::intValue).toArray();
            Decision decision =
                    Arrays.stream(places).anyMatch(i -> kinds[i] == Kind.BLIND)
                            ? search(part, places, model, budget, object.getKey(), steps)
                            : new Run(part, kinds, places, object.getKey(), steps).decide();
            if (decision instanceof Decision.NotLinearizable) {
                return decision;
            }
            open = decision == null ? open : decision;
        }
        if (open != null) {
            return open;
        }
        steps.sort(
                Comparator.comparingInt(Step::afterRank)
                        .thenComparingInt(Step::object)
                        .thenComparingInt(Step::number));
        return new Decision.Linearizable(
                steps.stream().mapToInt(s -> part.operation(s.place)).toArray());
    }

    private static @Nullable Kind mutex(String f) {
        return switch (f) {
            case "acquire" -> Kind.UP;
            case "release" -> Kind.DOWN;
            default -> null;
        };
    }

    private static @Nullable Kind element(Part part, int i, String f) {
        History history = part.history();
        int result = history.resultId(part.operation(i));
        Object answer = result == Values.NONE ? null : history.values().get(result);
        boolean told = result != Values.NONE && result != Values.ABSENT;
        boolean repeated = told && result == history.argumentId(part.operation(i));
        return switch (f) {
            case "add", "remove" -> {
                boolean add = f.equals("add");
                if (!told || repeated) {
                    // One that may have happened has no reason to happen when it changes nothing.
                    yield part.required(i) ? Kind.BLIND : add ? Kind.UP : Kind.DOWN;
                }
                yield answer instanceof Boolean changed
                        ? changed
                                ? (add ? Kind.UP : Kind.DOWN)
                                : (add ? Kind.SEES_UP : Kind.SEES_DOWN)
                        : null;
            }
            case "contains" ->
                    result == Values.NONE
                            ? Kind.SEES_NOTHING
                            : answer instanceof Boolean in
                                    ? in ? Kind.SEES_UP : Kind.SEES_DOWN
                                    : null;
            case "read" -> part.required(i) ? null : Kind.SEES_NOTHING;
            default -> null;
        };
    }

    private static @Nullable Decision search(
            Part part, int[] places, Model<?> model, Budget budget, int object, List<Step> steps) {
        BitSet required = new BitSet();
        Arrays.stream(places).filter(part::required).forEach(required::set);
        Decision decision = SEARCH.decide(part.weakened(places, required), model, budget);
        if (!(decision instanceof Decision.Linearizable(int[] order))) {
            return decision;
        }
        int after = -1;
        for (int k = 0; k < order.length; k++) {
            int place = part.place(order[k]);
            after = Math.max(after, part.invokeRank(place));
            steps.add(new Step(place, after, object, k));
        }
        return null;
    }

    private static final class Run {
        private final Part part;
        private final Kind[] kinds;
        private final int[] places;
        private final int object;
        private final List<Step> steps;
        private final BitSet done = new BitSet();
        private final PriorityQueue<Integer> ups;
        private final PriorityQueue<Integer> downs;
        private final List<Integer> wantUp = new ArrayList<>();
        private final List<Integer> wantDown = new ArrayList<>();
        private boolean up;

        Run(Part part, Kind[] kinds, int[] places, int object, List<Step> steps) {
            this.part = part;
            this.kinds = kinds;
            this.places = places;
            this.object = object;
            this.steps = steps;
            ups = new PriorityQueue<>(Comparator.comparingInt(part::returnRank));
            downs = new PriorityQueue<>(Comparator.comparingInt(part::returnRank));
        }

        @Nullable Decision decide() {
            int[] returning =
                    Arrays.stream(places)
                            .filter(part::required)
                            .boxed()
                            .sorted(Comparator.comparingInt(part::returnRank))
                            .mapToInt(Integer::intValue)
                            .toArray();
            int invoked = 0;
            for (int i : returning) {
                int rank = part.returnRank(i);
                for (;
                        invoked < places.length && part.invokeRank(places[invoked]) < rank;
                        invoked++) {
                    open(places[invoked]);
                }
                if (!done.get(i) && !bringAbout(i, rank - 1)) {
                    return violated(i, returning);
                }
            }
            return null;
        }

        private void open(int i) {
            switch (kinds[i]) {
                case UP -> ups.add(i);
                case DOWN -> downs.add(i);
                case SEES_UP -> see(i, up, wantUp);
                case SEES_DOWN -> see(i, !up, wantDown);
                case SEES_NOTHING -> see(i, true, wantUp);
                case BLIND -> throw new IllegalStateException("a change that says nothing");
            }
        }

        private void see(int i, boolean now, List<Integer> later) {
            if (!part.required(i)) {
                return;
            }
            if (now) {
                step(i, part.invokeRank(i));
            } else {
                later.add(i);
            }
        }

        /// Does what must return now, after a change that it needs first.
        private boolean bringAbout(int i, int afterRank) {
            boolean needsUp = kinds[i] == Kind.DOWN || kinds[i] == Kind.SEES_UP;
            if (up != needsUp) {
                PriorityQueue<Integer> changes = needsUp ? ups : downs;
                while (!changes.isEmpty() && done.get(changes.element())) {
                    changes.remove();
                }
                if (changes.isEmpty()) {
                    return false;
                }
                change(changes.remove(), afterRank);
            }
            if (kinds[i] == Kind.UP || kinds[i] == Kind.DOWN) {
                change(i, afterRank);
            }
            return true;
        }

        private void change(int i, int afterRank) {
            step(i, afterRank);
            up = !up;
            List<Integer> seeing = up ? wantUp : wantDown;
            seeing.forEach(s -> step(s, afterRank));
            seeing.clear();
        }

        private void step(int i, int afterRank) {
            done.set(i);
            steps.add(new Step(i, afterRank, object, steps.size()));
        }

        private Decision violated(int stuck, int[] returning) {
            return part.violated(
                    "no order of what had begun lets %s take effect before it returned, and what had returned before it too"
                            .formatted(part.words(stuck)),
                    Arrays.stream(returning)
                            .filter(i -> part.returnRank(i) <= part.returnRank(stuck))
                            .toArray());
        }
    }
}
