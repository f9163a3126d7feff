package dev.ordeal.node.raft;

import java.util.List;

/// Everything that can happen to a node.
public sealed interface Event {
    /// Time has moved on by so many ticks: by one, or by some with which nothing comes due ([Raft#quietTicks]).
    record Tick(int passed) implements Event {
        public Tick() {
            this(1);
        }
    }

    /// A message has come in. It may be late, repeated or out of order, and others may have been lost.
    record Receive(NodeId from, Message message) implements Event {}

    /// Clients want these commands in the log, in this order. Each is answered with [Effect.Accepted] or [Effect.Refused],
    /// in the same step.
    record Propose(List<Proposal> proposals) implements Event {
        public Propose {
            proposals = List.copyOf(proposals);
        }
    }

    /// Clients want to read what is committed. Each request is answered with [Effect.ReadReady] or [Effect.Refused], in this
    /// step or in a later one; never, if the node stays a leader that cannot reach a majority.
    record Read(List<Long> requestIds) implements Event {
        public Read {
            requestIds = List.copyOf(requestIds);
        }
    }

    /// Leadership shall pass to `target` (thesis §3.10). Answered with [Effect.Refused] in the same step or with
    /// [Effect.TransferEnded], within about an election time-out.
    record TransferLeadership(long requestId, NodeId target) implements Event {}

    /// The membership shall change. A leader makes several changes one after the other, each when the one before is
    /// committed. Answered with [Effect.Refused] or [Effect.MembershipRefused] (nothing changes),
    /// [Effect.MembershipChanged] or [Effect.MembershipUnknown]; a server that is added and never catches up has its request
    /// wait for as long as the leader leads.
    record ChangeMembership(long requestId, Change change) implements Event {}

    /// The snapshot that an [Effect.TakeSnapshot] asked for is durable. It may come late, but not in a later life of the node.
    record SnapshotTaken(Snapshot snapshot) implements Event {}

    /// A command and the number under which its proposer hears of it. The number means something on this node only.
    record Proposal(long requestId, Bytes payload) {}
}
