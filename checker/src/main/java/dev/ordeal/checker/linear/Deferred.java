package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import java.util.Arrays;

/// Uses of optional operations that a search has put off, the furthest first, of these the ones with the fewest optional
/// operations. First comes all that needs none of them, then what needs them where the search got stuck. In depth-first order
/// it would enter heavy configurations before the light ones that make them pointless, and all behind them again and again.
final class Deferred {
    private static final int MOST_COUNTED = (1 << 8) - 1;
    private static final int FURTHEST = (1 << 24) - 1;
    private static final int INDEX_BITS = 31;

    private final Budget budget;

    /// A binary heap: how far from the end, how many optional operations, index into the others.
    private long[] heap = new long[64];

    private int[] configurations = new int[64];
    private int[] operations = new int[64];
    private int waiting;
    private int added;
    private int current = -1;

    Deferred(Budget budget) {
        this.budget = budget;
    }

    /// Puts off taking an optional operation in a configuration that is at a level and has used up these already.
    void add(long[] used, int level, int configuration, int operation) {
        if (added == configurations.length) {
            budget.take(16L * added);
            configurations = Arrays.copyOf(configurations, added * 2);
            operations = Arrays.copyOf(operations, added * 2);
            heap = Arrays.copyOf(heap, added * 2);
        }
        int count = 0;
        for (long word : used) {
            count += Long.bitCount(word);
        }
        long priority =
                ((long) (FURTHEST - Math.min(level, FURTHEST)) << 8)
                        | Math.min(count, MOST_COUNTED);
        configurations[added] = configuration;
        operations[added] = operation;
        up(waiting++, (priority << INDEX_BITS) | added++);
    }

    /// Goes on to the next, if there is one.
    boolean next() {
        if (waiting == 0) {
            return false;
        }
        current = (int) (heap[0] & Integer.MAX_VALUE);
        long last = heap[--waiting];
        if (waiting > 0) {
            down(last);
        }
        return true;
    }

    int configuration() {
        return configurations[current];
    }

    int operation() {
        return operations[current];
    }

    private void up(int start, long key) {
        int place = start;
        while (place > 0 && heap[(place - 1) / 2] > key) {
            heap[place] = heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }
        heap[place] = key;
    }

    private void down(long key) {
        int place = 0;
        for (int child = 1; child < waiting; child = 2 * place + 1) {
            if (child + 1 < waiting && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = key;
    }
}
