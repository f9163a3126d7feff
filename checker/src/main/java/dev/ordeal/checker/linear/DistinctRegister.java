package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Registers in which no value is written twice, with compare-and-set and unknown outcomes: exact, without search.
///
/// After Gibbons and Korach, *Testing shared memories* (SIAM J. Comput., 1997), whose clusters of one write and its reads
/// become here *blocks*: chains of values linked by compare-and-sets. Nothing of another block can stand inside a block, and
/// inside, the order is forced up to reads of one value. Block A must come before block B exactly when A's first return
/// lies before B's last invocation; there is an order exactly when no two blocks must each come before the other.
/// O(n log n) for sorting the blocks, O(n) for everything else.
///
/// Refused compare-and-sets ("the value was not a") make the question NP-hard. They are left out first, which can only
/// excuse; then those that stand strictly inside the time of their value accuse; then each is put at the earliest place of
/// the witness where it fits, and where there is none, the witness is re-ordered around it. Where that fails, the search
/// decides.
final class DistinctRegister implements Engine {
    /// So many compare-and-sets between two values are told one by one.
    private static final int STEPS_TOLD = 3;

    @Override
    public String name() {
        return "distinct";
    }

    @Override
    public boolean knows(Model<?> model) {
        return !model.accesses().isEmpty();
    }

    @Override
    public String why() {
        return "no value is written twice";
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        String unfit = RegisterOps.unfit(part, model);
        return unfit == null
                ? new Run(RegisterOps.of(part, model, budget), model, budget).decide()
                : new Decision.Unfit(unfit);
    }

    private static final class Run {
        private final RegisterOps ops;
        private final Model<?> model;
        private final Budget budget;
        private final Part part;
        private final History history;
        private final int n;
        private final int values;

        /// The operation that writes a value, and the needed compare-and-set that consumes it; -1 for none.
        private final int[] writer;

        private final int[] consumer;
        private final BitSet needed;

        /// For each value, its reads in the order of invocation: `reads[readsFrom[v]] … reads[readsFrom[v + 1] - 1]`.
        private final int[] readsFrom;

        private final int[] reads;

        /// The block of a value, -1 while unknown.
        private final int[] block;

        private int blocks;
        private int[] firstValue = new int[16];

        /// Smallest return and largest invocation in a block, and the operations they belong to.
        private int[] f = new int[16];

        private int[] s = new int[16];
        private int[] fOp = new int[16];
        private int[] sOp = new int[16];

        Run(RegisterOps ops, Model<?> model, Budget budget) {
            this.ops = ops;
            this.model = model;
            this.budget = budget;
            this.part = ops.part;
            this.history = part.history();
            this.n = ops.n;
            this.values = ops.values;
            budget.take(16L * n + 20L * values);
            writer = filled(values);
            consumer = filled(values);
            needed = new BitSet(n);
            readsFrom = new int[values + 1];
            block = filled(values);
            int count = 0;
            for (int i = 0; i < n; i++) {
                budget.step();
                if (ops.kind[i] == RegisterOps.READ) {
                    readsFrom[ops.from[i] + 1]++;
                    count++;
                }
            }
            for (int v = 0; v < values; v++) {
                readsFrom[v + 1] += readsFrom[v];
            }
            reads = new int[count];
            int[] next = Arrays.copyOf(readsFrom, values);
            for (int i = 0; i < n; i++) {
                if (ops.kind[i] == RegisterOps.READ) {
                    reads[next[ops.from[i]]++] = i;
                }
            }
        }

        private static int[] filled(int length) {
            int[] array = new int[length];
            Arrays.fill(array, -1);
            return array;
        }

        Decision decide() {
            Decision decision = notDistinct();
            if (decision == null) {
                decision = need();
            }
            if (decision == null) {
                decision = chain();
            }
            if (decision == null) {
                budget.take(12L * blocks);
                int[] order = new int[blocks];
                decision = arrange(order);
                if (decision == null) {
                    decision = flatten(order);
                }
            }
            return decision;
        }

