package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Settings;
import java.util.List;

/// Each entry travels in a message of its own. Slow, and correct.
final class SlowNoBatching implements Planted {
    static final Bug VARIANT =
            new Bug(
                    "slow-no-batching",
                    "each entry travels in a message of its own",
                    "most course projects",
                    "nothing: batching and pipelining are optimizations (thesis §10.2)",
                    List.of(),
                    "nothing should",
                    SlowNoBatching::new);

    @Override
    public Settings settings(Settings settings) {
        return settings.withMessageBytes(1);
    }
}
