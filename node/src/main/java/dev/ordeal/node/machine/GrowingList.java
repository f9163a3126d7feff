package dev.ordeal.node.machine;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// A list that never changes, and of which one with another element at its end is made without copying it: the two share an
/// array, of which each sees its own beginning. Only a second list made of the same one, or a full array, costs a copy.
///
/// One thread makes lists of lists; any thread that it hands one to may read that one.
final class GrowingList extends AbstractList<String> implements RandomAccess {
    static final GrowingList EMPTY = new GrowingList(new @Nullable String[0], 0);

    /// No element is null: where one is, nobody has added anything.
    private final @Nullable String[] array;

    private final int size;

    private GrowingList(@Nullable String[] array, int size) {
        this.array = array;
        this.size = size;
    }

    /// These elements, and this one behind them.
    GrowingList with(String element) {
        Objects.requireNonNull(element);
        boolean room = size < array.length && array[size] == null;
        @Nullable String[] wider =
                room ? array : Arrays.copyOf(array, Math.max(4, size + size / 2));
        wider[size] = element;
        return new GrowingList(wider, size + 1);
    }

    @Override
    public String get(int index) {
        return Objects.requireNonNull(array[Objects.checkIndex(index, size)]);
    }

    @Override
    public int size() {
        return size;
    }
}