        private @Nullable Decision notDistinct() {
            for (int i = 0; i < n; i++) {
                budget.step();
                int value = ops.to[i];
                if (value < 0) {
                    continue;
                }
                if (value == 0) {
                    return new Decision.Unfit("the initial value is written again");
                }
                if (writer[value] >= 0) {
                    Object argument = history.operation(part.operation(i)).argument();
                    Object written =
                            ops.kind[i] == RegisterOps.CAS && argument instanceof List<?> pair
                                    ? pair.get(1)
                                    : argument;
                    return new Decision.Unfit(
                            "the value " + Words.value(written) + " is written twice");
                }
                writer[value] = i;
            }
            return null;
        }

        /// Which unknown writers must have happened, because what they wrote was seen.
        private @Nullable Decision need() {
            for (int i = 0; i < n; i++) {
                budget.step();
                if (!ops.required(i)) {
                    continue;
                }
                switch (ops.kind[i]) {
                    case RegisterOps.WRITE -> needed.set(i);
                    case RegisterOps.READ, RegisterOps.CAS -> {
                        if (ops.kind[i] == RegisterOps.CAS) {
                            needed.set(i);
                        }
                        // What is needed by one that is already needed was found when that was.
                        for (int at = i, v = ops.from[i]; v != 0; ) {
                            int w = writer[v];
                            if (w < 0) {
                                return at == i
                                        ? RegisterRules.unwritten(part, i)
                                        : violated(
                                                "%s needs %s to have happened, whose expected value nobody wrote"
                                                        .formatted(words(i), words(at)),
                                                i);
                            }
                            if (needed.get(w)) {
                                break;
                            }
                            needed.set(w);
                            if (ops.kind[w] != RegisterOps.CAS) {
                                break;
                            }
                            v = ops.from[w];
                            at = w;
                        }
                    }
                    default -> {}
                }
            }
            return null;
        }

        /// Finds the blocks and checks each from its start.
        private @Nullable Decision chain() {
            for (int c = needed.nextSetBit(0); c >= 0; c = needed.nextSetBit(c + 1)) {
                if (ops.kind[c] != RegisterOps.CAS) {
                    continue;
                }
                int other = consumer[ops.from[c]];
                if (other >= 0) {
                    return violated(
                            "both %s and %s found the value %s, which only one can have replaced"
                                    .formatted(words(other), words(c), valueOf(c)),
                            proves(other),
                            proves(c));
                }
                consumer[ops.from[c]] = c;
            }
            Decision decision = walk(0);
            for (int i = needed.nextSetBit(0);
                    i >= 0 && decision == null;
                    i = needed.nextSetBit(i + 1)) {
                if (ops.kind[i] == RegisterOps.WRITE) {
                    decision = walk(ops.to[i]);
                }
            }
            for (int c = needed.nextSetBit(0);
                    c >= 0 && decision == null;
                    c = needed.nextSetBit(c + 1)) {
                if (block[ops.to[c]] < 0) {
                    decision =
                            violated(
                                    "%s belongs to a circle of compare-and-sets, each of which needs the value that the next one writes"
                                            .formatted(words(c)),
                                    proves(c));
                }
            }
            return decision;
        }

