package dev.ordeal.checker.history;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a run tells its history as it goes on: into a file ([HistoryWriter]) or into memory ([HistoryInMemory]). One thread.
/// Times must not decrease.
///
/// Values may be null (absent), Boolean, numbers, text, lists and maps of these.
public interface HistoryLog {
    /// A call begins.
    ///
    /// @param argument the value it was given, or [Result.Unknown] when there is none, as for a read
    /// @param session of the command as which the system commits it; null if it does not
    /// @param sequence of that command in its session
    void invoke(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result argument,
            @Nullable String node,
            @Nullable String session,
            long sequence);

    /// A call succeeded, and the system said where in its own order ([History#version]).
    void ok(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result result,
            long version);

    /// A compare-and-set found another value, and the system said where in its own order.
    void mismatch(long timeNanos, long process, String f, @Nullable Object key, long version);

    /// A call certainly had no effect. The error `mismatch` says that a compare-and-set found another value.
    void fail(long timeNanos, long process, String f, @Nullable Object key, String error);

    /// Nobody knows whether a call took effect, or will. The process number must not be used again.
    void info(long timeNanos, long process, String f, @Nullable Object key, String error);

    /// Something was done to the system, or the run reached another phase.
    ///
    /// @param value not changed by the caller any more
    void nemesis(long timeNanos, String f, Map<String, ? extends @Nullable Object> value);
}
