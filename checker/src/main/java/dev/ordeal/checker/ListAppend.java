package dev.ordeal.checker;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a list that elements are appended to must keep, when it is read as a whole: no acknowledged element is lost, none
/// stands twice, none comes from nowhere, the order keeps real time, and reads only ever grow. Each element is appended
/// once. O(total length of the reads).
final class ListAppend {
    private static final int MOST_OF_A_RULE = 5;
    private static final int BYTES_AN_OPERATION = 80;
    private static final int BYTES_A_VALUE = 12;

    private final History history;
    private final Budget budget;
    private final Values values;

    /// By value, of the key that is looked at: the operation that appended it, plus one.
    private final int[] appendOf;

    /// By value: the last read that it was seen in, plus one.
    private final int[] seenIn;

    /// By value: where it stands first in the longest read of the key that is looked at, plus one.
    private final int[] placeOf;

    private final List<Evidence> evidence = new ArrayList<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    private ListAppend(History history, Budget budget) {
        this.history = history;
        this.budget = budget;
        this.values = history.values();
        budget.take((long) BYTES_A_VALUE * values.size());
        this.appendOf = new int[values.size()];
        this.seenIn = new int[values.size()];
        this.placeOf = new int[values.size()];
    }

    static Finding check(History history) {
        return check(history, Bounds.defaults().start());
    }

    static Finding check(History history, Budget budget) {
        return new ListAppend(history, budget).run();
    }

    private static final class Key {
        final List<Integer> appends = new ArrayList<>();
        final List<Integer> reads = new ArrayList<>();
    }

