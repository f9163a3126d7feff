package dev.ordeal.checker.online;

import org.jspecify.annotations.Nullable;

/// Blocks in the order of their first returns, which is the order in which they come. Answers which of the first so many has
/// the last invocation: a tree of maxima over a window that slides, O(log n) a question.
final class Recent {
    private int capacity = 16;

    /// Leaves from `capacity` on; of each inner node, the block below it that was invoked last.
    private @Nullable Block[] tree = new @Nullable Block[2 * capacity];

    private int head;
    private int end;

    void add(Block block) {
        if (end == capacity) {
            makeRoom();
        }
        block.slot = end++;
        raised(block);
    }

    /// A block was invoked once more.
    void raised(Block block) {
        int node = block.slot + capacity;
        tree[node] = block;
        for (node /= 2; node > 0; node /= 2) {
            Block best = tree[node];
            if (best != null && best.lastInvoke > block.lastInvoke) {
                return;
            }
            tree[node] = block;
        }
    }

    @Nullable Block oldest() {
        return head < end ? tree[head + capacity] : null;
    }

    void removeOldest() {
        Block oldest = tree[head + capacity];
        if (oldest != null) {
            oldest.slot = -1;
        }
        head++;
    }

    /// Of all blocks but one whose first return lies before an event, that with the last invocation.
    @Nullable Block latest(long before, Block but) {
        int to = returnedBefore(before);
        if (but.slot < head || but.slot >= to) {
            return latest(head, to);
        }
        return later(latest(head, but.slot), latest(but.slot + 1, to));
    }

    private int returnedBefore(long event) {
        int low = head;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            Block block = tree[middle + capacity];
            if (block != null && block.firstReturn < event) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private @Nullable Block latest(int from, int to) {
        Block best = null;
        int left = from + capacity;
        for (int right = to + capacity; left < right; left /= 2, right /= 2) {
            if ((left & 1) == 1) {
                best = later(best, tree[left++]);
            }
            if ((right & 1) == 1) {
                best = later(best, tree[--right]);
            }
        }
        return best;
    }

    private static @Nullable Block later(@Nullable Block one, @Nullable Block other) {
        return one == null || (other != null && other.lastInvoke > one.lastInvoke) ? other : one;
    }

    private void makeRoom() {
        @Nullable Block[] old = tree;
        int oldCapacity = capacity;
        int from = head;
        int to = end;
        if ((to - from) * 2 > capacity) {
            capacity *= 2;
        }
        tree = new @Nullable Block[2 * capacity];
        head = 0;
        end = 0;
        for (int slot = from; slot < to; slot++) {
            Block block = old[slot + oldCapacity];
            if (block != null) {
                add(block);
            }
        }
    }
}
