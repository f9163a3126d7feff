package dev.ordeal.checker.linear;

/// Longs to numbers other than 0, open addressing, no removal. Keys are 0 or more; 0 means "not there".
final class LongIntMap {
    private long[] keys = new long[64];
    private int[] values = new int[64];
    private int size;

    int get(long key) {
        int mask = keys.length - 1;
        int slot = spread(key) & mask;
        while (values[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return values[slot];
    }

    /// Puts a pair; answers by how many bytes the map grew.
    long put(long key, int value) {
        int mask = keys.length - 1;
        int slot = spread(key) & mask;
        while (values[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        if (values[slot] != 0) {
            values[slot] = value;
            return 0;
        }
        keys[slot] = key;
        values[slot] = value;
        return ++size * 2 > keys.length ? grow() : 0;
    }

    private long grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[keys.length];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != 0) {
                int slot = spread(oldKeys[i]) & mask;
                while (values[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
        return 12L * oldKeys.length;
    }

    private static int spread(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
