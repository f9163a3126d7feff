package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Settings;
import java.util.List;

/// One message with entries at a time is on its way to a follower. Slow, and correct.
final class SlowNoPipelining implements Planted {
    static final Bug VARIANT =
            new Bug(
                    "slow-no-pipelining",
                    "one message with entries at a time is on its way to a follower",
                    "most course projects",
                    "nothing: batching and pipelining are optimizations (thesis §10.2)",
                    List.of(),
                    "nothing should",
                    SlowNoPipelining::new);

    @Override
    public Settings settings(Settings settings) {
        return settings.withMessagesInFlight(1);
    }
}
