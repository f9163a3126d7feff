package dev.ordeal.checker.history;

import org.jspecify.annotations.Nullable;

/// What an operation was given or gave back: a value (where `null` is *absent*, a value like any other), or nothing known.
public sealed interface Result {
    /// A value; `null` means absent.
    record Value(@Nullable Object value) implements Result {}

    /// Nobody knows, or there is nothing to know.
    record Unknown() implements Result {}
}