        /// Walks a block from its first value, keeping the latest invocation among what must already be done.
        private @Nullable Decision walk(int first) {
            int id = blocks++;
            if (id == f.length) {
                int capacity = id * 2;
                budget.take(20L * id);
                firstValue = Arrays.copyOf(firstValue, capacity);
                f = Arrays.copyOf(f, capacity);
                s = Arrays.copyOf(s, capacity);
                fOp = Arrays.copyOf(fOp, capacity);
                sOp = Arrays.copyOf(sOp, capacity);
            }
            firstValue[id] = first;
            int earliestReturn = first == 0 ? -1 : Integer.MAX_VALUE;
            int earliest = -1;
            int done = -1;
            int doneBy = -1;
            for (int v = first; ; ) {
                budget.step();
                block[v] = id;
                int w = writer[v];
                if (w >= 0) {
                    if (ops.ret[w] < done) {
                        return late(w, doneBy);
                    }
                    if (ops.inv[w] > done) {
                        done = ops.inv[w];
                        doneBy = w;
                    }
                    if (ops.ret[w] < earliestReturn) {
                        earliestReturn = ops.ret[w];
                        earliest = w;
                    }
                }
                int before = done;
                int beforeBy = doneBy;
                for (int k = readsFrom[v]; k < readsFrom[v + 1]; k++) {
                    budget.step();
                    int read = reads[k];
                    if (ops.ret[read] < before) {
                        return late(read, beforeBy);
                    }
                    if (ops.inv[read] > done) {
                        done = ops.inv[read];
                        doneBy = read;
                    }
                    if (ops.ret[read] < earliestReturn) {
                        earliestReturn = ops.ret[read];
                        earliest = read;
                    }
                }
                int next = consumer[v];
                if (next < 0) {
                    break;
                }
                v = ops.to[next];
            }
            f[id] = earliestReturn;
            fOp[id] = earliest;
            s[id] = done;
            sOp[id] = doneBy;
            return null;
        }

        /// An operation returned before one that must come before it in its block was invoked.
        private Decision late(int early, int late) {
            boolean sameValue =
                    ops.kind[early] == RegisterOps.READ && ops.to[late] == ops.from[early];
            if (sameValue) {
                return RegisterRules.early(part, early, late);
            }
            return violated(
                    "%s ended %s before %s began, but the value of the first was made from the value of the second"
                            .formatted(words(early), span(early, late), words(late)),
                    proves(early),
                    proves(late));
        }

        /// Puts the blocks in an order, or finds two that must each come before the other.
        private @Nullable Decision arrange(int[] order) {
            long[] sorted = new long[blocks];
            for (int b = 0; b < blocks; b++) {
                sorted[b] = ((long) Math.min(f[b], s[b]) << 32) | b;
            }
            // The initial value's block has f = -1 and must come first: negative keys sort first.
            Arrays.sort(sorted);
            int latest = -1;
            for (int k = 0; k < blocks; k++) {
                budget.step();
                int b = (int) sorted[k];
                order[k] = b;
                if (latest >= 0 && f[b] < s[latest]) {
                    return conflict(b, latest);
                }
                if (latest < 0 || s[b] > s[latest]) {
                    latest = b;
                }
            }
            return null;
        }

        private Decision conflict(int one, int other) {
            // Tell it as a stale sight: the block that was seen first is seen again after the other
            // was.
            int a = f[one] < f[other] ? one : other;
            int b = a == one ? other : one;
            int stale = firstAfter(a, f[b]);
            int replaced = f[a] < 0 ? -1 : firstAfter(b, f[a]);
            String again =
                    "%s began %s after %s had ended"
                            .formatted(words(stale), span(fOp[b], stale), words(fOp[b]));
            String sentence =
                    fOp[a] < 0
                            ? "%s, but saw the initial value as if that had not happened%s"
                                    .formatted(again, made(0, valueAfter(stale)))
                            : "%s; yet %s had ended before %s began: the first value would have to be current both before and after the second%s"
                                    .formatted(
                                            again,
                                            words(fOp[a]),
                                            words(replaced),
                                            made(valueAfter(fOp[a]), valueAfter(stale))
                                                    + made(
                                                            valueAfter(replaced),
                                                            valueAfter(fOp[b])));
            return violated(
                    sentence, proves(fOp[a]), proves(stale), proves(fOp[b]), proves(replaced));
        }

        /// The value that is current right after an operation.
        private int valueAfter(int i) {
            return ops.to[i] >= 0 ? ops.to[i] : ops.from[i];
        }

