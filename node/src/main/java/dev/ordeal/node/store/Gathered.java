package dev.ordeal.node.store;

import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Position;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The frame that is being filled: what was stored, one after the other ([Replay] reads it).
///
/// ```
/// payload = ( after:long count:int ( term:long kind:byte length:int payload )* )*
/// ```
final class Gathered {
    private static final int STORE_BYTES = 12;
    private static final int ENTRY_BYTES = 13;

    private ByteBuffer bytes = ByteBuffer.allocate(1 << 10);
    private @Nullable Position end;

    int size() {
        return bytes.position();
    }

    /// Where the log ends after what was added last; null if that only cut entries off, which does not tell.
    @Nullable Position end() {
        return end;
    }

    void add(StoreEntries store) {
        reserve(STORE_BYTES);
        bytes.putLong(store.afterIndex()).putInt(store.entries().size());
        for (Entry entry : store.entries()) {
            byte[] payload = entry.payload().array();
            if (payload.length > Disk.MAX_ENTRY_BYTES) {
                throw new IllegalArgumentException("an entry of " + payload.length + " bytes");
            }
            reserve(ENTRY_BYTES + payload.length);
            bytes.putLong(entry.term()).put(code(entry.kind())).putInt(payload.length).put(payload);
        }
        end = store.entries().isEmpty() ? null : store.entries().getLast().position();
    }

    /// The payload of a frame, valid until something is added.
    ByteBuffer take() {
        ByteBuffer taken = bytes.duplicate().flip();
        bytes.clear();
        return taken;
    }

    private void reserve(int more) {
        if (bytes.remaining() < more) {
            int needed = bytes.position() + more;
            bytes = ByteBuffer.allocate(Math.max(needed, 2 * bytes.capacity())).put(bytes.flip());
        }
    }

    private static byte code(Entry.Kind kind) {
        return switch (kind) {
            case NOOP -> 1;
            case COMMAND -> 2;
            case CONFIGURATION -> 3;
        };
    }

    static Entry.Kind kind(byte code) {
        return switch (code) {
            case 1 -> Entry.Kind.NOOP;
            case 2 -> Entry.Kind.COMMAND;
            case 3 -> Entry.Kind.CONFIGURATION;
            default -> throw new IllegalArgumentException("no kind of entry has the code " + code);
        };
    }
}
