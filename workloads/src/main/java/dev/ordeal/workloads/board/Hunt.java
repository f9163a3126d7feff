package dev.ordeal.workloads.board;

import dev.ordeal.node.bug.Bug;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A way to look for a broken promise.
public interface Hunt {
    /// Looks until one is seen or the budget is spent; a run that has begun by then is still judged.
    ///
    /// @param bug planted into every node, or a slow variant; null: neither
    /// @param planted whether what is hunted is wrong
    /// @param before how an earlier hunt ended, where there was one: it is tried first where that one succeeded
    Row hunt(@Nullable Bug bug, boolean planted, Duration budget, @Nullable Row before)
            throws InterruptedException;
}
