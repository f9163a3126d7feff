package dev.ordeal.checker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An order of operations, by their index in the history, in which a single object would have answered what the clients
/// saw. Operations that are not in it had no effect.
public final class Witness {
    private final @Nullable Object key;
    private final int[] order;

    /// @param key the object that this is about, null when the history has only one
    public Witness(@Nullable Object key, int[] order) {
        this.key = key;
        this.order = order.clone();
    }

    public @Nullable Object key() {
        return key;
    }

    public int size() {
        return order.length;
    }

    /// The index in the history of the operation at a place of the order.
    public int operation(int place) {
        return order[place];
    }

    public int[] order() {
        return order.clone();
    }

    @Override
    public String toString() {
        return "Witness " + key + " " + Arrays.toString(order);
    }
}