    private Finding run() {
        List<Key> keys = new ArrayList<>();
        // By the key's number plus one: where there is one list alone, it has none.
        @Nullable Key[] numbered = new @Nullable Key[values.size() + 1];
        int appended = 0;
        budget.take((long) BYTES_AN_OPERATION * history.size());
        for (int i = 0; i < history.size(); i++) {
            budget.step();
            int number = history.keyId(i) + 1;
            Key key = numbered[number];
            if (key == null) {
                key = new Key();
                numbered[number] = key;
                keys.add(key);
            }
            if (history.f(i).equals("append")) {
                key.appends.add(i);
                appended += history.outcome(i) == Outcome.OK ? 1 : 0;
            } else if (history.f(i).equals("read")
                    && history.outcome(i) == Outcome.OK
                    && (values.isList(history.resultId(i))
                            || history.resultId(i) == Values.ABSENT)) {
                key.reads.add(i);
            }
        }
        int unread = 0;
        String open = "";
        try {
            for (Key key : keys) {
                unread += check(key) ? 0 : 1;
            }
        } catch (Exhausted e) {
            open = "not every list was looked at: " + e.why();
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("keys", keys.size());
        details.put("acknowledged", appended);
        details.put("broken", counts);
        Verdict verdict;
        if (!evidence.isEmpty()) {
            verdict = new Verdict.Violated(evidence.get(0).sentence(), evidence);
        } else if (!open.isEmpty()) {
            verdict = new Verdict.Undecided(open);
        } else if (appended == 0) {
            verdict =
                    new Verdict.Undecided(
                            "no append was acknowledged, so there is nothing to lose");
        } else if (unread > 0) {
            verdict =
                    new Verdict.Undecided(
                            "%d of %d keys were not read after their last append, so nobody saw what became of it"
                                    .formatted(unread, keys.size()));
        } else {
            verdict =
                    new Verdict.Valid(
                            "%d acknowledged elements on %d keys were all read back, once and in order"
                                    .formatted(appended, keys.size()));
        }
        return new Finding("list-append", verdict, details);
    }

    private void broken(String rule, String sentence, Integer... operations) {
        if (counts.merge(rule, 1, Integer::sum) <= MOST_OF_A_RULE) {
            evidence.add(new Evidence(sentence, Arrays.asList(operations), List.of()));
        }
    }

    private int length(int read) {
        int list = history.resultId(read);
        return values.isList(list) ? values.listSize(list) : 0;
    }

    private int element(int read, int place) {
        return values.element(history.resultId(read), place);
    }

    private String shown(int element) {
        return Words.value(values.get(element));
    }

    private String words(int i) {
        return Words.operation(history, i);
    }

    /// Whether the key was read after everything that was acknowledged.
    private boolean check(Key key) {
        for (int append : key.appends) {
            int element = history.argumentId(append);
            // A second attempt counts only where the first certainly had no effect.
            if (element != Values.NONE
                    && (appendOf[element] == 0
                            || history.outcome(appendOf[element] - 1) == Outcome.FAILED)) {
                appendOf[element] = append + 1;
            }
        }
        int longest = -1;
        for (int read : key.reads) {
            if (longest < 0 || length(read) > length(longest)) {
                longest = read;
            }
        }
        boolean[] begins = new boolean[key.reads.size()];
        int[] latestInvocations = longest < 0 ? new int[0] : latestInvocations(longest);
        for (int k = 0; k < begins.length; k++) {
            int read = key.reads.get(k);
            int length = length(read);
            budget.steps(1L + length);
            begins[k] =
                    length == 0 || values.begins(history.resultId(longest), history.resultId(read));
            boolean sound =
                    begins[k]
                            && length <= latestInvocations.length
                            && (length == 0
                                    || latestInvocations[length - 1] <= history.returnRank(read));
            if (!sound) {
                elements(read);
                prefix(read, longest);
            }
        }
        growing(key.reads);
        if (longest >= 0) {
            order(longest);
        }
        for (int append : key.appends) {
            if (history.argumentId(append) != Values.NONE) {
                appendOf[history.argumentId(append)] = 0;
            }
        }
        boolean allRead = lost(key, begins);
        for (int place = 0; longest >= 0 && place < length(longest); place++) {
            placeOf[element(longest, place)] = 0;
        }
        return allRead;
    }

    /// Notes where each element stands in the longest read.
    ///
    /// @return for each of its first elements, as far as each is there once and was appended with success or perhaps: the rank of the
    ///     latest invocation of those up to there. A read that has the same elements, and ended no sooner, needs no other look
    private int[] latestInvocations(int longest) {
        int[] latest = new int[length(longest)];
        int sound = 0;
        for (int place = 0; place < latest.length; place++) {
            int element = element(longest, place);
            int append = appendOf[element] - 1;
            if (sound == place
                    && placeOf[element] == 0
                    && append >= 0
                    && history.outcome(append) != Outcome.FAILED) {
                int before = place == 0 ? 0 : latest[place - 1];
                latest[place] = Math.max(before, history.invokeRank(append));
                sound++;
            }
            if (placeOf[element] == 0) {
                placeOf[element] = place + 1;
            }
        }
        return Arrays.copyOf(latest, sound);
    }

    private void elements(int read) {
        for (int place = 0; place < length(read); place++) {
            int element = element(read, place);
            int append = appendOf[element] - 1;
            if (seenIn[element] == read + 1) {
                String who = append < 0 ? "" : ", appended once by " + words(append);
                broken(
                        "duplicated",
                        "%s has %s twice, at places %d and %d%s"
                                .formatted(
                                        words(read),
                                        shown(element),
                                        place(element, read),
                                        place,
                                        who),
                        append < 0 ? new Integer[] {read} : new Integer[] {append, read});
            } else if (append < 0) {
                broken(
                        "from nowhere",
                        "%s has %s, which nobody appended".formatted(words(read), shown(element)),
                        read);
            } else if (history.outcome(append) == Outcome.FAILED) {
                broken(
                        "failed but there",
                        "%s has %s, but %s failed"
                                .formatted(words(read), shown(element), words(append)),
                        append,
                        read);
            } else if (history.returnRank(read) < history.invokeRank(append)) {
                broken(
                        "from the future",
                        "%s ended before %s began, but has its element"
                                .formatted(words(read), words(append)),
                        append,
                        read);
            }
            seenIn[element] = read + 1;
        }
    }

    /// The first place of an element that a read has.
    private int place(int element, int read) {
        int place = 0;
        while (element(read, place) != element) {
            place++;
        }
        return place;
    }

    private void prefix(int read, int longest) {
        for (int place = 0; place < length(read); place++) {
            if (element(read, place) != element(longest, place)) {
                broken(
                        "reordered",
                        "%s has %s at place %d, where %s has %s: one list cannot have been both"
                                .formatted(
                                        words(read),
                                        shown(element(read, place)),
                                        place,
                                        words(longest),
                                        shown(element(longest, place))),
                        read,
                        longest);
                return;
            }
        }
    }

    /// A read that begins after another ended has at least its elements.
    private void growing(List<Integer> reads) {
        long[] byReturn = new long[reads.size()];
        Arrays.setAll(
                byReturn, k -> ((long) history.returnRank(reads.get(k)) << 32) | reads.get(k));
        Arrays.sort(byReturn);
        int next = 0;
        int most = -1;
        for (int read : reads) {
            while (next < byReturn.length
                    && (int) (byReturn[next] >>> 32) < history.invokeRank(read)) {
                int ended = (int) byReturn[next++];
                most = most < 0 || length(ended) > length(most) ? ended : most;
            }
            if (most >= 0 && length(read) < length(most)) {
                broken(
                        "shrunk",
                        "%s has %d elements, but began after %s had ended, which has %d"
                                .formatted(words(read), length(read), words(most), length(most)),
                        most,
                        read);
            }
        }
    }

    /// Elements stand in the order in which they were appended, where that is known.
    private void order(int read) {
        int latest = -1;
        for (int place = 0; place < length(read); place++) {
            int append = appendOf[element(read, place)] - 1;
            if (append < 0) {
                continue;
            }
            if (latest >= 0 && history.returnRank(append) < history.invokeRank(latest)) {
                broken(
                        "reordered",
                        "%s had ended before %s began, but stands behind it in %s"
                                .formatted(words(append), words(latest), words(read)),
                        append,
                        latest,
                        read);
            }
            if (latest < 0 || history.invokeRank(append) > history.invokeRank(latest)) {
                latest = append;
            }
        }
    }

    /// Every acknowledged element is in every later read. Reads grow, so the first later one that lacks it is enough.
    ///
    /// @param begins which reads the longest one begins with
    private boolean lost(Key key, boolean[] begins) {
        boolean allRead = true;
        Map<Integer, int[]> contents = new HashMap<>();
        for (int append : key.appends) {
            budget.step();
            if (history.outcome(append) != Outcome.OK) {
                continue;
            }
            // Reads are in the order of their invocations: the first that began after the append
            // ended, and the last.
            int low = 0;
            int high = key.reads.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (history.invokeRank(key.reads.get(middle)) > history.returnRank(append)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            if (low == key.reads.size()) {
                allRead = false;
                continue;
            }
            int element = history.argumentId(append);
            for (int k : new int[] {low, key.reads.size() - 1}) {
                int read = key.reads.get(k);
                boolean there =
                        begins[k]
                                ? element != Values.NONE
                                        && placeOf[element] > 0
                                        && placeOf[element] <= length(read)
                                : Arrays.binarySearch(
                                                contents.computeIfAbsent(read, this::content),
                                                element)
                                        >= 0;
                if (!there) {
                    broken(
                            "lost",
                            "%s was acknowledged, but %s, which began %s later, does not have it"
                                    .formatted(words(append), words(read), span(append, read)),
                            append,
                            read);
                    break;
                }
            }
        }
        return allRead;
    }

    /// The elements of a read, sorted.
    private int[] content(int read) {
        int[] content = new int[length(read)];
        Arrays.setAll(content, place -> element(read, place));
        Arrays.sort(content);
        return content;
    }

    private String span(int append, int read) {
        return Words.span(history, history.invokedNanos(read) - history.returnedNanos(append));
    }
}
