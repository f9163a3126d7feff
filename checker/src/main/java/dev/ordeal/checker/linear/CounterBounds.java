package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Counter;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that every counter keeps that is only counted up: a read is no less than what was certainly added before it began,
/// no more than what may have been added before it returned, and no less than what was read before it began. Finds
/// violations only; the sums need not be reachable together, so what keeps the rules is for the search. O(n log n).
final class CounterBounds implements Engine {
    private static final int BYTES_AN_OPERATION = 80;

    @Override
    public String name() {
        return "counter-bounds";
    }

    @Override
    public boolean knows(Model<?> model) {
        return model instanceof Counter;
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        if (!knows(model)) {
            return new Decision.Unfit("no counter");
        }
        budget.take((long) BYTES_AN_OPERATION * part.size());
        long[] amount = new long[part.size()];
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < part.size(); i++) {
            budget.step();
            if (part.history().f(part.operation(i)).equals("read")) {
                if (part.required(i) && read(part, i) != null) {
                    reads.add(i);
                }
                continue;
            }
            Long added = added(part, i);
            if (added == null) {
                return new Decision.Unfit("it is not only counted up");
            }
            amount[i] = added;
        }
        Decision broken = broken(part, amount, reads, budget);
        return broken == null ? new Decision.Unfit("no bound is broken") : broken;
    }

    private static @Nullable Decision broken(
            Part part, long[] amount, List<Integer> reads, Budget budget) {
        int[] byReturn =
                IntStream.range(0, part.size())
                        .filter(part::required)
                        .boxed()
                        .sorted(Comparator.comparingInt(part::returnRank))
                        .mapToInt(Integer::intValue)
                        .toArray();
        long certain = 0;
        int returned = 0;
        int largest = -1;
        for (int r : reads) {
            budget.step();
            long seen = value(part, r);
            for (; part.returnRank(byReturn[returned]) < part.invokeRank(r); returned++) {
                budget.step();
                int done = byReturn[returned];
                certain = sum(certain, amount[done]);
                boolean isRead = part.history().f(part.operation(done)).equals("read");
                Long before = isRead ? read(part, done) : null;
                if (before != null && (largest < 0 || before > value(part, largest))) {
                    largest = done;
                }
            }
            if (largest >= 0 && value(part, largest) > seen) {
                return part.violated(
                        "%s returned more before %s began"
                                .formatted(part.words(largest), part.words(r)),
                        largest,
                        r);
            }
            if (certain > seen) {
                return tooLittle(part, amount, r, Arrays.copyOf(byReturn, returned));
            }
        }
        return tooMuch(part, amount, reads);
    }

    private static Decision tooLittle(Part part, long[] amount, int read, int[] before) {
        if (value(part, read) < 0) {
            return part.violated(part.words(read) + " is less than 0, where it began", read);
        }
        List<Integer> core = new ArrayList<>(List.of(read));
        long sum = 0;
        Integer[] largestFirst = Arrays.stream(before).boxed().toArray(Integer[]::new);
        Arrays.sort(largestFirst, Comparator.comparingLong(i -> -amount[i]));
        for (int i = 0; sum <= value(part, read); i++) {
            core.add(largestFirst[i]);
            sum = sum(sum, amount[largestFirst[i]]);
        }
        return part.violated(
                "%s is less than the %d that %d additions, of which the last to return is %s, had brought before it began"
                        .formatted(
                                part.words(read),
                                sum,
                                core.size() - 1,
                                part.words(
                                        core.stream()
                                                .skip(1)
                                                .max(Comparator.comparingInt(part::returnRank))
                                                .orElseThrow())),
                core.stream().mapToInt(Integer::intValue).toArray());
    }

    private static @Nullable Decision tooMuch(Part part, long[] amount, List<Integer> reads) {
        Integer[] byReturn = reads.toArray(Integer[]::new);
        Arrays.sort(byReturn, Comparator.comparingInt(part::returnRank));
        long possible = 0;
        int invoked = 0;
        for (int r : byReturn) {
            for (;
                    invoked < part.size() && part.invokeRank(invoked) < part.returnRank(r);
                    invoked++) {
                possible = sum(possible, amount[invoked]);
            }
            if (value(part, r) > possible) {
                return part.violated(
                        "%s is more than the %d that all additions begun before it returned can have brought"
                                .formatted(part.words(r), possible),
                        r);
            }
        }
        return null;
    }

    /// Sums that do not fit are as large as can be.
    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /// What an operation certainly adds and nothing else; null for anything but that.
    private static @Nullable Long added(Part part, int i) {
        History history = part.history();
        int operation = part.operation(i);
        String f = history.f(operation);
        int argument = history.argumentId(operation);
        Object by = argument == Values.NONE ? null : history.values().get(argument);
        boolean up = f.equals("add") || f.equals("increment");
        return !up
                ? null
                : by == null ? Long.valueOf(1) : by instanceof Long n && n >= 0 ? n : null;
    }

    private static @Nullable Long read(Part part, int i) {
        int result = part.history().resultId(part.operation(i));
        return result != Values.NONE && part.history().values().get(result) instanceof Long value
                ? value
                : null;
    }

    private static long value(Part part, int read) {
        Long value = read(part, read);
        if (value == null) {
            throw new IllegalStateException("a read without a number");
        }
        return value;
    }
}
