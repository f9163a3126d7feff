package dev.ordeal.checker.history;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Values as small numbers: equal values have equal numbers, from 0 upward in order of first appearance.
///
/// Every value is kept once, encoded in one byte array, so that ten million different ones take about 30 bytes each and
/// no objects. [#ABSENT] is always number 0; [#NONE] stands for "no value". Not safe for use by several threads while
/// values are added; safe to read afterwards.
public final class Values {
    /// The number of the value *absent* (`null`).
    public static final int ABSENT = 0;

    /// In place of a number where there is no value.
    public static final int NONE = -1;

    private static final int REMEMBERED = 1 << 10;
    private static final int LONGEST_REMEMBERED = 1 << 9;
    private static final int RECENT_BITS = 10;
    private static final int RECENT_LISTS = 1 << 6;
    private static final int SMALL_NUMBERS = 1 << 9;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte TAG_ABSENT = 0;
    private static final byte TAG_LONG = 1;
    private static final byte TAG_TEXT = 2;
    private static final byte TAG_LIST = 3;
    private static final byte TAG_MAP = 4;
    private static final byte TAG_DOUBLE = 5;
    private static final byte TAG_FALSE = 6;
    private static final byte TAG_TRUE = 7;

    private byte[] bytes = new byte[1 << 12];
    private int[] offsets = new int[(1 << 8) + 1];
    private int size;

    /// Texts among the first numbers, once they were told or asked for, and lists of texts, once they were asked for, unless they are
    /// long: among them are the names of operations and of keys, and what many read, which judges ask for again and again. A
    /// number's value never changes, and what several threads make of it is equal and immutable.
    private final @Nullable Object[] remembered = new @Nullable Object[REMEMBERED];

    /// The texts that were told last, each at its hash, and their numbers: the names of operations and nodes, keys, and the
    /// elements of lists that grow are told again and again.
    private final @Nullable String[] recent = new String[1 << RECENT_BITS];

    private final int[] recentNumbers = new int[1 << RECENT_BITS];

    /// The list that was told last of those whose first element has a number that ends like this place: a list that grows is told
    /// again and again with the same beginning.
    private final int[] recentLists = new int[RECENT_LISTS];

    /// Of the integers from 0 that were told: one more than their numbers. Processes are told with every event.
    private final int[] small = new int[SMALL_NUMBERS];

    /// Open addressing: upper half the hash, lower half the number plus one; 0 is free.
    private long[] table = new long[1 << 9];

    public Values() {
        bytes[0] = TAG_ABSENT;
        keep(1);
    }

    /// How many different values there are, *absent* included.
    public int size() {
        return size;
    }

    /// The number of any value: null, Boolean, integers, Double, text, lists and maps of these.
    public int of(@Nullable Object value) {
        return switch (value) {
            case null -> ABSENT;
            case Long number -> ofLong(number);
            case Integer number -> ofLong(number);
            case Short number -> ofLong(number);
            case Byte number -> ofLong(number);
            case String text -> ofText(text);
            case Boolean bool -> ofTag(bool ? TAG_TRUE : TAG_FALSE);
            case Double number -> ofDouble(number);
            case Float number -> ofDouble(number);
            case List<?> list -> ofList(list);
            case Map<?, ?> map -> ofMap(map);
            default -> ofText(value.toString());
        };
    }

    public int ofLong(long value) {
        if (value < 0 || value >= SMALL_NUMBERS) {
            return encoded(value);
        }
        if (small[(int) value] == 0) {
            small[(int) value] = encoded(value) + 1;
        }
        return small[(int) value] - 1;
    }

    private int encoded(long value) {
        int at = reserve(9);
        bytes[at] = TAG_LONG;
        LONGS.set(bytes, at + 1, value);
        return keep(9);
    }

    private int ofDouble(double value) {
        int at = reserve(9);
        bytes[at] = TAG_DOUBLE;
        LONGS.set(bytes, at + 1, Double.doubleToLongBits(value));
        return keep(9);
    }

    private int ofTag(byte tag) {
        bytes[reserve(1)] = tag;
        return keep(1);
    }

    public int ofText(String text) {
        // Texts that are counted up ("17", "18") have hashes close together: multiplying spreads
        // them.
        int place = (text.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - RECENT_BITS);
        if (!text.equals(recent[place])) {
            recentNumbers[place] = encoded(text);
            recent[place] = text;
        }
        return recentNumbers[place];
    }

