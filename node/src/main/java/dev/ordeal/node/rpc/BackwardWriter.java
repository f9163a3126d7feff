package dev.ordeal.node.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.ordeal.node.raft.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a protobuf message from its last byte to its first, so that nothing need be measured before it is written: the length
/// of a message in a message stands before it, and is known by then. Fields are to be written with falling numbers.
final class BackwardWriter {
    private static final int MOST_VARINT_BYTES = 10;

    /// A text that is longer is quicker to encode as a whole.
    private static final int SHORT = 32;

    private byte[] bytes;

    /// Where what has been written begins; it goes on to the end.
    private int start;

    /// @param room for so many bytes at first
    BackwardWriter(int room) {
        this.bytes = new byte[room];
        this.start = room;
    }

    /// How many bytes have been written: where a message that is to be written [ends][#begin].
    int written() {
        return bytes.length - start;
    }

    /// All that has been written since is the content of a message, and this is its field.
    ///
    /// @param end what [#written] was then
    void begin(int field, int end) {
        varint(written() - end);
        varint((long) field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    /// Bytes that are no field for themselves, as they are.
    void copy(byte[] from, int offset, int length) {
        reserve(length);
        start -= length;
        System.arraycopy(from, offset, bytes, start, length);
    }

    /// A field that is there whatever it says.
    void text(int field, String text) {
        int end = written();
        if (!copyShort(text)) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            copy(utf8, 0, utf8.length);
        }
        begin(field, end);
    }

    /// A short text of ASCII characters, as most keys, values and sessions are: with nothing made of it first.
    ///
    /// @return whether it is one; if not, nothing has been written
    private boolean copyShort(String text) {
        int length = text.length();
        if (length > SHORT) {
            return false;
        }
        reserve(length);
        int at = start - length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return false;
            }
            bytes[at + i] = (byte) c;
        }
        start = at;
        return true;
    }

    /// A field that is there whatever it says.
    void number(int field, long number) {
        varint(number);
        varint((long) field << 3 | WireFormat.WIRETYPE_VARINT);
    }

    /// A field that is left out if it is empty.
    void textIfAny(int field, String text) {
        if (!text.isEmpty()) {
            text(field, text);
        }
    }

    /// A field that is left out if it is 0.
    void numberIfAny(int field, long number) {
        if (number != 0) {
            number(field, number);
        }
    }

    Bytes toBytes() {
        return Bytes.of(Arrays.copyOfRange(bytes, start, bytes.length));
    }

    private void varint(long value) {
        reserve(MOST_VARINT_BYTES);
        if ((value & ~0x7FL) == 0) { // as most are
            bytes[--start] = (byte) value;
            return;
        }
        start -= CodedOutputStream.computeUInt64SizeNoTag(value);
        int at = start;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at] = (byte) rest;
    }

    private void reserve(int more) {
        if (start < more) {
            int written = written();
            byte[] wider = new byte[Math.max(2 * bytes.length, Math.addExact(written, more))];
            System.arraycopy(bytes, start, wider, wider.length - written, written);
            bytes = wider;
            start = wider.length - written;
        }
    }
}
