package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import dev.ordeal.node.raft.Settings;
import java.util.List;

/// A leader that hands its leadership over reads on under its lease. Its successor does not wait for the end of that.
final class TransferKeepsLease implements Planted {
    static final Bug BUG =
            new Bug(
                    "transfer-keeps-lease",
                    "a leader that has told another to take over reads on under its lease",
                    "a classic",
                    "Rules.keepsLease (thesis §6.4.1)",
                    List.of(Check.LINEARIZABILITY),
                    "transfer the leadership, and read at the old leader",
                    TransferKeepsLease::new);

    /// By which clocks may drift apart where leases are not on: more than they do anywhere.
    private static final double DRIFT = 1;

    @Override
    public Settings settings(Settings settings) {
        return settings.leases() ? settings : settings.withLeases(DRIFT);
    }

    @Override
    public Rules rules() {
        return new Rules() {
            @Override
            public boolean keepsLease(boolean toldAnotherToStand) {
                return true;
            }
        };
    }
}
