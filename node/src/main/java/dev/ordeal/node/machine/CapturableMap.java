package dev.ordeal.node.machine;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A map that can be captured in no time, however large it is. Map and captures share what has not changed since: the map is
/// kept in many small ones, and the first change to one of them after a capture copies that one.
///
/// One thread owns the map; a capture never changes and may be read by any thread it is handed to.
final class CapturableMap<V> {
    private static final int SHARD_BITS = 10;
    private static final int SHARDS = 1 << SHARD_BITS;

    private final List<Map<String, V>> shards = new ArrayList<>(SHARDS);

    /// Which of them no capture has.
    private final BitSet own = new BitSet(SHARDS);

    private int size;

    CapturableMap() {
        clear();
    }

    @Nullable V get(String key) {
        return shards.get(shard(key)).get(key);
    }

    void put(String key, V value) {
        size += own(key).put(key, value) == null ? 1 : 0;
    }

    void remove(String key) {
        size -= own(key).remove(key) == null ? 0 : 1;
    }

    void clear() {
        shards.clear();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new HashMap<>());
        }
        own.set(0, SHARDS);
        size = 0;
    }

    /// What the map holds now.
    ///
    /// @param shown makes of a value what the capture shows, each time anew; on the thread that looks
    <T> Map<String, T> capture(Function<V, T> shown) {
        own.clear();
        return new Capture<>(List.copyOf(shards), size, shown);
    }

    private Map<String, V> own(String key) {
        int shard = shard(key);
        if (!own.get(shard)) {
            shards.set(shard, new HashMap<>(shards.get(shard)));
            own.set(shard);
        }
        return shards.get(shard);
    }

    /// By the upper bits of a product: the maps in the shards go by the lower bits of the hash.
    private static int shard(String key) {
        return (key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - SHARD_BITS);
    }

    /// What a map held when it was captured.
    static final class Capture<V, T> extends AbstractMap<String, T> {
        private final List<Map<String, V>> shards;
        private final int size;
        private final Function<V, T> shown;

        private Capture(List<Map<String, V>> shards, int size, Function<V, T> shown) {
            this.shards = shards;
            this.size = size;
            this.shown = shown;
        }

        @Override
        public @Nullable T get(@Nullable Object key) {
            V value = key instanceof String text ? shards.get(shard(text)).get(text) : null;
            return value == null ? null : shown.apply(value);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key instanceof String text && shards.get(shard(text)).containsKey(text);
        }

        @Override
        public Set<Entry<String, T>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, T>> iterator() {
                    return shards.stream()
                            .flatMap(shard -> shard.entrySet().stream())
                            .map(entry -> Map.entry(entry.getKey(), shown.apply(entry.getValue())))
                            .iterator();
                }

                @Override
                public int size() {
                    return size;
                }
            };
        }
    }
}
