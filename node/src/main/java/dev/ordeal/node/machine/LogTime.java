package dev.ordeal.node.machine;

/// What the leader that took a command says of time, so that the log itself has one (thesis §6.3). All that depends on time is
/// decided by this, and so alike on every replica and at every replay.
///
/// @param millis since the cluster began, as its leaders' clocks have counted them, one after the other; 0 says nothing
/// @param sessionTimeoutMillis how long a session may rest before it ends; 0: for ever
public record LogTime(long millis, long sessionTimeoutMillis) {
    /// Says nothing, and ends no session.
    public static final LogTime UNKNOWN = new LogTime(0, 0);

    public LogTime {
        if (millis < 0 || sessionTimeoutMillis < 0) {
            throw new IllegalArgumentException(
                    "no such time: " + millis + " ms, sessions end after " + sessionTimeoutMillis);
        }
    }
}
