package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Persisted;
import java.util.List;

/// The current term starts at 0 after a restart, and with it goes the vote (PySyncObj#202). Terms are then given out twice.
final class TermReset implements Planted {
    static final Bug BUG =
            new Bug(
                    "term-reset",
                    "the current term starts at 0 after a restart",
                    "PySyncObj#202",
                    "Figure 2, \"Persistent state\"",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "kill all, and start them one after the other",
                    TermReset::new);

    @Override
    public Persisted recovered(Persisted persisted) {
        return new Persisted(0, null, persisted.snapshot(), persisted.entries());
    }
}