    private int encoded(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int at = reserve(utf8.length + 1);
        bytes[at] = TAG_TEXT;
        System.arraycopy(utf8, 0, bytes, at + 1, utf8.length);
        int number = keep(utf8.length + 1);
        if (number < remembered.length) {
            remembered[number] = text;
        }
        return number;
    }

    /// Like [#ofText(String)], without making a string when the text is ASCII.
    int ofText(char[] text, int from, int length) {
        int at = reserve(length + 1);
        bytes[at] = TAG_TEXT;
        for (int i = 0; i < length; i++) {
            char c = text[from + i];
            if (c >= 128) {
                return ofText(new String(text, from, length));
            }
            bytes[at + 1 + i] = (byte) c;
        }
        return keep(length + 1);
    }

    private int ofList(List<?> list) {
        int count = list.size();
        if (count == 0) {
            return ofList(new int[0], 0);
        }
        int[] numbers = new int[count];
        numbers[0] = of(list.get(0));
        int place = numbers[0] & (RECENT_LISTS - 1);
        int former = recentLists[place];
        int known = isList(former) ? listSize(former) : 0;
        boolean same = known == count && element(former, 0) == numbers[0];
        for (int i = 1; i < count; i++) {
            Object element = list.get(i);
            int likely = i < known ? element(former, i) : ABSENT;
            if (likely < remembered.length
                    && element instanceof String text
                    && text.equals(remembered[likely])) {
                // The next list most likely has this very object, which is equal at a glance.
                remembered[likely] = text;
                numbers[i] = likely;
            } else {
                numbers[i] = of(element);
                same &= numbers[i] == likely;
            }
        }
        if (same) {
            return former;
        }
        recentLists[place] = ofList(numbers, count);
        return recentLists[place];
    }

    /// The number of the list whose elements have these numbers.
    public int ofList(int[] elements, int count) {
        int length = 1 + 4 * count;
        int at = reserve(length);
        bytes[at] = TAG_LIST;
        for (int i = 0; i < count; i++) {
            INTS.set(bytes, at + 1 + 4 * i, elements[i]);
        }
        return keep(length);
    }

