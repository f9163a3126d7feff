package dev.ordeal.checker.online;

import org.jspecify.annotations.Nullable;

/// A chain of values linked by compare-and-sets, from a plain write or the initial value on: nothing else can stand in
/// between. What matters of it to other blocks is its first return and its last invocation.
final class Block {
    /// It comes into being with its first return.
    final long firstReturn;

    /// Null in the initial value's block.
    final @Nullable Op first;

    /// The last invocation; whose; and the operation that shows that this one happened, often itself.
    long lastInvoke = -1;

    @Nullable Op last;
    @Nullable Op lastShownBy;

    Value tail;

    /// Its place in [Recent], or -1.
    int slot = -1;

    /// Its neighbours among the blocks that are not dead, in the order of their first returns.
    @Nullable Block earlier;

    @Nullable Block later;

    Block(long firstReturn, @Nullable Op first, Value tail) {
        this.firstReturn = firstReturn;
        this.first = first;
        this.tail = tail;
    }
}