        /// How one of two values of a block was made from the other, in words; nothing when they are the same.
        private String made(int one, int other) {
            return one == other
                    ? ""
                    : steps(one, other).orElseGet(() -> steps(other, one).orElse(""));
        }

        private Optional<String> steps(int from, int to) {
            List<String> steps = new ArrayList<>();
            int count = 0;
            for (int v = from; v != to; v = ops.to[consumer[v]]) {
                if (consumer[v] < 0) {
                    return Optional.empty();
                }
                if (count++ < STEPS_TOLD) {
                    steps.add(words(consumer[v]));
                }
            }
            return Optional.of(
                    "; one comes from the other by "
                            + String.join(" and ", steps)
                            + (count > STEPS_TOLD
                                    ? " and %d more like it".formatted(count - STEPS_TOLD)
                                    : ""));
        }

        /// The first operation of a block that was invoked after this rank.
        private int firstAfter(int b, int rank) {
            int first = sOp[b];
            for (int v = firstValue[b]; ; ) {
                int w = writer[v];
                if (w >= 0 && ops.inv[w] > rank && ops.inv[w] < ops.inv[first]) {
                    first = w;
                }
                for (int k = readsFrom[v]; k < readsFrom[v + 1]; k++) {
                    if (ops.inv[reads[k]] > rank && ops.inv[reads[k]] < ops.inv[first]) {
                        first = reads[k];
                    }
                }
                if (consumer[v] < 0) {
                    return first;
                }
                v = ops.to[consumer[v]];
            }
        }

        private Decision flatten(int[] order) {
            budget.take(12L * n + (ops.loose ? 8L * values : 0));
            int[] local = new int[n];
            int count = 0;
            int[] start = ops.loose ? new int[values] : new int[0];
            int[] end = ops.loose ? filled(values) : new int[0];
            for (int b : order) {
                for (int v = firstValue[b]; ; ) {
                    budget.steps(1 + readsFrom[v + 1] - readsFrom[v]);
                    int w = writer[v];
                    if (w >= 0) {
                        local[count++] = w;
                    }
                    if (ops.loose) {
                        start[v] = count;
                    }
                    for (int k = readsFrom[v]; k < readsFrom[v + 1]; k++) {
                        local[count++] = reads[k];
                    }
                    if (ops.loose) {
                        end[v] = count;
                    }
                    int next = consumer[v];
                    if (next < 0) {
                        break;
                    }
                    v = ops.to[next];
                }
            }
            int[] base = Arrays.copyOf(local, count);
            if (ops.loose) {
                return new Loose(ops, base, start, end).place(this);
            }
            return new Decision.Linearizable(indexes(base));
        }

        int[] indexes(int[] local) {
            int[] indexes = new int[local.length];
            for (int i = 0; i < local.length; i++) {
                indexes[i] = part.operation(local[i]);
            }
            return indexes;
        }

        /// Unknown writes that nobody needs, in the order of their invocations.
        private int[] spares() {
            int[] spares = new int[n];
            int count = 0;
            for (int i = 0; i < n; i++) {
                if (ops.kind[i] == RegisterOps.WRITE && !needed.get(i)) {
                    spares[count++] = i;
                }
            }
            return Arrays.copyOf(spares, count);
        }

        /// Searches without the unknown operations that nobody needs, which are what makes a search long. Finding nothing
        /// means nothing: one of them may be what a refused operation found.
        private Decision searchWithoutSpares(int misfit) {
            BitSet kept = new BitSet(n);
            BitSet required = new BitSet(n);
            for (int i = 0; i < n; i++) {
                required.set(i, ops.required(i));
                kept.set(i, ops.required(i) || needed.get(i));
            }
            Part fewer = part.weakened(kept.stream().toArray(), required);
            return new Search(Search.Switches.ALL, false).decide(fewer, model, budget)
                            instanceof Decision.Linearizable found
                    ? found
                    : new Decision.Unfit(
                            words(misfit) + " has no place in the orders that were tried");
        }

