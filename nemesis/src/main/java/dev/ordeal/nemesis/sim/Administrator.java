package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Probe;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Whoever runs a simulated cluster: removes members, adds them, hands leadership over, by the service's own calls. It insists
/// on what the wounds in force ask for, and when none does, on everybody's being a member: answers get lost, and who led may
/// lead no more.
final class Administrator {
    private static final long MILLI = 1_000_000;

    /// Between one look at how it stands and the next.
    private static final long PACE_NANOS = 60 * MILLI;

    /// How long whoever strikes waits for the change to be made, and whoever heals for it to be undone. It goes on insisting.
    private static final long STRIKE_NANOS = 1_000 * MILLI;

    private static final long HEAL_NANOS = 10_000 * MILLI;

    private final Scheduler time;
    private final RandomGenerator random;
    private final Map<NodeId, SimulatedNode> nodes;
    private final Set<Wound.Reconfigured> inForce = new LinkedHashSet<>();
    private boolean atWork;
    private boolean askedToRemove;
    private int done;

    /// Requests without an answer: a leader makes changes one after the other, and one that it was asked for may yet come.
    private int open;

    Administrator(Scheduler time, RandomGenerator random, Map<NodeId, SimulatedNode> nodes) {
        this.time = time;
        this.random = random;
        this.nodes = nodes;
    }

    /// Done when the change is made, or was tried for long enough.
    CompletableFuture<Void> strike(Wound.Reconfigured wound) {
        inForce.add(wound);
        done = 0;
        work();
        return until(() -> hurts(wound), STRIKE_NANOS);
    }

    /// Done when everybody is a member again whom no other wound removes, or that was tried for long enough.
    CompletableFuture<Void> heal(Wound.Reconfigured wound) {
        if (!inForce.remove(wound)) {
            return CompletableFuture.completedFuture(null);
        }
        work();
        return until(this::isRestored, HEAL_NANOS);
    }

    /// Whether it has asked for a removal, ever. That may be carried out long after, also when whoever was asked said that it does
    /// not know: the entry may be in a log.
    boolean hasAskedToRemove() {
        return askedToRemove;
    }

    /// Whether every node is a member, but for those that will not come back.
    private boolean everybodyBelongs() {
        return newest().flatMap(SimulatedNode::members)
                .map(members -> missing(members).isEmpty() && members.learners().isEmpty())
                .orElse(false);
    }

    private boolean isRestored() {
        return open == 0 && everybodyBelongs();
    }

    Probe probe(Wound.Reconfigured wound, boolean expectHurt) {
        Optional<SimulatedNode> leader = newest();
        String evidence =
                leader.flatMap(SimulatedNode::members)
                        .map(members ->
                                leader.get().id()
                                        + " leads "
                                        + members
                                        + "; so far "
                                        + done
                                        + " changes were answered")
                        .orElse("nobody leads");
        return new Probe(expectHurt ? hurts(wound) : everybodyBelongs(), evidence);
    }

    private boolean hurts(Wound.Reconfigured wound) {
        Optional<SimulatedNode> leader = newest();
        Optional<Membership> members = leader.flatMap(SimulatedNode::members);
        if (members.isEmpty()) {
            return false;
        }
        return switch (wound.change()) {
            case REMOVE_ONE, REMOVE_LEADER ->
                    wound.nodes().stream().noneMatch(node -> isVoter(members.get(), node));
            case TRANSFER -> wound.nodes().contains(leader.get().id());
            case SEVERAL -> done > 0;
        };
    }

    private void work() {
        if (!atWork) {
            atWork = true;
            workOn();
        }
    }

    private void workOn() {
        if (inForce.isEmpty() && isRestored()) {
            atWork = false;
            return;
        }
        inForce.forEach(this::insist);
        if (inForce.isEmpty()) {
            newest().ifPresent(leader ->
                    leader.members()
                            .ifPresent(members ->
                                    missing(members).forEach(node -> ask(leader, add(node)))));
        }
        var unused = time.after(PACE_NANOS / 2 + random.nextLong(PACE_NANOS), this::workOn);
    }

    private void insist(Wound.Reconfigured wound) {
        switch (wound.change()) {
            case REMOVE_ONE, REMOVE_LEADER -> {
                if (!hurts(wound)) {
                    newest().ifPresent(leader ->
                            wound.nodes().forEach(node -> askToRemove(leader, node)));
                }
            }
            case TRANSFER -> {
                if (!hurts(wound)) {
                    NodeId target = wound.nodes().first();
                    newest().ifPresent(leader ->
                            ask(leader, new AdminRequest.TransferLeadership(target.name())));
                }
            }
            case SEVERAL -> {
                // Also at leaders who do not know that another has taken their place.
                for (SimulatedNode leader : leaders()) {
                    List<NodeId> among = List.copyOf(wound.nodes());
                    NodeId node = among.get(random.nextInt(among.size()));
                    if (random.nextBoolean()) {
                        askToRemove(leader, node);
                    } else {
                        ask(leader, add(node));
                    }
                }
            }
        }
    }

    /// Nobody is removed while others may be gone for good: too few might be left that ever come back.
    private void askToRemove(SimulatedNode leader, NodeId node) {
        if (nodes.values().stream().noneMatch(SimulatedNode::atRisk)) {
            askedToRemove = true;
            ask(leader, new AdminRequest.RemoveMember(node.name()));
        }
    }

    private static AdminRequest add(NodeId node) {
        // Its name is all that the simulated network asks for.
        return new AdminRequest.AddMember(node.name(), new Addresses(node.name() + ":1", ""));
    }

    private void ask(SimulatedNode leader, AdminRequest request) {
        open++;
        leader.administer(
                request,
                response -> {
                    open--;
                    if (response instanceof Response.Done) {
                        done++;
                    }
                });
    }

    private List<NodeId> missing(Membership members) {
        return nodes.values().stream()
                .filter(node -> node.whyLost().isEmpty() && !isVoter(members, node.id()))
                .map(SimulatedNode::id)
                .toList();
    }

    private static boolean isVoter(Membership members, NodeId node) {
        return members.isVoter(new dev.ordeal.node.raft.NodeId(node.name()));
    }

    private List<SimulatedNode> leaders() {
        List<SimulatedNode> leaders = new ArrayList<>();
        for (SimulatedNode node : nodes.values()) {
            node.status().filter(NodeStatus::leads).ifPresent(leads -> leaders.add(node));
        }
        return leaders;
    }

    private Optional<SimulatedNode> newest() {
        return leaders().stream()
                .max(
                        Comparator.comparingLong(
                                node -> node.status().map(NodeStatus::term).orElse(0L)));
    }

    private CompletableFuture<Void> until(
            java.util.function.BooleanSupplier holds, long boundNanos) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        poll(holds, time.nanos() + boundNanos, done);
        return done;
    }

    private void poll(
            java.util.function.BooleanSupplier holds,
            long untilNanos,
            CompletableFuture<@Nullable Void> done) {
        if (holds.getAsBoolean() || time.nanos() >= untilNanos) {
            done.complete(null);
        } else {
            var unused = time.after(PACE_NANOS / 4, () -> poll(holds, untilNanos, done));
        }
    }
}
