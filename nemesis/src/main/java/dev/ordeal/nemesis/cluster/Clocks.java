package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Wound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The wall clocks of real nodes, as far as they are wrong on purpose; the monotonic ones go on as they do. A clock that goes at
/// another rate, or stands, is set anew every few milliseconds. One of a node that is down is wrong, or right, when it comes back.
///
/// All but [#allRight] happens on the thread of the executor.
final class Clocks {
    private static final long TICK_MILLIS = 5;

    /// So far back every clock is set to see whether it can be. Back, because a lease that began then is over.
    private static final long TRIAL_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long TRIAL_TOLERANCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledExecutorService thread;
    private final LongSupplier time;
    private final Dial dial;

    /// The wounds in force, in the order in which they were struck, and when.
    private final Map<Wound.Mistimed, Long> struck = new LinkedHashMap<>();

    private @Nullable Future<?> ticking;

    /// Sets the clock of a node.
    interface Dial {
        void set(NodeId node, long aheadNanos) throws IOException;
    }

    /// Asks a node for its clocks.
    interface Reader {
        ClockReading read(NodeId node) throws IOException;
    }

    /// @param time in nanoseconds
    Clocks(ScheduledExecutorService thread, LongSupplier time, Dial dial) {
        this.thread = thread;
        this.time = time;
        this.dial = dial;
    }

    /// Before these nodes start for the first time.
    void allRight(Collection<NodeId> nodes) {
        nodes.forEach(node -> set(node, 0));
    }

    /// Whether the clocks of these nodes, which are right, can be set.
    ///
    /// @throws ClusterException if not
    void tryOut(List<NodeId> nodes, Reader reader) {
        for (NodeId node : nodes) {
            try {
                ClockReading before = reader.read(node);
                set(node, -TRIAL_NANOS);
                long moved = reader.read(node).wallGainedNanos(before);
                set(node, 0);
                long left = reader.read(node).wallGainedNanos(before);
                if (Math.abs(moved + TRIAL_NANOS) > TRIAL_TOLERANCE_NANOS
                        || Math.abs(left) > TRIAL_TOLERANCE_NANOS) {
                    throw new ClusterException(
                            "libfaketime does not set %s's wall clock alone (told to be an hour behind it was ahead by %.3f s, and then by %.3f s): install version 0.9.10, or leave clock faults out"
                                    .formatted(node, moved / 1e9, left / 1e9));
                }
            } catch (IOException e) {
                throw new ClusterException(node + " does not tell its clock: " + e.getMessage(), e);
            }
        }
    }

    void strike(Wound.Mistimed wound) {
        struck.put(wound, time.getAsLong());
        tick();
        if (ticking == null) {
            ticking =
                    thread.scheduleWithFixedDelay(
                            this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void heal(Wound.Mistimed wound) {
        if (struck.remove(wound) == null) {
            return;
        }
        if (struck.isEmpty() && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
        // Of a clock that another wound has too, the next tick makes what that wants.
        allRight(wound.nodes());
    }

    private void tick() {
        aheadNanos(struck, time.getAsLong()).forEach(this::set);
    }

    /// How far ahead the wounded clocks are: as the wound wants that was struck last.
    ///
    /// @param struck in this order, and when
    static Map<NodeId, Long> aheadNanos(Map<Wound.Mistimed, Long> struck, long now) {
        Map<NodeId, Long> ahead = new TreeMap<>();
        struck.forEach((wound, since) ->
                wound.nodes().forEach(node -> ahead.put(node, wound.aheadNanos(now - since))));
        return ahead;
    }

    private void set(NodeId node, long aheadNanos) {
        try {
            dial.set(node, aheadNanos);
        } catch (IOException e) {
            throw new UncheckedIOException("the clock of " + node + " cannot be set", e);
        }
    }
}
