package dev.ordeal.node.machine;

/// The one decision about retries: which command of a session was applied before (§8; thesis §6.3). Not final, so that a wrong one
/// can be planted.
public class Retries {
    /// Whether the command was applied before, so that it must not be again. A session has one command open at a time, so that
    /// its latest is all there is to remember.
    ///
    /// @param sequence of the command
    /// @param latest the highest sequence of its session that was applied
    public boolean isRetry(long sequence, long latest) {
        return sequence <= latest;
    }
}
