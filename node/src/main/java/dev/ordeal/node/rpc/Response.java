package dev.ordeal.node.rpc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of a request.
public sealed interface Response {
    /// It took effect at this log index; a read saw everything up to it. (A retry is told where the first attempt did.)
    ///
    /// @param value of a read: the text the key holds; null if it is absent or holds a list; of an increment: the sum
    /// @param elements of a read: the list the key holds; null if it is absent or holds a text
    record Done(@Nullable String value, @Nullable List<String> elements, long index)
            implements Response {}

    /// A compare-and-set found this (`null`: absent) instead of what it expected, and changed nothing.
    record Mismatch(@Nullable String current, long index) implements Response {}

    /// It certainly has no effect, and never will.
    ///
    /// @param leader who leads, where the node knows
    record Refused(String reason, @Nullable String leader) implements Response {}

    /// No answer. It may have happened, or may yet, unless it was never sent.
    ///
    /// @param grpcCode the name of the gRPC status, such as `DEADLINE_EXCEEDED`
    /// @param neverSent true only if it is certain that nothing of it left this process
    record Broken(String grpcCode, String message, boolean neverSent) implements Response {}
}
