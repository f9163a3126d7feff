package dev.ordeal.node.machine;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A map that can be captured in no time, however large it is. Map and captures share what has not changed since: the map is
/// kept in small ones, more and more of them as it grows up to a thousand, and the first change to one of them after a capture
/// copies that one.
///
/// One thread owns the map; a capture never changes and may be read by any thread it is handed to.
final class CapturableMap<V> {
    private static final int MOST_SHARDS = 1 << 10;

    /// With more keys than this to a shard there are twice as many shards, up to the most.
    private static final int KEYS_A_SHARD = 16;

    /// A power of two. Those without a key are all the same one.
    private List<Map<String, V>> shards = empty(1);

    /// Which of them no capture has, nor another shard.
    private final BitSet own = new BitSet();

    private int size;

    private static <V> List<Map<String, V>> empty(int shards) {
        return new ArrayList<>(Collections.nCopies(shards, Map.of()));
    }

    @Nullable V get(String key) {
        return shards.get(shard(key, shards)).get(key);
    }

    void put(String key, V value) {
        if (own(key).put(key, value) == null) {
            size++;
            if (size > KEYS_A_SHARD * shards.size() && shards.size() < MOST_SHARDS) {
                spread(2 * shards.size());
            }
        }
    }

    /// Over so many shards, of which no capture has any.
    private void spread(int count) {
        List<Map<String, V>> before = shards;
        shards = empty(count);
        own.clear();
        for (Map<String, V> shard : before) {
            shard.forEach((key, value) -> own(key).put(key, value));
        }
    }

    void remove(String key) {
        size -= own(key).remove(key) == null ? 0 : 1;
    }

    void clear() {
        shards = empty(1);
        own.clear();
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
        int shard = shard(key, shards);
        if (!own.get(shard)) {
            shards.set(shard, new HashMap<>(shards.get(shard)));
            own.set(shard);
        }
        return shards.get(shard);
    }

    /// By the upper bits of a product: the maps in the shards go by the lower bits of the hash.
    private static int shard(String key, List<?> shards) {
        int bits = Integer.numberOfTrailingZeros(shards.size());
        return bits == 0 ? 0 : (key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - bits);
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
            V value = key instanceof String text ? shards.get(shard(text, shards)).get(text) : null;
            return value == null ? null : shown.apply(value);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key instanceof String text && shards.get(shard(text, shards)).containsKey(text);
        }

        @Override
        public Set<Entry<String, T>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, T>> iterator() {
                    return new Entries();
                }

                @Override
                public int size() {
                    return size;
                }
            };
        }

        /// By hand: a stream over many small maps costs more than what is in most of them.
        private final class Entries implements Iterator<Entry<String, T>> {
            private int next;
            private Iterator<Entry<String, V>> inShard = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!inShard.hasNext() && next < shards.size()) {
                    Map<String, V> shard = shards.get(next++);
                    if (!shard.isEmpty()) {
                        inShard = shard.entrySet().iterator();
                    }
                }
                return inShard.hasNext();
            }

            @Override
            public Entry<String, T> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Entry<String, V> entry = inShard.next();
                return Map.entry(entry.getKey(), shown.apply(entry.getValue()));
            }
        }
    }
}