    private int ofMap(Map<?, ?> map) {
        int[] numbers = new int[2 * map.size()];
        long[] pairs = new long[map.size()];
        int i = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            pairs[i++] = ((long) of(entry.getKey()) << 32) | of(entry.getValue());
        }
        Arrays.sort(pairs);
        for (int j = 0; j < pairs.length; j++) {
            numbers[2 * j] = (int) (pairs[j] >>> 32);
            numbers[2 * j + 1] = (int) pairs[j];
        }
        int length = 1 + 4 * numbers.length;
        int at = reserve(length);
        bytes[at] = TAG_MAP;
        for (int j = 0; j < numbers.length; j++) {
            INTS.set(bytes, at + 1 + 4 * j, numbers[j]);
        }
        return keep(length);
    }

    /// The value with this number; lists and maps cannot be changed.
    public @Nullable Object get(int number) {
        Object known = known(number);
        return known != null ? known : decoded(number, null);
    }

    /// The same with something in the place of null, also inside lists, but not inside maps.
    public Object get(int number, Object absent) {
        Object known = known(number);
        return known != null ? known : Objects.requireNonNull(decoded(number, absent));
    }

    private @Nullable Object known(int number) {
        return number < remembered.length ? remembered[number] : null;
    }

    /// @param absent in the place of null, also inside lists
    private @Nullable Object decoded(int number, @Nullable Object absent) {
        int at = offsets[number];
        int end = offsets[number + 1];
        return switch (bytes[at]) {
            case TAG_ABSENT -> absent;
            case TAG_LONG -> (Long) (long) LONGS.get(bytes, at + 1);
            case TAG_TEXT -> text(number, at + 1, end);
            case TAG_FALSE -> false;
            case TAG_TRUE -> true;
            case TAG_DOUBLE -> (Double) Double.longBitsToDouble((long) LONGS.get(bytes, at + 1));
            case TAG_LIST -> list(number, absent);
            case TAG_MAP -> {
                Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = at + 1; i < end; i += 8) {
                    map.put(get((int) INTS.get(bytes, i)), get((int) INTS.get(bytes, i + 4)));
                }
                yield Collections.unmodifiableMap(map);
            }
            default -> throw new IllegalStateException("value " + number + " has tag " + bytes[at]);
        };
    }

    private List<@Nullable Object> list(int number, @Nullable Object absent) {
        @Nullable Object[] elements = new @Nullable Object[listSize(number)];
        boolean texts = true;
        boolean nulls = false;
        for (int place = 0; place < elements.length; place++) {
            int element = element(number, place);
            Object known = known(element);
            elements[place] = known != null ? known : decoded(element, absent);
            texts &= element != ABSENT && elements[place] instanceof String;
            nulls |= elements[place] == null;
        }
        List<@Nullable Object> list =
                nulls ? Collections.unmodifiableList(Arrays.asList(elements)) : List.of(elements);
        if (texts && number < remembered.length && elements.length <= LONGEST_REMEMBERED) {
            remembered[number] = list;
        }
        return list;
    }

    private String text(int number, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (number < remembered.length) {
            remembered[number] = text;
        }
        return text;
    }

    /// The number of a value if it has one, else [#NONE]; adds nothing.
    public int find(@Nullable Object value) {
        // Few values are ever looked for this way, so that a scan does, and leaves this object as
        // it is.
        for (int number = 0; number < size; number++) {
            if (Objects.equals(get(number), value)) {
                return number;
            }
        }
        return NONE;
    }

    public boolean isList(int number) {
        return number >= 0 && bytes[offsets[number]] == TAG_LIST;
    }

    public boolean isLong(int number) {
        return number >= 0 && bytes[offsets[number]] == TAG_LONG;
    }

    /// The integer with this number; only where [#isLong].
    public long asLong(int number) {
        return (long) LONGS.get(bytes, offsets[number] + 1);
    }

    /// How many elements a list has.
    public int listSize(int list) {
        return (offsets[list + 1] - offsets[list] - 1) / 4;
    }

    /// The number of an element of a list.
    public int element(int list, int position) {
        return (int) INTS.get(bytes, offsets[list] + 1 + 4 * position);
    }

    /// Whether the elements of a list begin with those of another.
    public boolean begins(int list, int other) {
        int length = 4 * listSize(other);
        int from = offsets[list] + 1;
        int otherFrom = offsets[other] + 1;
        return listSize(list) >= listSize(other)
                && Arrays.equals(bytes, from, from + length, bytes, otherFrom, otherFrom + length);
    }

    /// Makes room behind the last value and says where it begins.
    private int reserve(int length) {
        int at = offsets[size];
        long needed = (long) at + length;
        if (needed > bytes.length) {
            if (needed > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException(
                        "the values of this history take more than 2 GiB: judge it in parts");
            }
            bytes =
                    Arrays.copyOf(
                            bytes,
                            (int)
                                    Math.min(
                                            Integer.MAX_VALUE - 16,
                                            Math.max(needed, at + (at >> 1) + 64L)));
        }
        return at;
    }

    /// Looks up what was just encoded behind the last value, and keeps it only if it is new.
    private int keep(int length) {
        int at = offsets[size];
        int hash = hash(at, length);
        int mask = table.length - 1;
        int slot = hash & mask;
        while (true) {
            long entry = table[slot];
            if (entry == 0) {
                break;
            }
            if ((int) (entry >>> 32) == hash) {
                int candidate = (int) entry - 1;
                int from = offsets[candidate];
                if (offsets[candidate + 1] - from == length
                        && Arrays.equals(bytes, from, from + length, bytes, at, at + length)) {
                    return candidate;
                }
            }
            slot = (slot + 1) & mask;
        }
        int number = size++;
        table[slot] = ((long) hash << 32) | (number + 1);
        if (size + 1 >= offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length + (offsets.length >> 1));
        }
        offsets[size] = at + length;
        if (size * 2L > table.length) {
            grow();
        }
        return number;
    }

    private void grow() {
        long[] old = table;
        table = new long[old.length * 2];
        int mask = table.length - 1;
        for (long entry : old) {
            if (entry != 0) {
                int slot = (int) (entry >>> 32) & mask;
                while (table[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                table[slot] = entry;
            }
        }
    }

    private int hash(int at, int length) {
        long hash = length;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            hash = mix(hash ^ (long) LONGS.get(bytes, at + i));
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = (rest << 8) | (bytes[at + i] & 0xff);
        }
        hash = mix(hash ^ rest);
        return (int) (hash ^ (hash >>> 32));
    }

    private static long mix(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 32);
    }
}
