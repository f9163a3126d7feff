package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import java.util.Arrays;
import java.util.BitSet;

/// Puts stretches of a witness of a register into another order, so that refused compare-and-sets in them fit too. Only
/// a stretch changes: the value before it and the value after it stay, and so does everything outside; an unknown write
/// that nobody needs (a *spare*) may be put in. Tries orders under a small bound; finding none means nothing.
final class Window {
    private static final int LARGEST = 62;
    private static final int MOST_STEPS = 50_000;

    private final RegisterOps ops;
    private final Budget budget;

    /// Spare writes in the order of their invocations.
    private final int[] spares;

    private final BitSet spent = new BitSet();
    private int[] order;
    private int length;

    private final int[] members = new int[LARGEST + 1];
    private final long[] before = new long[LARGEST + 1];
    private final int[] found = new int[LARGEST + 1];

    /// Configurations that were tried, hashed together with the number of the attempt, so that it need not be emptied.
    private final long[] seen = new long[1 << 17];

    private long attempt;
    private int size;
    private long wanted;
    private int last;
    private boolean lastMatters;
    private int steps;

    /// @param order places in the part, valid in real time
    /// @param spares unknown writes that are not in the order, by invocation
    Window(RegisterOps ops, int[] order, int[] spares, Budget budget) {
        this.ops = ops;
        this.budget = budget;
        this.order = order.clone();
        this.length = order.length;
        this.spares = spares;
    }

    int[] order() {
        return Arrays.copyOf(order, length);
    }

    /// Makes an operation fit that stood at this position before others were moved, if it does not already.
    boolean repair(int operation, int position) {
        int p = position;
        for (int away = 1; p >= length || order[p] != operation; away++) {
            p =
                    position + away < length && order[position + away] == operation
                            ? position + away
                            : Math.max(0, position - away);
        }
        if (fits(operation, valueBefore(p))) {
            return true;
        }
        for (int reach = 8; ; reach = Math.min(LARGEST / 2, reach * 2)) {
            int from = Math.max(0, p - reach);
            int to = Math.min(length, p + reach);
            if (reorder(from, to, -1) || reorder(from, to, spare(from, to))) {
                return true;
            }
            if (reach == LARGEST / 2) {
                return false;
            }
        }
    }

    private int valueBefore(int position) {
        for (int p = position - 1; p >= 0; p--) {
            budget.step();
            if (ops.to[order[p]] >= 0) {
                return ops.to[order[p]];
            }
        }
        return 0;
    }

    /// The last spare that was invoked before everything in a stretch, so that nothing behind the stretch had returned
    /// before it; or -1.
    private int spare(int from, int to) {
        int earliest = Integer.MAX_VALUE;
        for (int p = from; p < to; p++) {
            earliest = Math.min(earliest, ops.inv[order[p]]);
        }
        int best = -1;
        for (int k = 0; k < spares.length && ops.inv[spares[k]] < earliest; k++) {
            best = spent.get(k) ? best : k;
        }
        return best;
    }

    /// @param spare index of a spare that may be put in, or -1 for none
    private boolean reorder(int from, int to, int spare) {
        size = to - from;
        wanted = -1L >>> -size;
        int value = valueBefore(from);
        last = value;
        for (int k = 0; k < size; k++) {
            members[k] = order[from + k];
            last = ops.to[members[k]] >= 0 ? ops.to[members[k]] : last;
        }
        if (spare >= 0) {
            members[size++] = spares[spare];
        }
        // What follows may rest on the last value until a write replaces it.
        lastMatters = to < length && ops.kind[order[to]] != RegisterOps.WRITE;
        for (int k = 0; k < size; k++) {
            before[k] = 0;
            for (int j = 0; j < size; j++) {
                if (ops.ret[members[j]] != History.NEVER
                        && ops.ret[members[j]] < ops.inv[members[k]]) {
                    before[k] |= 1L << j;
                }
            }
        }
        steps = 0;
        attempt++;
        int placed = place(0, 0, value);
        if (placed < 0) {
            return false;
        }
        int more = placed - (to - from);
        if (more > 0) {
            spent.set(spare);
            if (length + more > order.length) {
                order = Arrays.copyOf(order, order.length + spares.length);
            }
            System.arraycopy(order, to, order, to + more, length - to);
            length += more;
        }
        System.arraycopy(found, 0, order, from, placed);
        return true;
    }

    /// How many operations the order in `found` has, or -1.
    private int place(long done, int count, int value) {
        budget.step();
        int placed = count;
        long now = done;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int k = 0; k < size; k++) {
                int i = members[k];
                if (!writes(i)
                        && (now & 1L << k) == 0
                        && (before[k] & ~now) == 0
                        && fits(i, value)) {
                    now |= 1L << k;
                    found[placed++] = i;
                    changed = true;
                }
            }
        }
        if ((now & wanted) == wanted) {
            return !lastMatters || value == last ? placed : -1;
        }
        long key = mix(mix(now) + value) + attempt;
        int slot = (int) (mix(key) >>> 32) & (seen.length - 1);
        // A wrong hit only makes this find nothing.
        if (seen[slot] == key || ++steps > MOST_STEPS) {
            return -1;
        }
        seen[slot] = key;
        for (int k = 0; k < size; k++) {
            int i = members[k];
            if (writes(i)
                    && (now & 1L << k) == 0
                    && (before[k] & ~now & wanted) == 0
                    && fits(i, value)) {
                found[placed] = i;
                int all = place(now | 1L << k, placed + 1, ops.to[i]);
                if (all >= 0) {
                    return all;
                }
            }
        }
        return -1;
    }

    private static long mix(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 32);
    }

    private boolean writes(int i) {
        return ops.kind[i] == RegisterOps.WRITE || ops.kind[i] == RegisterOps.CAS;
    }

    private boolean fits(int i, int value) {
        return switch (ops.kind[i]) {
            case RegisterOps.READ, RegisterOps.CAS -> ops.from[i] == value;
            case RegisterOps.REFUSED -> ops.from[i] != value;
            default -> true;
        };
    }
}
