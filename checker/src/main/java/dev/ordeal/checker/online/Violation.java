package dev.ordeal.checker.online;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What cannot be explained any more, at the first event at which it cannot.
///
/// @param key the register, null where operations name none
/// @param timeNanos of the event
/// @param operation the operation that ended with this event; operations are numbered by their invocations, from 0
/// @param sentence what is wrong, for people
/// @param core at most four operations that cannot be put in an order whatever all others did
/// @param coreIsWhole false where an operation that belongs to the core was forgotten, or a value was written again since, so
///     that only the whole history shows the violation
public record Violation(
        @Nullable Object key,
        long timeNanos,
        int operation,
        String sentence,
        List<Integer> core,
        boolean coreIsWhole) {
    public Violation {
        core = List.copyOf(core);
    }
}
