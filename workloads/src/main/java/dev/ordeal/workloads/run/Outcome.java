package dev.ordeal.workloads.run;

import org.jspecify.annotations.Nullable;

/// What a client knows about its operation when the call is over.
sealed interface Outcome {
    /// It happened, and this is what the client saw.
    ///
    /// @param value of a read: a string, a list of strings, or null for absent; of an increment: the sum; of anything else null
    /// @param version the log index at which it took effect; of a read, the last one it saw
    record Ok(@Nullable Object value, long version) implements Outcome {}

    /// A compare-and-set that met another value, or a declaration that came second: it had no effect, and saw that the value was not the expected one.
    ///
    /// @param version the log index at which it looked
    record Mismatch(long version) implements Outcome {}

    /// It certainly had no effect and never will have.
    record Failed(String reason) implements Outcome {}

    /// It may have happened, or may yet.
    record Unknown(String reason) implements Outcome {}
}
