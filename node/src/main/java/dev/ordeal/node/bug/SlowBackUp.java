package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Log;
import dev.ordeal.node.raft.Message.AppendRefused;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// The leader goes back one entry for each refusal, as Figure 2 has it, and not a term at a time. Slow, and correct.
final class SlowBackUp implements Planted {
    static final Bug VARIANT =
            new Bug(
                    "slow-back-up",
                    "a leader looks for the place where a log parts from its own one entry at a time",
                    "devMYC/raft",
                    "nothing: the paper allows it (§5.3)",
                    List.of(),
                    "nothing should",
                    SlowBackUp::new);

    @Override
    public Rules rules() {
        return new Slow();
    }

    private static final class Slow extends Rules {
        @Override
        public long nextToTry(AppendRefused refusal, Log log) {
            return refusal.previous();
        }
    }
}
