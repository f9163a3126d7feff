package dev.ordeal.nemesis.cluster;

import static dev.ordeal.nemesis.cluster.NodeStatus.newestLeader;

import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Whoever runs a cluster: removes members, adds them, hands leadership over, by the service's own calls. It insists on what the
/// wounds in force ask for, and when none does, on everybody's being a member: answers get lost, and who led may lead no more.
///
/// Lives on the scheduler's thread.
public final class Administrator {
    private static final long MILLI = 1_000_000;

    /// Between one look at how it stands and the next.
    private static final long PACE_NANOS = 60 * MILLI;

    /// The same where nothing is to be done.
    private static final long REST_NANOS = 600 * MILLI;

    /// How long whoever heals waits for the change to be undone. It goes on insisting.
    private static final long HEAL_NANOS = 10_000 * MILLI;

    /// The cluster that is administered. It is asked, and answers, on the scheduler's thread.
    public interface Administered {
        /// As of [Cluster#leaders()].
        CompletableFuture<List<NodeStatus>> leaders();

        /// Puts a request to a node; there is one answer.
        void ask(NodeId node, AdminRequest request, Consumer<Response> onResponse);

        /// Where the other nodes reach it.
        Addresses addresses(NodeId node);

        /// The nodes that are to be members when nothing hurts: all but those that will not come back.
        Collection<NodeId> expected();

        /// Whether members may be removed: not while others may be gone for good, or too few might be left that ever come back.
        boolean mayRemove();
    }

    private final Scheduler time;
    private final RandomGenerator random;
    private final Administered cluster;
    private final Patience patience;
    private final Set<Wound.Reconfigured> inForce = new LinkedHashSet<>();

    /// Whether it looks at this moment how it stands.
    private boolean looking;

    /// When it looks again; null before the first time.
    private @Nullable Cancellable next;

    private boolean askedToRemove;
    private int done;

    /// Requests without an answer: a leader makes changes one after the other, and one that it was asked for may yet come.
    private int open;

    /// How long others wait for it.
    ///
    /// @param strikeNanos whoever strikes, for the change to be made; it goes on insisting
    /// @param lookNanos whoever looks, for what is expected: after a change of the leader nobody leads for a moment
    public record Patience(long strikeNanos, long lookNanos) {}

    /// @param random decides when it looks, and whom it adds and removes where several changes are asked for
    public Administrator(
            Scheduler time, RandomGenerator random, Administered cluster, Patience patience) {
        this.time = time;
        this.random = random;
        this.cluster = cluster;
        this.patience = patience;
    }

    /// Done when the change is made, or was tried for long enough.
    public CompletableFuture<Void> strike(Wound.Reconfigured wound) {
        inForce.add(wound);
        done = 0;
        work();
        return until(leaders -> hurts(wound, leaders), time.nanos() + patience.strikeNanos);
    }

    /// Done when everybody is a member again whom no other wound removes, or that was tried for long enough.
    public CompletableFuture<Void> heal(Wound.Reconfigured wound) {
        if (!inForce.remove(wound)) {
            return CompletableFuture.completedFuture(null);
        }
        work();
        return until(this::isRestored, time.nanos() + HEAL_NANOS);
    }

    /// Whether it has asked for a removal, ever. That may be carried out long after, also when whoever was asked said that it does
    /// not know: the entry may be in a log.
    public boolean hasAskedToRemove() {
        return askedToRemove;
    }

    /// Looks, in the eyes of the newest leader, whether the wound hurts or everybody belongs.
    public CompletableFuture<Probe> probe(Wound.Reconfigured wound, boolean expectHurt) {
        return probe(wound, expectHurt, time.nanos() + patience.lookNanos);
    }

    /// A leader that removes itself leads on until that is committed, and then nobody leads for a moment. So what was seen must
    /// still be there at a second look, or it is looked for again.
    private CompletableFuture<Probe> probe(
            Wound.Reconfigured wound, boolean expectHurt, long untilNanos) {
        return until(leaders -> isSeen(wound, leaders, expectHurt), untilNanos)
                .thenCompose(looked -> cluster.leaders())
                .thenCompose(leaders -> {
                    boolean seen = isSeen(wound, leaders, expectHurt);
                    return seen || time.nanos() >= untilNanos
                            ? CompletableFuture.completedFuture(new Probe(seen, evidence(leaders)))
                            : probe(wound, expectHurt, untilNanos);
                });
    }

    private String evidence(List<NodeStatus> leaders) {
        return newestLeader(leaders)
                .map(leader ->
                        leader.node()
                                + " leads "
                                + leader.voters()
                                + (leader.learners().isEmpty()
                                        ? ""
                                        : ", learners " + leader.learners())
                                + "; so far "
                                + done
                                + " changes were answered")
                .orElse("nobody leads");
    }