        /// A refused compare-and-set stands strictly inside the time of the value that it did not find.
        @Nullable Decision definite(int refused) {
            budget.step();
            int v = ops.from[refused];
            if (v != 0 && (writer[v] < 0 || !needed.get(writer[v]))) {
                return null;
            }
            int fixed = v == 0 ? -1 : writer[v];
            int last = consumer[v];
            for (int k = readsFrom[v]; k < readsFrom[v + 1]; k++) {
                budget.step();
                if (fixed >= 0 && ops.ret[reads[k]] < ops.ret[fixed]) {
                    fixed = reads[k];
                }
                if (last < 0 || ops.inv[reads[k]] > ops.inv[last]) {
                    last = reads[k];
                }
            }
            if (last < 0
                    || ops.inv[last] < ops.ret[refused]
                    || (fixed >= 0 && ops.ret[fixed] > ops.inv[refused])) {
                return null;
            }
            String from =
                    fixed < 0
                            ? "it was the initial value"
                            : words(fixed) + " had ended before it began";
            return violated(
                    "%s cannot have found another value: %s, and %s began after it had ended"
                            .formatted(words(refused), from, words(last)),
                    refused,
                    fixed,
                    proves(last));
        }

        private String words(int i) {
            return Words.operation(history, part.operation(i));
        }

        private String valueOf(int cas) {
            return Words.value(Call.of(history, part.operation(cas)).expected());
        }

        private String span(int ended, int began) {
            return Words.span(
                    history,
                    history.invokedNanos(part.operation(began))
                            - history.returnedNanos(part.operation(ended)));
        }

        /// An operation that its client knows happened and that needs this one; this one itself if its client knows.
        private int proves(int i) {
            if (i < 0 || ops.required(i)) {
                return i;
            }
            for (int steps = 0, w = i; steps <= n && w >= 0; steps++) {
                int v = ops.to[w];
                if (readsFrom[v] < readsFrom[v + 1]) {
                    return reads[readsFrom[v]];
                }
                w = consumer[v] >= 0 ? consumer[v] : neededConsumer(v);
                if (w >= 0 && ops.required(w)) {
                    return w;
                }
            }
            // Only in a circle of unknown compare-and-sets; the operation itself says as much.
            return i;
        }

        /// The needed compare-and-set that consumes a value, before all consumers are known.
        private int neededConsumer(int v) {
            for (int c = needed.nextSetBit(0); c >= 0; c = needed.nextSetBit(c + 1)) {
                if (ops.kind[c] == RegisterOps.CAS && ops.from[c] == v) {
                    return c;
                }
            }
            return -1;
        }

        private Decision violated(String sentence, int... proof) {
            int[] proving = Arrays.stream(proof).filter(i -> i >= 0).sorted().distinct().toArray();
            return new Decision.NotLinearizable(sentence, indexes(proving), Decision.Progress.NONE);
        }
    }

    /// Puts refused and blind operations into a witness, each at the earliest place where it fits. Given the witness, the
    /// earliest places are the best: they leave the most room for what must come after.
    private static final class Loose {
        private final RegisterOps ops;
        private final int[] base;
        private final int[] start;
        private final int[] end;

        /// @param base witness of the others
        /// @param start,end first and last gap in which a value is current; gap g is before place g; end -1 for never
        Loose(RegisterOps ops, int[] base, int[] start, int[] end) {
            this.ops = ops;
            this.base = base;
            this.start = start;
            this.end = end;
        }

