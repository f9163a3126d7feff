package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Settings;
import java.util.List;

/// A leader trusts the clock that it happens to have: one that stands still while the process is paused, and is believed to go as fast
/// as everybody's (tikv#964, sofa-jraft#24). It takes itself to be under its lease when another has long been elected.
final class WallClockLease implements Planted {
    static final Bug BUG =
            new Bug(
                    "wall-clock-lease",
                    "leases go by a clock that stands still in a pause, and allow for no drift",
                    "tikv#964, sofa-jraft#24",
                    "Raft.step, the clock, and Settings.clockDrift (thesis §6.4.1)",
                    List.of(Check.LINEARIZABILITY),
                    "pause the leader while it is cut off, or slow its clock down, and read there",
                    WallClockLease::new);

    private long tickNanos;
    private long ticks;

    /// Nothing goes by leases unless they are on.
    @Override
    public Settings settings(Settings settings) {
        tickNanos = settings.tickNanos();
        return settings.withLeases(0);
    }

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        if (event instanceof Event.Tick) ticks++;
        return effects;
    }

    /// As many as it has lived through.
    @Override
    public long nanos(long nanos) {
        return ticks * tickNanos;
    }
}
