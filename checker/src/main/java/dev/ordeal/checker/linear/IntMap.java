package dev.ordeal.checker.linear;

import java.util.Arrays;

/// Numbers to numbers, open addressing, no removal. Keys and values are 0 or more.
final class IntMap {
    private int[] keys;
    private int[] values;
    private int size;

    IntMap(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected) * 2 - 1) * 2;
        keys = new int[capacity];
        Arrays.fill(keys, -1);
        values = new int[capacity];
    }

    int size() {
        return size;
    }

    /// The value, or -1.
    int get(int key) {
        int mask = keys.length - 1;
        for (int slot = spread(key) & mask; ; slot = (slot + 1) & mask) {
            if (keys[slot] == key) {
                return values[slot];
            }
            if (keys[slot] < 0) {
                return -1;
            }
        }
    }

    /// The value under the key, after putting this one there if there was none.
    int putIfAbsent(int key, int value) {
        int mask = keys.length - 1;
        int slot = spread(key) & mask;
        for (; keys[slot] >= 0; slot = (slot + 1) & mask) {
            if (keys[slot] == key) {
                return values[slot];
            }
        }
        keys[slot] = key;
        values[slot] = value;
        if (++size * 2 > keys.length) {
            grow();
        }
        return value;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        Arrays.fill(keys, -1);
        values = new int[keys.length];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] >= 0) {
                int slot = spread(oldKeys[i]) & mask;
                while (keys[slot] >= 0) {
                    slot = (slot + 1) & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int spread(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }
}
