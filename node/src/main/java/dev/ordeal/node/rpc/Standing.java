package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Membership;
import org.jspecify.annotations.Nullable;

/// Where a node stands, as it says itself to any client. A node that was cut off may say so for a while that it leads.
///
/// @param role `follower`, `pre-candidate`, `candidate` or `leader`
/// @param leader who it believes leads
/// @param members the newest configuration in its log, committed or not
public record Standing(
        String node,
        String role,
        long term,
        @Nullable String leader,
        long commitIndex,
        long appliedIndex,
        Membership members) {
    public boolean leads() {
        return role.equals("leader");
    }
}
