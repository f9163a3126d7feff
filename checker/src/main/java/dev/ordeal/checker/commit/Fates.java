package dev.ordeal.checker.commit;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Looks up in the nodes' records what became of operations without an answer.
public final class Fates {
    private final History history;

    /// Whether the nodes recorded anything.
    private final boolean recorded;

    private final Committed log;

    /// Operations without an answer by what they would write: the key above, the value below.
    private final Map<Long, List<Integer>> byWritten = new HashMap<>();

    /// @param log of this history
    public Fates(History history, Committed log) {
        this.history = history;
        this.log = log;
        recorded = !log.entries().isEmpty();
        for (int i = 0; i < history.size(); i++) {
            if (history.outcome(i) == Outcome.UNKNOWN && history.command(i) != null) {
                byWritten.computeIfAbsent(written(i), value -> new ArrayList<>()).add(i);
            }
        }
    }

    /// Of those of some operations that have no answer, and of those without an answer that wrote what one of them saw.
    /// Nothing where the nodes recorded nothing.
    public List<Fate> of(List<Integer> operations) {
        if (!recorded) {
            return List.of();
        }
        TreeSet<Integer> open = new TreeSet<>();
        for (int operation : operations) {
            if (history.outcome(operation) == Outcome.UNKNOWN
                    && history.command(operation) != null) {
                open.add(operation);
            }
            for (int value : seen(operation)) {
                open.addAll(byWritten.getOrDefault(pair(operation, value), List.of()));
            }
        }
        return open.stream().map(this::fate).toList();
    }

    private Fate fate(int operation) {
        String words = Words.operation(history, operation);
        String sentence =
                Optional.ofNullable(log.ofOperation(operation))
                        .map(command ->
                                command.effective() != null ? command.effective() : command.first())
                        .map(entry ->
                                "%s was committed at index %d in term %d%s"
                                        .formatted(
                                                words,
                                                entry.index(),
                                                entry.term(),
                                                entry.applied()
                                                        ? ""
                                                        : ", without effect: " + entry.result()))
                        .orElse(words + " was never committed, as far as any node recorded");
        return new Fate(operation, sentence);
    }

    private long pair(int operation, int value) {
        return ((long) history.keyId(operation) << 32) | (value & 0xffff_ffffL);
    }

    private long written(int operation) {
        int argument = history.argumentId(operation);
        return pair(operation, swaps(operation) ? history.values().element(argument, 1) : argument);
    }

    private boolean swaps(int operation) {
        int argument = history.argumentId(operation);
        return history.f(operation).equals("cas")
                && history.values().isList(argument)
                && history.values().listSize(argument) == 2;
    }

    /// The values that an operation saw: what it read, or each element of the list that it read; what it expected.
    private List<Integer> seen(int operation) {
        Values values = history.values();
        List<Integer> seen = new ArrayList<>();
        int result = history.resultId(operation);
        if (values.isList(result)) {
            for (int place = 0; place < values.listSize(result); place++) {
                seen.add(values.element(result, place));
            }
        } else if (result != Values.NONE) {
            seen.add(result);
        }
        if (swaps(operation)) {
            seen.add(values.element(history.argumentId(operation), 0));
        }
        return seen;
    }
}
