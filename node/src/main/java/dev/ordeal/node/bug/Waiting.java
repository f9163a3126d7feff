package dev.ordeal.node.bug;

/// A client whose command is on its way through the log: the port by which the node tells it what became of it.
///
/// @param <R> what applying a command comes to
public interface Waiting<R> {
    /// The command stands in this leader's log at this index, and nowhere else for certain. Not something to tell a client.
    void accepted(long index);

    /// The command was applied at this index.
    void applied(long index, R result);
}