    private boolean isSeen(Wound.Reconfigured wound, List<NodeStatus> leaders, boolean expectHurt) {
        return expectHurt ? hurts(wound, leaders) : everybodyBelongs(leaders);
    }

    /// Whether every node is a member, but for those that will not come back.
    private boolean everybodyBelongs(List<NodeStatus> leaders) {
        return newestLeader(leaders)
                .map(leader -> missing(leader).isEmpty() && leader.learners().isEmpty())
                .orElse(false);
    }

    private boolean isRestored(List<NodeStatus> leaders) {
        return open == 0 && everybodyBelongs(leaders);
    }

    private boolean hurts(Wound.Reconfigured wound, List<NodeStatus> leaders) {
        return newestLeader(leaders)
                .map(leader ->
                        switch (wound.change()) {
                            case REMOVE_ONE, REMOVE_LEADER ->
                                    wound.nodes().stream()
                                            .noneMatch(node -> leader.voters().contains(node));
                            case TRANSFER -> wound.nodes().contains(leader.node());
                            case SEVERAL -> done > 0;
                        })
                .orElse(false);
    }

    private void work() {
        if (next != null) {
            next.cancel();
        }
        if (!looking) {
            look();
        }
    }

    private void look() {
        looking = true;
        var unused = cluster.leaders().thenAccept(this::act);
    }

    /// It never stops: who seems to lead may be deposed, and what nobody answered may stand in a log and be done by a later
    /// leader.
    private void act(List<NodeStatus> leaders) {
        looking = false;
        inForce.forEach(wound -> insist(wound, leaders));
        if (inForce.isEmpty()) {
            newestLeader(leaders)
                    .ifPresent(leader -> missing(leader).forEach(node -> add(leader, node)));
        }
        long pace = inForce.isEmpty() && isRestored(leaders) ? REST_NANOS : PACE_NANOS;
        next = time.after(pace / 2 + random.nextLong(pace), this::look);
    }

    private void insist(Wound.Reconfigured wound, List<NodeStatus> leaders) {
        switch (wound.change()) {
            case REMOVE_ONE, REMOVE_LEADER -> {
                if (!hurts(wound, leaders)) {
                    newestLeader(leaders)
                            .ifPresent(
                                    leader -> wound.nodes().forEach(node -> remove(leader, node)));
                }
            }
            case TRANSFER -> {
                if (!hurts(wound, leaders)) {
                    NodeId target = wound.nodes().first();
                    newestLeader(leaders)
                            .ifPresent(leader ->
                                    ask(
                                            leader,
                                            new AdminRequest.TransferLeadership(target.name())));
                }
            }
            case SEVERAL -> {
                // Also at leaders who do not know that another has taken their place.
                for (NodeStatus leader : leaders) {
                    List<NodeId> among = List.copyOf(wound.nodes());
                    NodeId node = among.get(random.nextInt(among.size()));
                    if (random.nextBoolean()) {
                        remove(leader, node);
                    } else {
                        add(leader, node);
                    }
                }
            }
        }
    }

    private void remove(NodeStatus leader, NodeId node) {
        if (cluster.mayRemove()) {
            askedToRemove = true;
            ask(leader, new AdminRequest.RemoveMember(node.name()));
        }
    }

    private void add(NodeStatus leader, NodeId node) {
        ask(leader, new AdminRequest.AddMember(node.name(), cluster.addresses(node)));
    }

    private void ask(NodeStatus leader, AdminRequest request) {
        open++;
        cluster.ask(
                leader.node(),
                request,
                response -> {
                    open--;
                    if (response instanceof Response.Done) {
                        done++;
                    }
                });
    }

    private List<NodeId> missing(NodeStatus leader) {
        List<NodeId> missing = new ArrayList<>(cluster.expected());
        missing.removeAll(leader.voters());
        return missing;
    }

    private CompletableFuture<Void> until(Predicate<List<NodeStatus>> holds, long untilNanos) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        poll(holds, untilNanos, reached);
        return reached;
    }

    private void poll(
            Predicate<List<NodeStatus>> holds,
            long untilNanos,
            CompletableFuture<@Nullable Void> reached) {
        var unused =
                cluster.leaders()
                        .thenAccept(leaders -> {
                            if (holds.test(leaders) || time.nanos() >= untilNanos) {
                                reached.complete(null);
                            } else {
                                pollLater(holds, untilNanos, reached);
                            }
                        });
    }

    private void pollLater(
            Predicate<List<NodeStatus>> holds,
            long untilNanos,
            CompletableFuture<@Nullable Void> reached) {
        var unused = time.after(PACE_NANOS / 4, () -> poll(holds, untilNanos, reached));
    }
}
