package dev.ordeal.checker.history;

import org.jspecify.annotations.Nullable;

/// One operation of a client, as a view on a [History], which itself is columnar.
///
/// Values are `null` (absent), `Boolean`, `Long`, `Double`, `String`, `List` or `Map` of these.
///
/// @param index number of the operation in its history, in the order of invocations, from 0
/// @param process the logical, single-threaded client; a process has one open operation at a time
/// @param key the object it acts on, or null where the history has only one
/// @param argument value of a write, `[expected, new]` of a compare-and-set, element of an append; null where absent or none
/// @param result what came back
/// @param invokedNanos time of the invocation since the start of the run
/// @param returnedNanos time of the return; [#NEVER] when its effect has no latest moment
/// @param error why it failed or is unknown, as the client said
/// @param node the node the client spoke to
/// @param command the identity under which nodes commit it
public record Operation(
        int index,
        String process,
        String f,
        @Nullable Object key,
        @Nullable Object argument,
        Result result,
        Outcome outcome,
        long invokedNanos,
        long returnedNanos,
        @Nullable String error,
        @Nullable String node,
        @Nullable String command) {
    /// The return of an operation that may still take effect.
    public static final long NEVER = Long.MAX_VALUE;
}
