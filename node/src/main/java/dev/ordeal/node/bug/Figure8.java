package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Rules;
import java.util.List;

/// An entry of an earlier term is committed as soon as a quorum stores it (logcabin#44, nats-server#7955): what Figure 8 of
/// the paper warns of. A leader that never saw it may yet overwrite it.
final class Figure8 implements Planted {
    static final Bug BUG =
            new Bug(
                    "figure-8",
                    "an entry of an earlier term is committed by counting who has it",
                    "logcabin#44, nats-server#7955",
                    "Rules.mayCommit (§5.4.2)",
                    List.of(Check.COMMIT_CONSISTENCY, Check.ACKNOWLEDGED_ELEMENTS),
                    "five nodes, kill and cut off leaders in turn",
                    Figure8::new);

    @Override
    public Rules rules() {
        return new Wrong();
    }

    private static final class Wrong extends Rules {
        @Override
        public boolean mayCommit(long entryTerm, long term) {
            return true;
        }
    }
}
