package dev.ordeal.checker.linear;

/// How many of some ranges cover each place; ranges are taken away one by one, and uncovered places found, in O(log n).
final class Coverage {
    private final int size;

    /// By node of the tree: the least coverage below it by ranges that do not cover more than the node, and the number of
    /// ranges that cover it as a whole but not its parent.
    private final int[] least;

    private final int[] whole;

    Coverage(int places) {
        size = Math.max(1, Integer.highestOneBit(Math.max(1, places) * 2 - 1));
        least = new int[2 * size];
        whole = new int[2 * size];
    }

    void cover(int from, int to) {
        change(1, 0, size, from, to, 1);
    }

    void uncover(int from, int to) {
        change(1, 0, size, from, to, -1);
    }

    private void change(int node, int low, int high, int from, int to, int by) {
        if (to <= low || high <= from) {
            return;
        }
        if (from <= low && high <= to) {
            whole[node] += by;
        } else {
            int middle = (low + high) >>> 1;
            change(2 * node, low, middle, from, to, by);
            change(2 * node + 1, middle, high, from, to, by);
        }
        least[node] =
                whole[node] + (node >= size ? 0 : Math.min(least[2 * node], least[2 * node + 1]));
    }

    /// The first place from `from` to `to` (exclusive) that nothing covers, or `to`.
    int firstBare(int from, int to) {
        return firstBare(1, 0, size, from, to);
    }

    private int firstBare(int node, int low, int high, int from, int to) {
        if (to <= low || high <= from || least[node] > 0) {
            return to;
        }
        if (node >= size) {
            return low;
        }
        int middle = (low + high) >>> 1;
        int found = firstBare(2 * node, low, middle, from, to);
        return found < to ? found : firstBare(2 * node + 1, middle, high, from, to);
    }
}
