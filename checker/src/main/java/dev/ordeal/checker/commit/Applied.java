package dev.ordeal.checker.commit;

import org.jspecify.annotations.Nullable;

/// A record that a node applied an entry of the log to its state machine.
///
/// @param incarnation which life of the node, from 1
/// @param nanos monotonic clock of the machine
/// @param entry the same at every node whose word is good, so that nodes in memory share one object of it
public record Applied(String node, int incarnation, long nanos, Entry entry) {

    /// An entry of the log, and what applying it came to.
    ///
    /// @param kind `noop`, `command`, …
    /// @param command the client's identity of the command, or null
    /// @param applied false when it changed nothing: a duplicate of a session, or a compare-and-set that did not match
    /// @param result why it was not applied: `duplicate`, `mismatch`
    /// @param digest of the state after it
    public record Entry(
            long index,
            long term,
            String kind,
            @Nullable String command,
            @Nullable String op,
            @Nullable String key,
            @Nullable Object value,
            boolean applied,
            @Nullable String result,
            @Nullable String digest) {}

    public long index() {
        return entry.index;
    }

    public long term() {
        return entry.term;
    }

    public String kind() {
        return entry.kind;
    }

    public @Nullable String command() {
        return entry.command;
    }

    public @Nullable String op() {
        return entry.op;
    }

    public @Nullable String key() {
        return entry.key;
    }

    public @Nullable Object value() {
        return entry.value;
    }

    public boolean applied() {
        return entry.applied;
    }

    public @Nullable String result() {
        return entry.result;
    }

    public @Nullable String digest() {
        return entry.digest;
    }
}
