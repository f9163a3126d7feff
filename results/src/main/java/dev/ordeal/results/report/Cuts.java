package dev.ordeal.results.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Says a set of cut links, given as `[from, to]` pairs, as a person would.
final class Cuts {
    private Cuts() {}

    static String words(Collection<?> links) {
        Map<String, Set<String>> to = new TreeMap<>();
        for (Object link : links) {
            if (link instanceof List<?> pair && pair.size() == 2) {
                to.computeIfAbsent(String.valueOf(pair.get(0)), n -> new TreeSet<>())
                        .add(String.valueOf(pair.get(1)));
            }
        }
        if (to.isEmpty()) {
            return "";
        }
        Set<String> others = to.values().iterator().next();
        Set<String> ones =
                to.keySet().stream()
                        .filter(n -> others.equals(to.get(n)))
                        .collect(Collectors.toCollection(TreeSet::new));
        if (ones.equals(to.keySet())) {
            return "nothing from " + join(ones) + " reaches " + join(others);
        }
        boolean twoSides =
                to.entrySet().stream()
                        .allMatch(e ->
                                ones.contains(e.getKey())
                                        ? e.getValue().equals(others)
                                        : others.contains(e.getKey()) && e.getValue().equals(ones));
        if (twoSides && to.size() == ones.size() + others.size()) {
            return ones.size() <= others.size()
                    ? join(ones) + " | " + join(others)
                    : join(others) + " | " + join(ones);
        }
        return to.entrySet().stream()
                .map(e -> e.getKey() + " cut off from " + join(e.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String join(Set<String> nodes) {
        return String.join(" ", nodes);
    }
}
