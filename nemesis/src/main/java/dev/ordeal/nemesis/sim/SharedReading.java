package dev.ordeal.nemesis.sim;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.Wire;
import dev.ordeal.node.rpc.Wire.Logged;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads commands of the log once for all nodes of a cluster: each applies the same ones, most of them at about the same time, and
/// the same bytes always say the same.
final class SharedReading implements Function<Bytes, Logged> {
    private static final int SLOTS = 1 << 8;

    /// The last ones, each where its hash says.
    private final @Nullable Kept[] kept = new @Nullable Kept[SLOTS];

    private record Kept(Bytes payload, Logged logged) {}

    @Override
    public Logged apply(Bytes payload) {
        int slot = payload.hashCode() & (SLOTS - 1);
        @Nullable Kept last = kept[slot];
        if (last == null || !last.payload.equals(payload)) {
            last = new Kept(payload, Wire.logged(payload));
            kept[slot] = last;
        }
        return last.logged;
    }
}
