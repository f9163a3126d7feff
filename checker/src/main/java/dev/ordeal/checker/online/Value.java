package dev.ordeal.checker.online;

import org.jspecify.annotations.Nullable;

/// A value that was, or may have been, written. It stands in a block as soon as some client knows that it was current.
final class Value {
    final Object value;

    /// Null for the initial value.
    final @Nullable Op writer;

    /// Null until it is known that the writer happened.
    @Nullable Block block;

    /// The operation that showed it.
    @Nullable Op shownBy;

    /// Its neighbours in the chain of compare-and-sets.
    @Nullable Value before;

    @Nullable Value after;

    /// The event at which it became known that the value was replaced by [#after], and the operation that showed it.
    long replacedAt = Op.NEVER;

    @Nullable Op replacedBy;

    /// No operation that is open, or comes later, can have seen it.
    boolean dead;

    Value(Object value, @Nullable Op writer) {
        this.value = value;
        this.writer = writer;
    }

    void join(Block block, Op shownBy) {
        this.block = block;
        this.shownBy = shownBy;
    }
}
