package dev.ordeal.node.machine;

import org.jspecify.annotations.Nullable;

/// What applying a committed command came to.
public sealed interface Result {
    /// What the client is told, and what its session remembers.
    sealed interface Answer extends Result {}

    /// The command took effect.
    record Done() implements Answer {}

    /// An increment took effect, and this is the sum.
    record Counted(long sum) implements Answer {}

    /// A compare-and-set found something else than it expected (`null`: absent) and changed nothing.
    record Mismatch(@Nullable Value current) implements Answer {}

    /// The command cannot be carried out on what is there; it changed nothing and never will.
    record Rejected(String reason) implements Answer {}

    /// A retry of the session's latest command: it was not applied again, and this was its answer.
    ///
    /// @param index where in the log it was applied
    record Repeated(Answer answer, long index) implements Result {}

    /// A retry of a command that the session has since moved on from: not applied again, its answer forgotten.
    record Forgotten(long latestSequence) implements Result {}
}
