package dev.ordeal.checker.history;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A history that is told and judged in one process: the same as what [HistoryWriter] would write and a reader would read.
public final class HistoryInMemory implements HistoryLog {
    private final HistoryBuilder builder = new HistoryBuilder();

    @Override
    public void invoke(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result argument,
            @Nullable String node,
            @Nullable String session,
            long sequence) {
        int operation =
                builder.begin(
                        timeNanos, builder.processes().ofLong(process), f, key, argument, node);
        if (session != null) {
            builder.command(operation, session, sequence);
        }
    }

    @Override
    public void ok(
            long timeNanos,
            long process,
            String f,
            @Nullable Object key,
            Result result,
            long version) {
        builder.version(builder.ok(timeNanos, process, result), version);
    }

    @Override
    public void mismatch(
            long timeNanos, long process, String f, @Nullable Object key, long version) {
        builder.version(builder.mismatch(timeNanos, process), version);
    }

    @Override
    public void fail(long timeNanos, long process, String f, @Nullable Object key, String error) {
        builder.fail(timeNanos, process, error);
    }

    @Override
    public void info(long timeNanos, long process, String f, @Nullable Object key, String error) {
        builder.unknown(timeNanos, process, error);
    }

    @Override
    public void nemesis(long timeNanos, String f, Map<String, ? extends @Nullable Object> value) {
        builder.nemesis(timeNanos, f, Collections.unmodifiableMap(value));
    }

    /// All that was told. Called once, at the end.
    public History history() {
        return builder.build();
    }
}
