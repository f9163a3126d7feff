package dev.ordeal.node.member;

import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.Peer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A member's ways to the others.
public interface Peers {
    /// From now on these are the members. A way to one that is no longer among them stays open: it may have to be told.
    void follow(Membership members);

    /// The way to this member, or to one that was; null if there never was such a member.
    @Nullable Peer to(NodeId member);

    /// These and no others, whoever the members are.
    static Peers of(Map<NodeId, ? extends Peer> peers) {
        var fixed = Map.<NodeId, Peer>copyOf(peers);
        return new Peers() {
            @Override
            public void follow(Membership members) {}

            @Override
            public @Nullable Peer to(NodeId member) {
                return fixed.get(member);
            }
        };
    }
}