        Decision place(Run run) {
            int count = 0;
            for (int i = 0; i < ops.n; i++) {
                run.budget.step();
                if (loose(i)) {
                    count++;
                }
            }
            run.budget.take(40L * count + 28L * base.length);
            long[] byReturn = new long[count];
            count = 0;
            for (int i = 0; i < ops.n; i++) {
                if (loose(i)) {
                    if (ops.kind[i] == RegisterOps.REFUSED) {
                        Decision definite = run.definite(i);
                        if (definite != null) {
                            return definite;
                        }
                    }
                    byReturn[count++] = ((long) ops.ret[i] << 32) | i;
                }
            }
            Arrays.sort(byReturn);
            // Of the witness: returns in order with the largest place so far; invocations in order
            // with the smallest
            // place from there on.
            long[] returns = new long[base.length];
            long[] invokes = new long[base.length];
            for (int p = 0; p < base.length; p++) {
                run.budget.step();
                returns[p] = ((long) ops.ret[base[p]] << 32) | p;
                invokes[p] = ((long) ops.inv[base[p]] << 32) | p;
            }
            Arrays.sort(returns);
            Arrays.sort(invokes);
            int[] furthest = new int[base.length + 1];
            for (int k = 0; k < base.length; k++) {
                furthest[k + 1] = Math.max(furthest[k], (int) returns[k] + 1);
            }
            int[] nearest = new int[base.length + 1];
            nearest[base.length] = base.length;
            for (int k = base.length - 1; k >= 0; k--) {
                nearest[k] = Math.min(nearest[k + 1], (int) invokes[k]);
            }
            int[] gap = new int[count];
            int[] gapSoFar = new int[count + 1];
            BitSet misfits = new BitSet(ops.n);
            for (int k = 0; k < count; k++) {
                run.budget.step();
                int i = (int) byReturn[k];
                int low = furthest[below(returns, ops.inv[i])];
                low = Math.max(low, gapSoFar[below(byReturn, k, ops.inv[i])]);
                int earliest = low;
                int high = nearest[below(invokes, ops.ret[i])];
                int value = ops.kind[i] == RegisterOps.REFUSED ? ops.from[i] : -1;
                if (value >= 0 && end[value] >= 0 && low >= start[value] && low <= end[value]) {
                    low = end[value] + 1;
                }
                if (low > high) {
                    // Leave it where time allows it; the order around it has to change.
                    low = earliest;
                    misfits.set(i);
                }
                gap[k] = low;
                gapSoFar[k + 1] = Math.max(gapSoFar[k], low);
            }
            int[] merged = merge(byReturn, gap);
            if (misfits.isEmpty()) {
                return new Decision.Linearizable(run.indexes(merged));
            }
            Window window = new Window(ops, merged, run.spares(), run.budget);
            for (int p = 0; p < merged.length; p++) {
                if (misfits.get(merged[p])) {
                    if (!window.repair(merged[p], p)) {
                        return run.searchWithoutSpares(merged[p]);
                    }
                }
            }
            return new Decision.Linearizable(run.indexes(window.order()));
        }

        private boolean loose(int i) {
            return ops.kind[i] == RegisterOps.REFUSED || ops.kind[i] == RegisterOps.BLIND;
        }

        private int[] merge(long[] byReturn, int[] gap) {
            long[] byGap = new long[gap.length];
            for (int k = 0; k < gap.length; k++) {
                // Within one gap the order of returns keeps real time.
                byGap[k] = ((long) gap[k] << 32) | k;
            }
            Arrays.sort(byGap);
            int[] merged = new int[base.length + gap.length];
            int count = 0;
            int next = 0;
            for (int p = 0; p <= base.length; p++) {
                while (next < byGap.length && (int) (byGap[next] >>> 32) == p) {
                    merged[count++] = (int) byReturn[(int) byGap[next++]];
                }
                if (p < base.length) {
                    merged[count++] = base[p];
                }
            }
            return merged;
        }

        private static int below(long[] sorted, int rank) {
            return below(sorted, sorted.length, rank);
        }

        /// How many of the first `count` have a rank below this one.
        private static int below(long[] sorted, int count, int rank) {
            int from = 0;
            int to = count;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if ((int) (sorted[middle] >>> 32) < rank) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }
    }
}
