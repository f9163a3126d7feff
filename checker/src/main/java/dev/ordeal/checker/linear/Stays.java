package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A part as stays of values in a container: a value is added once and taken at most once. What the engines for queues,
/// stacks and priority queues have in common.
///
/// Both intervals of a stay are cut to what is possible: the taking starts no earlier than the adding, the adding ends no
/// later than the taking. So between `addTo` and `takeFrom`, if these lie so, the value is certainly in. An adding that may
/// have happened counts when its value was certainly taken, and otherwise cannot help. A taking that may have happened and
/// says of what (of a [Part#weakened] part) may happen at any time; one that does not say may have taken anything: without
/// it a witness is a witness, but what it could excuse is left to the search.
final class Stays {
    private final Part part;
    private final Budget budget;
    private final History history;

    /// By number of the stay: places in the part; a taking that there was not is -1.
    final int[] add;

    final int[] take;

    /// By number of the stay: ranks of events.
    int[] addFrom = {};

    int[] addTo = {};
    int[] takeFrom = {};
    int[] takeTo = {};

    /// How many stays there are.
    int count;

    /// Takings that found nothing.
    final List<Integer> empties = new ArrayList<>();

    /// Whether there is a taking that may have taken anything.
    boolean wild;

    private @Nullable Decision broken;
    private final Map<Integer, Integer> numbers = new HashMap<>();

    Stays(Part part, Budget budget) {
        this.part = part;
        this.budget = budget;
        this.history = part.history();
        add = new int[part.size()];
        take = new int[part.size()];
        Arrays.fill(add, -1);
        Arrays.fill(take, -1);
    }

    /// Reads the part. A decision when there is nothing more to decide: the part is unfit, or a value was taken that cannot
    /// have been there.
    @Nullable Decision read() {
        for (int i = 0; i < part.size(); i++) {
            budget.step();
            String unfit =
                    Queue.adds(history.f(part.operation(i)))
                            ? readAdding(i)
                            : Queue.takes(history.f(part.operation(i)))
                                    ? readTaking(i)
                                    : "there is more than adding and taking";
            if (unfit != null) {
                return new Decision.Unfit(unfit);
            }
        }
        return broken != null ? broken : cut();
    }

    private @Nullable String readAdding(int i) {
        int value = history.argumentId(part.operation(i));
        if (value == Values.NONE || value == Values.ABSENT) {
            return "something absent was added";
        }
        int v = number(value);
        if (add[v] >= 0) {
            return "a value was added twice";
        }
        add[v] = i;
        return null;
    }

    private @Nullable String readTaking(int i) {
        int value = history.resultId(part.operation(i));
        if (value == Values.NONE) {
            wild = true;
            return part.required(i) ? "a taking does not say what it took" : null;
        }
        if (value == Values.ABSENT) {
            if (part.required(i)) {
                empties.add(i);
            }
            return null;
        }
        int v = number(value);
        if (take[v] < 0 || (part.required(i) && !part.required(take[v]))) {
            take[v] = i;
        } else if (part.required(i) && broken == null) {
            broken =
                    broken(
                            "%s and %s took the same value, which was added once"
                                    .formatted(words(take[v]), words(i)),
                            take[v],
                            i);
        }
        return null;
    }

    private int number(int valueId) {
        return numbers.computeIfAbsent(valueId, v -> count++);
    }

    /// Cuts the intervals and leaves out values that need not have been there.
    private @Nullable Decision cut() {
        int all = count;
        count = 0;
        addFrom = new int[all];
        addTo = new int[all];
        takeFrom = new int[all];
        takeTo = new int[all];
        for (int v = 0; v < all; v++) {
            budget.step();
            int in = add[v];
            int out = take[v];
            boolean taken = out >= 0 && part.required(out);
            if (taken && in < 0) {
                return broken(words(out) + " took a value that nobody added", out);
            }
            if (taken && part.returnRank(out) < part.invokeRank(in)) {
                return broken("%s returned before %s began".formatted(words(out), words(in)), out);
            }
            if (!taken && (in < 0 || !part.required(in))) {
                continue;
            }
            int w = count++;
            add[w] = in;
            take[w] = out;
            addFrom[w] = part.invokeRank(in);
            takeTo[w] = out < 0 ? History.NEVER : part.returnRank(out);
            addTo[w] = Math.min(part.returnRank(in), takeTo[w]);
            takeFrom[w] = out < 0 ? History.NEVER : Math.max(part.invokeRank(out), addFrom[w]);
        }
        return null;
    }

    /// The value of a stay.
    @Nullable Object value(int v) {
        return history.values().get(history.argumentId(part.operation(add[v])));
    }

    /// Finds for each taking that found nothing the first event in its interval after which nothing is certainly in, and
    /// answers the first taking for which there is none, or -1. Enough for containers in which stays can be as short as
    /// that at all such moments together.
    int emptyMoments(int[] moments) {
        if (empties.isEmpty()) {
            return -1;
        }
        int ranks = history.ranks();
        int[] change = new int[ranks + 1];
        for (int v = 0; v < count; v++) {
            if (addTo[v] < takeFrom[v]) {
                change[addTo[v]]++;
                change[Math.min(takeFrom[v], ranks)]--;
            }
        }
        int in = 0;
        boolean[] free = new boolean[ranks];
        for (int r = 0; r < ranks; r++) {
            budget.step();
            in += change[r];
            free[r] = in == 0;
        }
        int[] next = new int[ranks + 1];
        next[ranks] = History.NEVER;
        for (int r = ranks - 1; r >= 0; r--) {
            next[r] = free[r] ? r : next[r + 1];
        }
        for (int e = 0; e < moments.length; e++) {
            moments[e] = next[part.invokeRank(empties.get(e))];
            if (moments[e] >= part.returnRank(empties.get(e))) {
                return empties.get(e);
            }
        }
        return -1;
    }

    /// The violation that [#emptyMoments] found: stays that cover the interval.
    Decision neverEmpty(int taking) {
        if (wild) {
            return new Decision.Unfit("a taking of unknown outcome may have emptied it");
        }
        List<Integer> core = new ArrayList<>(List.of(taking));
        StringBuilder why = new StringBuilder();
        int reached = part.invokeRank(taking);
        while (reached < part.returnRank(taking)) {
            int longest = -1;
            for (int v = 0; v < count; v++) {
                budget.step();
                if (addTo[v] <= reached
                        && takeFrom[v] > reached
                        && (longest < 0 || takeFrom[v] > takeFrom[longest])) {
                    longest = v;
                }
            }
            reached = takeFrom[longest];
            addTo(core, longest);
            why.append(why.isEmpty() ? "" : "; ").append(story(longest));
        }
        return broken(
                words(taking) + " found nothing, but there was always something: " + why,
                core.stream().mapToInt(Integer::intValue).toArray());
    }

    /// "p1's enqueue of 3, and p2's dequeue answered 3" or "…, and nobody took it".
    String story(int v) {
        return words(add[v]) + (take[v] < 0 ? ", and nobody took it" : ", and " + words(take[v]));
    }

    /// Adds what certainly happened of a stay to a core.
    void addTo(List<Integer> core, int v) {
        for (int i : new int[] {add[v], take[v]}) {
            if (i >= 0 && part.required(i)) {
                core.add(i);
            }
        }
    }

    String words(int place) {
        return part.words(place);
    }

    Decision broken(String sentence, int... places) {
        return part.violated(sentence, places);
    }
}
