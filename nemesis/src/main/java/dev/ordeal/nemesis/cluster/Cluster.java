package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.rpc.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/// Nodes of a replicated system that can be started, hurt and healed.
///
/// Every method is called on the scheduler's thread and returns at once; the futures complete on that thread. A broken
/// environment completes them with a [ClusterException].
public interface Cluster extends AutoCloseable {
    Scheduler scheduler();

    /// Every node, up or not, in the order of their names.
    List<NodeId> nodes();

    /// Creates the nodes and waits until each of them serves; it need not have a leader yet. Called once.
    CompletableFuture<Void> start();

    /// A new way for a client to the node, whatever becomes of that. Whoever asked for it closes it.
    Endpoint connect(NodeId node);

    /// Of the nodes that answer within 300 ms.
    CompletableFuture<Map<NodeId, NodeStatus>> status();

    /// Of the nodes that answer within 300 ms, those that say that they lead, in the order of their names: one, as a rule.
    default CompletableFuture<List<NodeStatus>> leaders() {
        return status().thenApply(
                        nodes -> nodes.values().stream().filter(NodeStatus::leads).toList());
    }

    /// Why this cluster cannot do that to its nodes; empty if it can.
    Optional<String> whyUnsupported(Fault fault);

    /// Applies a wound; done when it is in force. Wounds may overlap: a link is open and a process runs when no wound in force
    /// says otherwise. Equal wounds are one: applied twice, it is in force until healed once.
    CompletableFuture<Void> strike(Wound wound);

    /// Lifts a wound; done when links are open and nodes serve again that no other wound holds. A killed node starts again on
    /// its data, at its old addresses. A wound that is not in force is left alone.
    CompletableFuture<Void> heal(Wound wound);

    /// Looks, by effect and in less than a second, whether the wound hurts (`expectHurt`, while it is in force) or has healed
    /// (after [#heal(Wound)], as far as no other wound in force has the same victims). A look that cannot see is not as expected.
    CompletableFuture<Probe> probe(Wound wound, boolean expectHurt);

    /// What goes wrong by itself, without a wound, shall stop. Raft promises progress where messages arrive well within an election
    /// time-out (§5.6), and so a healed cluster has to be given that before progress is asked of it. A cluster of real nodes has
    /// nothing to calm.
    default void calm() {}

    /// Nodes that will not come back, since their disks are not what they were: they refuse to start, as they must. Never more
    /// than a minority of a system that works.
    default Set<NodeId> lost() {
        return Set.of();
    }

    /// Has the listener told of each message whose delivery is planned, by itself, and what it is, when it is sent. Only a simulated
    /// network knows single messages.
    default void onPlannedDelivery(BiConsumer<Delivery, String> listener) {}

    /// The first rule of the algorithm that is broken, when one is, where the cluster can look into its nodes; where it cannot,
    /// this is never done.
    default CompletableFuture<Breach> breach() {
        return new CompletableFuture<>();
    }

    /// The folder on this machine with what the node leaves behind: `applied.jsonl`, `events.jsonl`, `node.log`, and its data
    /// in `data/`. It stays after [#close()].
    Path nodeDirectory(NodeId node);

    /// Stops everything and waits for it: no process, container or network of this cluster is left.
    @Override
    void close();
}
