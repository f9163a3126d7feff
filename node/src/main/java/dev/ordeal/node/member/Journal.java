package dev.ordeal.node.member;

import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.CommandId;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Raft;
import dev.ordeal.node.raft.Role;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a member tells what it applied and what happened to it, for the judge. In the order in which it happened; what was
/// told before [#flush()] is not lost with the member.
public interface Journal extends AutoCloseable {
    /// The first event of a life: with what it goes on.
    void started(Persisted recovered) throws IOException;

    /// The core has taken a step, and these effects are about to be carried out. Not a part of the record, nor is the next: for
    /// whoever looks on from inside.
    default void stepped(Raft core, List<Effect> effects) {}

    /// These entries are about to be stored, and what followed where they begin is cut off.
    default void stored(StoreEntries store) {}

    /// A no-op or a configuration was applied, which leave the state machine as it was.
    ///
    /// @param digest of the state machine after it, as everywhere here
    void applied(Entry entry, long digest) throws IOException;

    /// A command was applied, with this result.
    void applied(Entry entry, CommandId id, Command command, Result result, long digest)
            throws IOException;

    /// The state machine goes on from a snapshot that ends at this position, its own or a leader's.
    void snapshot(Position last, long digest) throws IOException;

    /// The member is now this, in this term, under this leader if it knows one.
    void role(Role role, long term, @Nullable NodeId leader) throws IOException;

    /// It is in this term from now on.
    void term(long term) throws IOException;

    /// It voted.
    void vote(long term, NodeId vote) throws IOException;

    /// It goes by these members from now on.
    ///
    /// @param entry that says so; [Position#START] when a snapshot did, or the beginning of the log
    /// @param applied the index up to which it had applied by then
    void configured(Position entry, Membership members, long applied) throws IOException;

    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
