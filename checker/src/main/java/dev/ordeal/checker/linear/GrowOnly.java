package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.AppendList;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.ValueSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Append-only lists, and sets to which is only added, whose reads show everything and whose elements are distinct: exact,
/// without search, linear in what was read plus O(n log n).
///
/// Reads must be a chain: of lists each a prefix of the longest, of sets each contained in the next larger one. The chain
/// puts every operation into a *layer*: an element comes after the last read without it and before the first read with it
/// (in a list also after the element before it), what was never read comes last. Operations of one layer commute, and the
/// order of layers is forced, so there is an order exactly when nobody returned before someone of an earlier layer was
/// invoked. An addition whose outcome is unknown counts when it was read; otherwise it cannot help.
final class GrowOnly implements Engine {
    private static final int BYTES_AN_OPERATION = 200;
    private static final int BYTES_AN_ELEMENT = 30;

    @Override
    public String name() {
        return "grow-only";
    }

    @Override
    public boolean knows(Model<?> model) {
        return model instanceof AppendList || model instanceof ValueSet;
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        if (!knows(model)) {
            return new Decision.Unfit("neither a list nor a set");
        }
        budget.take((long) BYTES_AN_OPERATION * part.size());
        return new Run(part, budget, model instanceof AppendList).decide();
    }

    private static final class Run {
        private final Part part;
        private final Budget budget;
        private final History history;
        private final boolean list;
        private final Map<Object, Integer> adder = new HashMap<>();
        private final List<Integer> adds = new ArrayList<>();
        private final List<Integer> reads = new ArrayList<>();
        private final Map<Integer, List<?>> seen = new HashMap<>();
        private final Map<Object, Integer> elementLayer = new HashMap<>();

        /// By place in the part; -1 for what is left out.
        private final int[] layer;

        /// A read that shows neither a list nor a set.
        private int noList = -1;

        /// A read that shows all that was ever read.
        private int largest = -1;

        Run(Part part, Budget budget, boolean list) {
            this.part = part;
            this.budget = budget;
            this.history = part.history();
            this.list = list;
            this.layer = new int[part.size()];
            Arrays.fill(layer, -1);
        }

        Decision decide() {
            String unfit = sort();
            if (unfit != null) {
                return new Decision.Unfit(unfit);
            }
            if (noList >= 0) {
                return brokenBy("saw something that is no list", noList);
            }
            reads.sort(Comparator.comparingInt(r -> saw(r).size()));
            for (int read : reads) {
                Decision broken = list ? addPrefix(read) : addSuperset(read);
                if (broken != null) {
                    return broken;
                }
            }
            for (int add : adds) {
                Integer read = elementLayer.get(argument(add));
                if (read != null || part.required(add)) {
                    layer[add] = read != null ? read : Integer.MAX_VALUE;
                }
            }
            return sweep();
        }

        private @Nullable String sort() {
            for (int i = 0; i < part.size(); i++) {
                budget.step();
                int operation = part.operation(i);
                switch (history.f(operation)) {
                    case "append", "add" -> {
                        int answer = history.resultId(operation);
                        if (answer != Values.NONE
                                && history.values().get(answer) instanceof Boolean) {
                            return "an addition says whether it changed the set";
                        }
                        if (argument(i) == Absent.ABSENT) {
                            return "something absent was added";
                        }
                        if (adder.put(argument(i), i) != null) {
                            return "an element was added twice";
                        }
                        adds.add(i);
                    }
                    case "read" -> {
                        if (!part.required(i)) {
                            continue;
                        }
                        if (history.resultId(operation) == Values.NONE) {
                            return "a read does not say what it saw";
                        }
                        Object value = history.values().get(history.resultId(operation));
                        if (value != null && !(value instanceof List<?>)) {
                            noList = i;
                            continue;
                        }
                        budget.take((long) BYTES_AN_ELEMENT * elements(value));
                        seen.put(i, value instanceof List<?> elements ? elements : List.of());
                        reads.add(i);
                    }
                    default -> {
                        return "there is more than adding and reading";
                    }
                }
            }
            return null;
        }

        private static int elements(@Nullable Object value) {
            return value instanceof List<?> list ? list.size() : 0;
        }

        private Object argument(int i) {
            int argument = history.argumentId(part.operation(i));
            Object value = argument == Values.NONE ? null : history.values().get(argument);
            return value == null ? Absent.ABSENT : value;
        }

