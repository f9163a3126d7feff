package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import java.util.Arrays;

/// The configurations that a search has been in, packed into arrays: level, state, which open operations are done, which
/// optional ones are used up; and from where, by taking which operation, it came there. They are numbered from 1.
final class Memo {
    private final int doneWords;
    private final int usedWords;
    private final int size;
    private final boolean dominance;
    private final Budget budget;
    private int[] heads = new int[256];
    private int[] next = new int[64];
    private long[] ways = new long[64];
    private long[] entries;
    private int count;

    Memo(int doneWords, int usedWords, boolean dominance, Budget budget) {
        this.doneWords = doneWords;
        this.usedWords = usedWords;
        this.size = 1 + doneWords + usedWords;
        this.dominance = dominance;
        this.budget = budget;
        entries = new long[64 * size];
    }

    /// Remembers a configuration, unless it, or with `dominance` one that used up no more, is known. Answers its number if it
    /// was new, and else 0.
    int add(int level, int state, long[] done, long[] used, int from, int by) {
        long head = ((long) level << 32) | state;
        long hash = head;
        for (int w = 0; w < doneWords; w++) {
            hash = mix(hash ^ done[w]);
        }
        if (!dominance) {
            for (int w = 0; w < usedWords; w++) {
                hash = mix(hash ^ used[w]);
            }
        }
        int bucket = (int) mix(hash) & (heads.length - 1);
        for (int e = heads[bucket]; e != 0; e = next[e - 1]) {
            int entry = (e - 1) * size;
            if (entries[entry] == head
                    && Arrays.equals(entries, entry + 1, entry + 1 + doneWords, done, 0, doneWords)
                    && isNoMore(entry + 1 + doneWords, used)) {
                return 0;
            }
        }
        if (count == next.length) {
            grow();
            bucket = (int) mix(hash) & (heads.length - 1);
        }
        int entry = count * size;
        entries[entry] = head;
        System.arraycopy(done, 0, entries, entry + 1, doneWords);
        System.arraycopy(used, 0, entries, entry + 1 + doneWords, usedWords);
        next[count] = heads[bucket];
        ways[count] = ((long) from << 32) | (by & 0xFFFF_FFFFL);
        heads[bucket] = ++count;
        return count;
    }

    int level(int configuration) {
        return (int) (entries[(configuration - 1) * size] >>> 32);
    }

    int state(int configuration) {
        return (int) entries[(configuration - 1) * size];
    }

    void load(int configuration, long[] done, long[] used) {
        int entry = (configuration - 1) * size;
        System.arraycopy(entries, entry + 1, done, 0, doneWords);
        System.arraycopy(entries, entry + 1 + doneWords, used, 0, usedWords);
    }

    /// The configuration before, or 0.
    int from(int configuration) {
        return configuration == 0 ? 0 : (int) (ways[configuration - 1] >>> 32);
    }

    /// What was taken there.
    int by(int configuration) {
        return (int) ways[configuration - 1];
    }

    private boolean isNoMore(int from, long[] used) {
        for (int w = 0; w < usedWords; w++) {
            long known = entries[from + w];
            if (dominance ? (known & ~used[w]) != 0 : known != used[w]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        long now = 8L * (entries.length + ways.length) + 4L * (next.length + heads.length);
        if (16L * entries.length > Integer.MAX_VALUE * 8L) {
            throw new Exhausted("it remembers more than fits into one array");
        }
        // While it is copied, both are there.
        budget.take(2 * now);
        entries = Arrays.copyOf(entries, entries.length * 2);
        next = Arrays.copyOf(next, next.length * 2);
        ways = Arrays.copyOf(ways, ways.length * 2);
        heads = new int[heads.length * 2];
        for (int e = 1; e <= count; e++) {
            int from = (e - 1) * size;
            long hash = entries[from];
            for (int w = 0; w < (dominance ? doneWords : doneWords + usedWords); w++) {
                hash = mix(hash ^ entries[from + 1 + w]);
            }
            int bucket = (int) mix(hash) & (heads.length - 1);
            next[e - 1] = heads[bucket];
            heads[bucket] = e;
        }
        budget.giveBack(now);
    }

    private static long mix(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 31);
    }
}
