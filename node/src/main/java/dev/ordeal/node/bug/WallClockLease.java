package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Settings;
import java.util.List;
import java.util.function.LongSupplier;

/// A leader trusts the clock on the wall, as if it went as fast as everybody's and nobody ever set it (tikv#964, sofa-jraft#24). It takes
/// itself to be under its lease when another has long been elected.
final class WallClockLease implements Planted {
    static final Bug BUG =
            new Bug(
                    "wall-clock-lease",
                    "leases go by the wall clock, and allow for no drift",
                    "tikv#964, sofa-jraft#24",
                    "Raft.step, the clock, and Settings.clockDrift (thesis §6.4.1)",
                    List.of(Check.LINEARIZABILITY),
                    "slow or stop the clock of a leader that is cut off, or pause it, and read there",
                    WallClockLease::new);

    /// Nothing goes by leases unless they are on.
    @Override
    public Settings settings(Settings settings) {
        return settings.withLeases(0);
    }

    @Override
    public LongSupplier clock(LongSupplier monotonic, LongSupplier wall) {
        return wall;
    }
}
