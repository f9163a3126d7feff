package dev.ordeal.checker.linear;

import java.util.Arrays;

/// Numbers at places, of which the smallest in a range of places is found in O(log n).
final class MinimumTree {
    private static final int NOTHING = Integer.MAX_VALUE;

    private final int[] numbers;
    private final int size;

    /// By node of the tree: a place below it that holds the smallest number.
    private final int[] best;

    /// Makes a tree in which no place holds anything.
    MinimumTree(int places) {
        size = Math.max(1, Integer.highestOneBit(Math.max(1, places) * 2 - 1));
        numbers = new int[size];
        Arrays.fill(numbers, NOTHING);
        best = new int[2 * size];
        for (int node = 2 * size - 1; node > 0; node--) {
            best[node] = node >= size ? node - size : best[2 * node];
        }
    }

    /// Puts a number other than the largest `int`.
    void put(int place, int number) {
        numbers[place] = number;
        for (int node = (place + size) >> 1; node > 0; node >>= 1) {
            best[node] = smaller(best[2 * node], best[2 * node + 1]);
        }
    }

    void remove(int place) {
        put(place, NOTHING);
    }

    /// The place from `from` to `to` (exclusive) that holds the smallest number, or -1 when none holds any.
    int smallest(int from, int to) {
        int found = -1;
        for (int low = from + size, high = to + size; low < high; low >>= 1, high >>= 1) {
            if ((low & 1) == 1) {
                found = found < 0 ? best[low] : smaller(found, best[low]);
                low++;
            }
            if ((high & 1) == 1) {
                high--;
                found = found < 0 ? best[high] : smaller(found, best[high]);
            }
        }
        return found < 0 || numbers[found] == NOTHING ? -1 : found;
    }

    private int smaller(int a, int b) {
        return numbers[b] < numbers[a] ? b : a;
    }
}
