package dev.ordeal.results.report;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// Counts and latencies of a history: as a whole, by kind of operation, and over time.
///
/// @param byKind by name of the operation
/// @param widthNanos length of one step of time
record Figures(Row all, Map<String, Row> byKind, long widthNanos, List<Step> steps) {
    /// Counts by outcome, and the latency of the operations that were answered ok, in nanoseconds.
    static final class Row {
        private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        private final Histogram latency = new Histogram(3);

        long count(Outcome outcome) {
            return counts.getOrDefault(outcome, 0L);
        }

        long total() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }

        Histogram latency() {
            return latency;
        }

        private void add(Outcome outcome, long tookNanos) {
            counts.merge(outcome, 1L, Long::sum);
            if (outcome == Outcome.OK) {
                latency.recordValue(tookNanos);
            }
        }

        private void clear() {
            counts.clear();
            latency.reset();
        }
    }

    /// What began within one step of time; latencies are -1 when nothing in it was answered ok.
    record Step(long ok, long failed, long unknown, long p50, long p95, long p99, long max) {
        private static Step of(Row row) {
            Histogram h = row.latency();
            boolean any = h.getTotalCount() > 0;
            return new Step(
                    row.count(Outcome.OK),
                    row.count(Outcome.FAILED),
                    row.count(Outcome.UNKNOWN),
                    any ? h.getValueAtPercentile(50) : -1,
                    any ? h.getValueAtPercentile(95) : -1,
                    any ? h.getValueAtPercentile(99) : -1,
                    any ? h.getMaxValue() : -1);
        }
    }

    /// O(n).
    static Figures of(History history) {
        long width = width(history);
        Row all = new Row();
        Map<String, Row> byKind = new TreeMap<>();
        Step[] steps = new Step[(int) (history.endNanos() / width) + 1];
        Row step = new Row();
        int current = 0;
        // Operations stand in the order of their invocation, so each step is finished before the
        // next.
        for (int i = 0; i < history.size(); i++) {
            int at = (int) (Math.max(0, history.invokedNanos(i)) / width);
            if (at != current) {
                steps[current] = Step.of(step);
                step.clear();
                current = at;
            }
            Outcome outcome = history.outcome(i);
            long took =
                    outcome == Outcome.OK ? history.returnedNanos(i) - history.invokedNanos(i) : 0;
            step.add(outcome, took);
            all.add(outcome, took);
            byKind.computeIfAbsent(history.f(i), f -> new Row()).add(outcome, took);
        }
        steps[current] = Step.of(step);
        Step none = Step.of(new Row());
        return new Figures(
                all, byKind, width, Arrays.stream(steps).map(s -> s == null ? none : s).toList());
    }

    /// About 100 steps for a short run; for a long one a second each, up to an hour, so that zooming in shows something.
    private static long width(History history) {
        double end = Math.max(1, history.endNanos());
        long fine = round(end / 150);
        return fine <= 1_000_000_000 ? fine : Math.max(1_000_000_000, round(end / 4000));
    }

    private static long round(double nanos) {
        if (nanos <= 1) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(nanos)));
        for (double factor : new double[] {1, 2.5, 5}) {
            if (factor * power >= nanos && Math.rint(factor * power) == factor * power) {
                return (long) (factor * power);
            }
        }
        return (long) (10 * power);
    }
}
