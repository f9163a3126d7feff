package dev.ordeal.checker;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What lists that are declared once a round must keep: one declaration a round is accepted, everybody who reads the round
/// sees that very list in its order, it is there for whoever looks later, it is one that was declared, and no name is in
/// it twice. A round is a key. O(total length of the lists).
///
/// It says in the words of the promise what a linearizability check of the same history says in terms of orders, and sees what
/// that cannot: a name twice.
final class DeclaredLists {
    static final String NAME = "declared-lists";

    private static final int MOST_OF_A_RULE = 5;
    private static final int BYTES_AN_OPERATION = 80;
    private static final int BYTES_A_VALUE = 4;

    private final History history;
    private final Budget budget;

    /// Equal lists have equal numbers, and so have equal names.
    private final Values values;

    /// By name: the last read that it was seen in, plus one.
    private final int[] seenIn;

    private final List<Evidence> evidence = new ArrayList<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    private DeclaredLists(History history, Budget budget) {
        this.history = history;
        this.budget = budget;
        this.values = history.values();
        budget.take((long) BYTES_A_VALUE * values.size());
        this.seenIn = new int[values.size()];
    }

    static Finding check(History history, Budget budget) {
        return new DeclaredLists(history, budget).run();
    }

    private static final class Round {
        final List<Integer> declarations = new ArrayList<>();
        final List<Integer> reads = new ArrayList<>();
    }

    private Finding run() {
        Map<Integer, Round> rounds = new LinkedHashMap<>();
        budget.take((long) BYTES_AN_OPERATION * history.size());
        for (int i = 0; i < history.size(); i++) {
            budget.step();
            Round round = rounds.computeIfAbsent(history.keyId(i), key -> new Round());
            if (history.f(i).equals("declare")) {
                round.declarations.add(i);
            } else if (history.f(i).equals("read")
                    && history.outcome(i) == Outcome.OK
                    && history.resultId(i) != Values.NONE) {
                round.reads.add(i);
            }
        }
        int seen = 0;
        String open = "";
        try {
            for (Round round : rounds.values()) {
                seen += check(round) ? 1 : 0;
            }
        } catch (Exhausted e) {
            open = "not every round was looked at: " + e.why();
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("rounds", rounds.size());
        details.put("seen", seen);
        details.put("broken", counts);
        return new Finding(NAME, verdict(open, seen), details);
    }

    private Verdict verdict(String open, int seen) {
        if (!evidence.isEmpty()) {
            return new Verdict.Violated(evidence.getFirst().sentence(), evidence);
        }
        if (!open.isEmpty()) {
            return new Verdict.Undecided(open);
        }
        return seen == 0
                ? new Verdict.Undecided(
                        "nobody read a declared list, so there is nothing to compare")
                : new Verdict.Valid(
                        "the lists of %d rounds are the same for everybody who read them"
                                .formatted(seen));
    }

    /// Whether anybody read the round's list.
    private boolean check(Round round) {
        declaredOnce(round.declarations);
        @Nullable Integer first = null;
        for (int read : round.reads) {
            if (!sawList(read)) {
                continue;
            }
            int list = history.resultId(read);
            budget.steps(1L + values.listSize(list));
            noNameTwice(read, list);
            wasDeclared(read, list, round.declarations);
            if (first == null) {
                first = read;
            } else if (list != history.resultId(first)) {
                broken(
                        "one list",
                        "%s and %s are two lists of one round".formatted(words(first), words(read)),
                        first,
                        read);
            }
        }
        stays(round);
        return first != null;
    }

    private void declaredOnce(List<Integer> declarations) {
        @Nullable Integer accepted = null;
        for (int declaration : declarations) {
            if (history.outcome(declaration) != Outcome.OK) {
                continue;
            }
            if (accepted != null) {
                broken(
                        "declared once",
                        "%s and %s were both accepted, for one round"
                                .formatted(words(accepted), words(declaration)),
                        accepted,
                        declaration);
            }
            accepted = declaration;
        }
    }

    private void noNameTwice(int read, int list) {
        for (int place = 0; place < values.listSize(list); place++) {
            int name = values.element(list, place);
            if (seenIn[name] == read + 1) {
                broken(
                        "a name once",
                        "%s has %s twice".formatted(words(read), Words.value(values.get(name))),
                        read);
            }
            seenIn[name] = read + 1;
        }
    }

    private void wasDeclared(int read, int list, List<Integer> declarations) {
        for (int declaration : declarations) {
            if (history.outcome(declaration) != Outcome.FAILED
                    && list == history.argumentId(declaration)
                    && history.invokeRank(declaration) < history.returnRank(read)) {
                return;
            }
        }
        broken("was declared", "%s has a list that nobody declared".formatted(words(read)), read);
    }

    /// Whoever begins to read after the list was declared, or read by somebody, finds one.
    private void stays(Round round) {
        @Nullable Integer known = null;
        for (int declaration : round.declarations) {
            if (history.outcome(declaration) == Outcome.OK) {
                known = firstToReturn(known, declaration);
            }
        }
        for (int read : round.reads) {
            if (sawList(read)) {
                known = firstToReturn(known, read);
            }
        }
        if (known == null) {
            return;
        }
        for (int read : round.reads) {
            if (!sawList(read) && history.invokeRank(read) > history.returnRank(known)) {
                broken(
                        "it stays",
                        "%s found no list, but began after %s had ended"
                                .formatted(words(read), words(known)),
                        known,
                        read);
            }
        }
    }

    private int firstToReturn(@Nullable Integer known, int other) {
        return known == null || history.returnRank(other) < history.returnRank(known)
                ? other
                : known;
    }

    private boolean sawList(int read) {
        return values.isList(history.resultId(read)) && values.listSize(history.resultId(read)) > 0;
    }

    private void broken(String rule, String sentence, Integer... operations) {
        if (counts.merge(rule, 1, Integer::sum) <= MOST_OF_A_RULE) {
            evidence.add(new Evidence(sentence, Arrays.asList(operations), List.of()));
        }
    }

    private String words(int i) {
        return Words.operation(history, i);
    }
}
