package dev.ordeal.node.machine;

/// Which command of which client session this is; it makes a retry recognizable (Raft dissertation §6.3).
///
/// A session numbers its commands upwards from 1 and has one of them open at a time. The empty session is no session:
/// its commands are applied each time they are committed.
public record CommandId(String session, long sequence) {
    public CommandId {
        if (session.isEmpty() ? sequence != 0 : sequence < 1) {
            throw new IllegalArgumentException(
                    "a session numbers its commands from 1, and only a session does: '"
                            + session
                            + "' "
                            + sequence);
        }
    }

    /// The id of a command that belongs to no session.
    public static final CommandId NONE = new CommandId("", 0);

    public boolean inSession() {
        return !session.isEmpty();
    }

    /// As the streams and histories print it: `c7-12`.
    @Override
    public String toString() {
        return session + "-" + sequence;
    }
}