        private List<?> saw(int read) {
            return seen.getOrDefault(read, List.of());
        }

        /// Reads come by length, so the one before must be a prefix.
        private @Nullable Decision addPrefix(int read) {
            List<?> before = largest < 0 ? List.of() : saw(largest);
            List<?> now = saw(read);
            budget.steps(now.size());
            if (!now.subList(0, before.size()).equals(before)) {
                return brokenBy("saw lists of which neither starts with the other", largest, read);
            }
            for (int p = before.size(); p < now.size(); p++) {
                Decision broken = meet(read, now.get(p), 2 * p + 1);
                if (broken != null) {
                    return broken;
                }
            }
            largest = read;
            layer[read] = 2 * now.size();
            return null;
        }

        /// Reads come by size, so all that was seen before must be in this one.
        private @Nullable Decision addSuperset(int read) {
            int before = largest < 0 ? 0 : layer[largest];
            boolean larger = saw(read).size() > (largest < 0 ? 0 : saw(largest).size());
            int mine = larger ? before + 2 : before;
            int known = 0;
            Set<Object> once = new HashSet<>();
            for (Object element : saw(read)) {
                budget.step();
                if (!once.add(element)) {
                    return brokenBy("saw " + element + " twice", read);
                }
                Integer met = elementLayer.get(element);
                if (met != null && met < mine) {
                    known++;
                } else if (met == null && !larger) {
                    return brokenBy("each saw something that the other did not", largest, read);
                } else {
                    Decision broken = meet(read, element, mine - 1);
                    if (broken != null) {
                        return broken;
                    }
                }
            }
            if (known < (largest < 0 ? 0 : saw(largest).size())) {
                return brokenBy("each saw something that the other did not", largest, read);
            }
            largest = read;
            layer[read] = mine;
            return null;
        }

        private @Nullable Decision meet(int read, @Nullable Object element, int where) {
            if (element == null || !adder.containsKey(element)) {
                return brokenBy(
                        "saw " + element + ", and no addition of it can have happened", read);
            }
            return elementLayer.put(element, where) == null
                    ? null
                    : brokenBy("saw " + element + " twice, and it was added once", read);
        }

        private Decision sweep() {
            int[] order =
                    IntStream.range(0, part.size())
                            .filter(i -> layer[i] >= 0)
                            .boxed()
                            .sorted(
                                    Comparator.<Integer>comparingInt(i -> layer[i])
                                            .thenComparingInt(part::invokeRank))
                            .mapToInt(Integer::intValue)
                            .toArray();
            int latest = -1;
            for (int k = 0, from = 0; k < order.length; k++) {
                budget.step();
                // Only earlier layers bind.
                for (; layer[order[from]] < layer[order[k]]; from++) {
                    if (latest < 0 || part.invokeRank(order[from]) > part.invokeRank(latest)) {
                        latest = order[from];
                    }
                }
                if (latest >= 0 && part.returnRank(order[k]) < part.invokeRank(latest)) {
                    return outOfOrder(latest, order[k]);
                }
            }
            return new Decision.Linearizable(Arrays.stream(order).map(part::operation).toArray());
        }

        /// `later` returned before `earlier` was invoked. Two additions need a read that tells their order.
        private Decision outOfOrder(int earlier, int later) {
            String facts =
                    "%s returned before %s began".formatted(part.words(later), part.words(earlier));
            if (seen.containsKey(earlier)) {
                return part.violated(facts + ", which saw less", later, earlier);
            }
            if (seen.containsKey(later)) {
                return part.violated(facts + ", but saw it", later, earlier);
            }
            int witness = largest;
            for (int read : reads) {
                boolean between = layer[earlier] < layer[read] && layer[read] < layer[later];
                witness = between ? read : witness;
            }
            return part.violated(
                    facts + ", but " + part.words(witness) + " saw them the other way round",
                    later,
                    earlier,
                    witness);
        }

        /// The sentence goes on after the operations.
        private Decision brokenBy(String sentence, int... places) {
            String subjects =
                    Arrays.stream(places)
                            .mapToObj(part::words)
                            .collect(Collectors.joining(" and "));
            return part.violated(subjects + " " + sentence, places);
        }
    }
}
