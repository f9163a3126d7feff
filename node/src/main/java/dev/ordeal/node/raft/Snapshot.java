package dev.ordeal.node.raft;

/// The state that all entries up to and with `last` made, in place of them (§7). [Raft] does not look into `state`; whoever
/// owns the state machine made it and can go on from it.
///
/// @param members the newest configuration up to `last` (§7, "the snapshot also includes the latest configuration")
public record Snapshot(Position last, Membership members, Bytes state) {
    /// Of a state that no entry has touched.
    public static final Snapshot NONE = new Snapshot(Position.START, Membership.NONE, Bytes.EMPTY);

    public Snapshot {
        if (last.index() == 0 && state.length() > 0)
            throw new IllegalArgumentException(
                    "a state of %d bytes that no entry made".formatted(state.length()));
    }
}
