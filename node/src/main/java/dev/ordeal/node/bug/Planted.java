package dev.ordeal.node.bug;

import dev.ordeal.node.machine.Declarations;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Retries;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Rules;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.store.Directory;
import dev.ordeal.node.store.RecoveryRules;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The places where a bug can be planted in a node. A bug changes one of them; the node that is correct runs [#NOTHING],
/// which changes none. A node makes one of these when it starts and asks it always, so that what is put on trial is built
/// in the same way with a bug and without.
public interface Planted {
    Planted NOTHING = new Planted() {};

    /// What the node decides by.
    default Rules rules() {
        return new Rules();
    }

    /// Where the node keeps its files.
    default Directory directory(Directory directory) {
        return directory;
    }

    /// What the node's disk decides by when it recovers.
    default RecoveryRules recoveryRules() {
        return new RecoveryRules();
    }

    /// The measures it goes by.
    default Settings settings(Settings settings) {
        return settings;
    }

    /// Which clock leases go by.
    ///
    /// @param monotonic nanoseconds that never go back and run on while the process is paused
    /// @param wall nanoseconds of a clock that somebody else sets: it may stand, be slow, and go back
    default LongSupplier clock(LongSupplier monotonic, LongSupplier wall) {
        return monotonic;
    }

    /// What the node's disk gives back when it starts.
    default Persisted recovered(Persisted persisted) {
        return persisted;
    }

    /// What the node does, where its core wants `effects` upon `event`.
    default List<Effect> effects(Event event, List<Effect> effects) {
        return effects;
    }

    /// What goes into a snapshot when this is the state.
    default MachineState captured(MachineState state) {
        return state;
    }

    /// What the state machine holds after a snapshot of the leader's was installed.
    ///
    /// @param before what it held until then
    default MachineState installed(MachineState before, MachineState snapshot) {
        return snapshot;
    }

    /// What the state machine does with a list that is declared for a round that has one.
    default Declarations declarations() {
        return new Declarations();
    }

    /// What the state machine does with a command that was committed before.
    default Retries retries() {
        return new Retries();
    }

    /// What a leader puts into its log for a client's command.
    ///
    /// @param command as [dev.ordeal.node.rpc.Wire] has it
    /// @param state what a key holds on this node now
    default Bytes proposed(Bytes command, Function<String, @Nullable Value> state) {
        return command;
    }

    /// Where the answer to a client's request goes, which is asked when the request comes. For many threads.
    default Consumer<Response> answers(Consumer<Response> client) {
        return client;
    }

    /// How a client hears of its command.
    ///
    /// @param answer the only answer the command can have when it is applied in its turn; empty where that depends on the
    ///     state of the machine
    default <R> Waiting<R> waiting(Waiting<R> waiting, Optional<R> answer) {
        return waiting;
    }
}
