package dev.ordeal.node.raft;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Bytes that nobody changes, compared by content. Nothing is copied: whoever calls [#of] gives the array away, and whoever
/// calls [#array] only reads it.
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    public static Bytes of(byte... array) {
        return new Bytes(array);
    }

    public byte[] array() {
        return array;
    }

    public int length() {
        return array.length;
    }

    /// A copy of what stands from `from` on, at most `length` bytes.
    public Bytes slice(int from, int length) {
        return new Bytes(
                Arrays.copyOfRange(
                        array, from, Math.min(array.length, Math.addExact(from, length))));
    }

    /// All of these, one after the other, in one.
    public static Bytes concat(List<Bytes> parts) {
        int length = 0;
        for (var part : parts) length = Math.addExact(length, part.length());
        var whole = new byte[length];
        int at = 0;
        for (var part : parts) {
            System.arraycopy(part.array, 0, whole, at, part.length());
            at += part.length();
        }
        return new Bytes(whole);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(array);
    }
}
