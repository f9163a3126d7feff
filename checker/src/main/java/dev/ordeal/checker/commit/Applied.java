package dev.ordeal.checker.commit;

import org.jspecify.annotations.Nullable;

/// One entry that a node applied to its state machine.
///
/// @param incarnation which life of the node, from 1
/// @param nanos monotonic clock of the machine
/// @param kind `noop`, `command`, …
/// @param command the client's identity of the command, or null
/// @param applied false when it changed nothing: a duplicate of a session, or a compare-and-set that did not match
/// @param result why it was not applied: `duplicate`, `mismatch`
/// @param digest of the state after it
public record Applied(
        String node,
        int incarnation,
        long nanos,
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
