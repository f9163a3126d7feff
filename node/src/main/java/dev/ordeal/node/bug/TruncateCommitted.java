package dev.ordeal.node.bug;

import dev.ordeal.node.store.RecoveryRules;
import java.util.List;
import java.util.Optional;

/// Whatever cannot be read is taken for a torn append and cut off, and with it all that was promised behind it. The node goes on
/// as if it had never voted for it (the family of NATS#7549).
final class TruncateCommitted implements Planted {
    static final Bug BUG =
            new Bug(
                    "truncate-committed",
                    "damage in the middle of the log silently cuts off committed entries",
                    "the family of NATS#7549",
                    "RecoveryRules.mayCutOff",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "flip bits in the log of a node that is down, then kill the leader",
                    TruncateCommitted::new);

    @Override
    public RecoveryRules recoveryRules() {
        return new Wrong();
    }

    private static final class Wrong extends RecoveryRules {
        @Override
        public boolean mayCutOff(Optional<String> damage) {
            return true;
        }
    }
}
