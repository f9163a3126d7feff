package dev.ordeal.workloads.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Makes a list that fails smaller while it still fails (ddmin: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing
/// Input, 2002): parts of it are left out, first halves, then smaller and smaller ones.
///
/// As is usual, only what is left when a part is taken out is tried, not the parts by themselves: of two halves that is the
/// same, and of smaller parts it is what succeeds. Where a part could be spared the search goes on behind it.
public final class DeltaDebugging {
    private DeltaDebugging() {}

    /// Tries candidates.
    @FunctionalInterface
    public interface Test<T> {
        /// The place of the first candidate that fails; empty if none does. They may be tried at the same time.
        OptionalInt firstFailing(List<List<T>> candidates);
    }

    /// A part of `items`, in their order, that fails. If the test gives the same answer each time, none of the elements that are
    /// left can be spared by itself. `items` is taken to fail and is not tried.
    public static <T> List<T> minimize(List<T> items, Test<T> test) {
        List<T> failing = List.copyOf(items);
        if (failing.isEmpty()) {
            return failing;
        }
        if (test.firstFailing(List.of(List.of())).isPresent()) {
            return List.of();
        }
        int parts = 2;
        int next = 0;
        while (failing.size() > 1) {
            parts = Math.min(parts, failing.size());
            List<List<T>> candidates = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                candidates.add(without(failing, (next + part) % parts, parts));
            }
            OptionalInt found = test.firstFailing(candidates);
            if (found.isPresent()) {
                failing = candidates.get(found.getAsInt());
                next = (next + found.getAsInt()) % parts;
                parts = Math.max(parts - 1, 2);
                next %= parts;
            } else if (parts == failing.size()) {
                break;
            } else {
                parts *= 2;
                next = 0;
            }
        }
        return failing;
    }

    private static <T> List<T> without(List<T> items, int part, int parts) {
        int from = (int) ((long) items.size() * part / parts);
        int to = (int) ((long) items.size() * (part + 1) / parts);
        List<T> rest = new ArrayList<>(items.subList(0, from));
        rest.addAll(items.subList(to, items.size()));
        return List.copyOf(rest);
    }
}
