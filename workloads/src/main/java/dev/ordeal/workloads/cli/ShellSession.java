package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A cluster in the hands of somebody who types. One thread; every command blocks until it is carried out.
///
/// Whatever goes wrong is a message, and the next command finds the session as it was.
final class ShellSession implements AutoCloseable {
    /// An election takes a second at most; the rest is for a loaded machine.
    private static final Duration LEADER_WAIT = Duration.ofSeconds(10);

    /// What a server that joins must catch up on was typed by somebody.
    private static final Duration MEMBERS_WAIT = Duration.ofSeconds(20);

    private static final long LOOK_NANOS = 50_000_000L;

    /// Makes a cluster of so many nodes.
    interface Founder {
        LiveCluster found(int nodes, EventLoop loop);
    }

    private final Founder founder;
    private final Duration timeout;
    private final PrintWriter out;
    private final EventLoop loop = new EventLoop();

    /// Who is cut off, and by what.
    private final Map<NodeId, Wound> disconnected = new TreeMap<>();

    private final Set<NodeId> crashed = new TreeSet<>();
    private @Nullable LiveCluster cluster;

    ShellSession(Founder founder, Duration timeout, PrintWriter out) {
        this.founder = founder;
        this.timeout = timeout;
        this.out = out;
    }

    /// Carries a line out and prints what came of it.
    ///
    /// @return whether it was understood and succeeded
    boolean carryOut(ShellLine line) {
        try {
            return switch (line) {
                case ShellLine.CreateCluster(int nodes) -> create(nodes);
                case ShellLine.Set(String key, String value, var peer) ->
                        ask(new Request.Write("", 0, key, value), peer);
                case ShellLine.Get(String key, var peer) -> ask(new Request.Read(key), peer);
                case ShellLine.DisconnectPeer(String peer) -> disconnect(peer(peer));
                case ShellLine.ReconnectPeer(String peer) -> reconnect(peer(peer));
                case ShellLine.CrashPeer(String peer) -> crash(peer(peer));
                case ShellLine.RestartPeer(String peer) -> restart(peer(peer));
                case ShellLine.CheckLeader() -> checkLeader();
                case ShellLine.AddServers(var names) -> names.stream().allMatch(this::add);
                case ShellLine.RemoveServers(var names) ->
                        names.stream().map(this::peer).toList().stream().allMatch(this::remove);
                case ShellLine.Shutdown() -> {
                    running();
                    close();
                    yield say("the cluster is shut down");
                }
                case ShellLine.Help() -> help();
                case ShellLine.Stop() -> true;
                case ShellLine.Nothing() -> true;
            };
        } catch (RuntimeException e) {
            return complain(Failure.inOneLine(e));
        }
    }

    /// The names of the peers, for whoever completes them.
    List<String> peers() {
        return cluster == null ? List.of() : cluster.nodes().stream().map(NodeId::name).toList();
    }

    private boolean say(String sentence) {
        out.println(sentence);
        out.flush();
        return true;
    }

    boolean complain(String sentence) {
        say("error: " + sentence);
        return false;
    }

    private boolean help() {
        int width = 0;
        for (ShellLine.Form form : ShellLine.Form.values()) {
            width = Math.max(width, form.usage().length());
        }
        for (ShellLine.Form form : ShellLine.Form.values()) {
            String usage = form.usage();
            say("  " + usage + " ".repeat(width + 2 - usage.length()) + form.description());
        }
        return true;
    }

    // --- The cluster

    private LiveCluster running() {
        if (cluster == null) {
            throw new IllegalArgumentException("there is no cluster yet: create cluster");
        }
        return cluster;
    }

