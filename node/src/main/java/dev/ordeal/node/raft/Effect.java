package dev.ordeal.node.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything a node can want done. Effects are carried out in the order in which they were returned, over all steps:
///
///   - A [Send], [Apply], [ReadReady], [RoleChanged] or [TakeSnapshot] rests on every [SaveVote], [StoreEntries] and
///     [Install] before it, in this step and in earlier ones, and is not carried out until they are **durable**. A driver may
///     therefore write at once, sync late (before the first effect that rests on it), and gather the effects of many events
///     under one sync.
///   - What stands *before* a `SaveVote` or `StoreEntries` does not wait for it: a leader's [Send]s of new entries precede
///     its own [StoreEntries], so that its followers' disks and its own turn at the same time (thesis §10.2.1).
///   - [Apply] comes once for each index in a node's life, in order, from the one behind the snapshot it started with; an
///     [Install] takes the place of the `Apply` of all indexes up to its own. [Accepted] comes before the `Apply` of its
///     index, and [ReadReady] after it.
public sealed interface Effect {
    /// Keep this term and vote for ever: a later [SaveVote] alone replaces it (§5.2).
    record SaveVote(long term, @Nullable NodeId vote) implements Effect {}

    /// Cut off what the log holds after `afterIndex` and put these entries there, which follow it without a gap (§5.3).
    record StoreEntries(long afterIndex, List<Entry> entries) implements Effect {
        public StoreEntries {
            entries = List.copyOf(entries);
        }

        /// The log's last index once this is done.
        public long lastIndex() {
            return afterIndex + entries.size();
        }
    }

    /// Send a message, once, without waiting for an answer. It may be lost.
    ///
    /// Every request ([Message.RequestPreVote], [Message.RequestVote], [Message.AppendEntries], [Message.InstallSnapshot],
    /// [Message.TimeoutNow]) that a member sends is answered in the very step that receives it, with exactly one message.
    record Send(NodeId to, Message message) implements Effect {}

    /// The entry is committed: apply it to the state machine and answer the client that waits for it, if there is one.
    ///
    /// Whoever waits at this index for *another* term now knows that its command is not in the log and never will be.
    record Apply(Entry entry) implements Effect {}

    /// Take a snapshot of the state machine as it is now, which is the state that the entries up to `last` made, and make it
    /// durable as a whole, in place of the one before: after a crash the old one is there or the new one. When it is, and
    /// that may be many steps later, [Event.SnapshotTaken] says so. There is one at a time (§7).
    ///
    /// @param members belong to the snapshot
    record TakeSnapshot(Position last, Membership members) implements Effect {}

    /// The log may forget its entries up to and with `last`, which the snapshot that was taken holds. Nothing rests on this: should it be undone by a crash, the node starts with the snapshot and the longer
    /// log, in which the snapshot's entries are passed over.
    record CompactLog(Position last) implements Effect {}

    /// Keep this snapshot for ever and begin an empty log behind it; then let its state take the place of the state machine's,
    /// nothing of which is left. After a crash either both have happened, snapshot and log, or neither (§7; Figure 13,
    /// InstallSnapshot 5, 7 and 8).
    record Install(Snapshot snapshot) implements Effect {}

    /// The request's command stands in this leader's log under this index and term. It is not committed yet; it has been
    /// decided when an [Apply] comes for its index.
    record Accepted(long requestId, long index, long term) implements Effect {}

    /// The request was not taken and has no effect, now or ever; `leader` may know better.
    record Refused(long requestId, @Nullable NodeId leader) implements Effect {}

    /// The read may be served from the state machine once that has applied `index`. By the time this effect is carried
    /// out it has, when effects are carried out in order.
    record ReadReady(long requestId, long index) implements Effect {}

    /// A transfer of leadership is over.
    ///
    /// @param done the node leads no more and another has stood for election in a later term; if not, it was given up, though
    ///     the target may yet stand
    record TransferEnded(long requestId, boolean done) implements Effect {}

    /// This configuration is in force from now on: messages go to these servers, at these addresses. It waits for nothing. A
    /// server that is no longer among them may be sent a few messages more. Of several that come in one step it is the last.
    ///
    /// @param entry of the log that says so; [Position#START] when it is what the log begins with, before its first entry
    record Configured(Position entry, Membership members) implements Effect {}

    /// The change is committed; with it these are the members.
    record MembershipChanged(long requestId, Membership members) implements Effect {}

    /// The change cannot be made, and is not: here is why.
    record MembershipRefused(long requestId, String reason) implements Effect {}

    /// The node leads no more and does not know what becomes of the change, which it had begun.
    record MembershipUnknown(long requestId) implements Effect {}

    /// The node is now this, in this term, under this leader (itself, when it leads).
    ///
    /// A node that stops leading refuses the reads it holds, in the same step. The commands it [Accepted] and has not
    /// applied may be committed yet, by others, or may be replaced: until an [Apply] comes for their index, their outcome is
    /// unknown.
    record RoleChanged(Role role, long term, @Nullable NodeId leader) implements Effect {}
}
