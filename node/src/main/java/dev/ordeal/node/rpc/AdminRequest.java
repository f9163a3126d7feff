package dev.ordeal.node.rpc;

import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import java.util.List;
import java.util.regex.Pattern;

/// What whoever runs the cluster asks of its leader. Another node refuses and names the leader if it can.
public sealed interface AdminRequest {
    /// Whom it is about.
    String member();

    /// Leadership shall pass to this member (Raft thesis §3.10). Until it has, or for an election time-out, the leader takes no
    /// commands.
    record TransferLeadership(String member) implements AdminRequest {
        public TransferLeadership {
            check(member);
        }
    }

    /// This server, which runs and waits for it, shall become a member (thesis §4.2.1). Answered when it votes, which it does
    /// not before it has caught up. Leaders carry changes out one after the other.
    record AddMember(String member, Addresses at) implements AdminRequest {
        private static final Pattern HOST_AND_PORT = Pattern.compile(".+:\\d{1,5}");

        public AddMember {
            check(member);
            if (!HOST_AND_PORT.matcher(at.peer()).matches())
                throw new IllegalArgumentException(
                        "where the others reach "
                                + member
                                + " is HOST:PORT, not '"
                                + at.peer()
                                + "'");
        }
    }

    /// This member, the leader itself perhaps, shall be none any more (thesis §4.2.2).
    record RemoveMember(String member) implements AdminRequest {
        public RemoveMember {
            check(member);
        }
    }

    private static void check(String member) {
        var unused = new Membership(List.of(new NodeId(member)));
    }
}
