package dev.ordeal.node.bug;

import dev.ordeal.node.store.RecoveryRules;
import java.util.List;

/// A flipped bit in the log is taken for what was written (NATS#7549). The nodes' logs differ and no message will ever tell.
final class NoChecksum implements Planted {
    static final Bug BUG =
            new Bug(
                    "no-checksum",
                    "a flipped bit in the log is accepted",
                    "NATS#7549",
                    "RecoveryRules.intact",
                    List.of(Check.COMMIT_CONSISTENCY, Check.LINEARIZABILITY),
                    "flip bits in the logs of a minority that is down",
                    NoChecksum::new);

    @Override
    public RecoveryRules recoveryRules() {
        return new Wrong();
    }

    private static final class Wrong extends RecoveryRules {
        @Override
        public boolean intact(int written, int found) {
            return true;
        }
    }
}