    private NodeId peer(String name) {
        return running().nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no peer "
                                        + name
                                        + ", only "
                                        + String.join(", ", peers())));
    }

    private boolean create(int nodes) {
        if (cluster != null) {
            return complain("there is a cluster of " + String.join(", ", peers()) + ": shutdown");
        }
        LiveCluster founded = founder.found(nodes, loop);
        try {
            loop.runUntil(founded.start());
        } catch (RuntimeException e) {
            founded.close();
            throw e;
        }
        cluster = founded;
        say("started " + String.join(", ", peers()));
        return checkLeader();
    }

    private boolean disconnect(NodeId peer) {
        if (running().nodes().size() == 1) {
            return complain(peer + " is alone: there is nobody to cut it off from");
        }
        if (disconnected.containsKey(peer)) {
            return complain(peer + " is disconnected already");
        }
        Wound cut = cut(peer, running().nodes());
        disconnected.put(peer, cut);
        loop.runUntil(running().strike(cut));
        return say(peer + " is disconnected");
    }

    private boolean reconnect(NodeId peer) {
        @Nullable Wound cut = disconnected.remove(peer);
        if (cut == null) {
            return complain(peer + " is not disconnected");
        }
        loop.runUntil(running().heal(cut));
        return say(peer + " is connected again");
    }

    private static Wound cut(NodeId peer, Collection<NodeId> from) {
        List<Link> links = new ArrayList<>();
        for (NodeId other : from) {
            if (!other.equals(peer)) {
                links.add(new Link(peer, other));
                links.add(new Link(other, peer));
            }
        }
        return new Wound.Cut(links);
    }

    private boolean crash(NodeId peer) {
        if (!crashed.add(peer)) {
            return complain(peer + " is down already");
        }
        loop.runUntil(running().strike(new Wound.Killed(List.of(peer))));
        return say(peer + " is down");
    }

    private boolean restart(NodeId peer) {
        if (!crashed.remove(peer)) {
            return complain(peer + " is not down");
        }
        loop.runUntil(running().heal(new Wound.Killed(List.of(peer))));
        return say(peer + " is up again");
    }

    // --- Membership

    /// One at a time, each a change of its own: what follows one that fails is not tried.
    private boolean add(String name) {
        LiveCluster into = running();
        NodeId peer = new NodeId(name);
        if (into.nodes().contains(peer)) {
            return complain(peer + " is a server already");
        }
        if (leader().isEmpty()) {
            return complain("not done, nothing was started: nobody leads");
        }
        cutOffFrom(peer);
        try {
            loop.runUntil(into.join(peer));
        } catch (RuntimeException e) {
            end(peer);
            throw e;
        }
        Told told =
                administer(
                        new AdminRequest.AddMember(
                                name,
                                new Addresses(
                                        into.peerAddress(peer).toString(),
                                        into.clientAddress(peer).toString())));
        if (told.outcome() == Told.Outcome.FAILED) {
            end(peer);
        }
        return tell(told);
    }

    /// Whoever is disconnected is so from a newcomer too.
    private void cutOffFrom(NodeId newcomer) {
        List<NodeId> all = new ArrayList<>(running().nodes());
        all.add(newcomer);
        disconnected.replaceAll((peer, before) -> {
            Wound wider = cut(peer, all);
            loop.runUntil(running().strike(wider));
            loop.runUntil(running().heal(before));
            return wider;
        });
    }

    private boolean remove(NodeId peer) {
        Told told = administer(new AdminRequest.RemoveMember(peer.name()));
        if (told.outcome() == Told.Outcome.OK) {
            end(peer);
        }
        return tell(told);
    }

    /// Ends the process of one that is not, or no longer, a member. Should it be added again, it goes on from what it has on its
    /// disk: were that gone, it could give a second vote in a term.
    private void end(NodeId peer) {
        if (running().nodes().contains(peer)) {
            loop.runUntil(running().leave(peer));
        }
        if (crashed.remove(peer)) {
            loop.runUntil(running().heal(new Wound.Killed(List.of(peer))));
        }
        @Nullable Wound cut = disconnected.remove(peer);
        if (cut != null) {
            loop.runUntil(running().heal(cut));
        }
    }

    private Told administer(AdminRequest request) {
        // A leader that steps down in this moment names another.
        Optional<NodeId> leader = leader().map(NodeStatus::node);
        List<Address> servers =
                Stream.concat(leader.stream(), running().nodes().stream())
                        .filter(this::isWell)
                        .map(running()::clientAddress)
                        .distinct()
                        .toList();
        if (leader.isEmpty()) {
            return Told.of(request, new Response.Refused("nobody leads", null));
        }
        try (ServerGroup group = new ServerGroup(servers, Credentials.NONE)) {
            return Told.of(request, group.administer(request, MEMBERS_WAIT).response());
        }
    }

    private boolean isWell(NodeId peer) {
        return !disconnected.containsKey(peer) && !crashed.contains(peer);
    }

    // --- Leader and requests

    private boolean checkLeader() {
        Optional<NodeStatus> leader = leader();
        return leader.isPresent()
                ? say(leader.get().node() + " leads in term " + leader.get().term())
                : complain("nobody leads");
    }

    /// The newest of those who say that they lead and are neither down nor disconnected, once there is one.
    private Optional<NodeStatus> leader() {
        return loop.runUntil(leader(loop.nanos() + LEADER_WAIT.toNanos()));
    }

    private CompletableFuture<Optional<NodeStatus>> leader(long untilNanos) {
        return running()
                .leaders()
                .thenCompose(leaders -> {
                    Optional<NodeStatus> leads =
                            NodeStatus.newestLeader(
                                    leaders.stream()
                                            .filter(status -> isWell(status.node()))
                                            .toList());
                    if (leads.isPresent() || loop.nanos() >= untilNanos) {
                        return CompletableFuture.completedFuture(leads);
                    }
                    CompletableFuture<Void> pause = new CompletableFuture<>();
                    var unused = loop.after(LOOK_NANOS, () -> pause.complete(null));
                    return pause.thenCompose(over -> leader(untilNanos));
                });
    }

    private boolean ask(Request request, @Nullable String peer) {
        NodeId asked;
        if (peer != null) {
            asked = peer(peer);
        } else {
            Optional<NodeStatus> leader = leader();
            if (leader.isEmpty()) {
                return complain("not done, nothing was sent: nobody leads");
            }
            asked = leader.get().node();
        }
        Address address = running().clientAddress(asked);
        try (ServerGroup server = new ServerGroup(List.of(address), Credentials.NONE)) {
            return tell(Told.of(request, server.askOnly(address, request, timeout).response()));
        }
    }

    private boolean tell(Told told) {
        return told.outcome() == Told.Outcome.OK ? say(told.sentence()) : complain(told.sentence());
    }

    /// Ends the cluster, if there is one.
    @Override
    public void close() {
        LiveCluster ending = cluster;
        cluster = null;
        disconnected.clear();
        crashed.clear();
        if (ending != null) {
            ending.close();
        }
    }
}
