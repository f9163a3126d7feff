package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Request;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A cluster in the hands of somebody who types. One thread; every command blocks until it is carried out.
///
/// Whatever goes wrong is a message, and the next command finds the session as it was.
final class ShellSession implements AutoCloseable {
    /// An election takes a second at most; the rest is for a loaded machine.
    private static final Duration LEADER_WAIT = Duration.ofSeconds(10);

    private static final long LOOK_NANOS = 50_000_000L;

    /// Makes a cluster of so many nodes.
    interface Founder {
        LiveCluster found(int nodes, EventLoop loop);
    }

    private final Founder founder;
    private final Duration timeout;
    private final PrintWriter out;
    private final EventLoop loop = new EventLoop();
    private final Set<NodeId> disconnected = new TreeSet<>();
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
                case ShellLine.AddServers added -> fixedMembership();
                case ShellLine.RemoveServers removed -> fixedMembership();
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
        if (!disconnected.add(peer)) {
            return complain(peer + " is disconnected already");
        }
        loop.runUntil(running().strike(cut(peer)));
        return say(peer + " is disconnected");
    }

    private boolean reconnect(NodeId peer) {
        if (!disconnected.remove(peer)) {
            return complain(peer + " is not disconnected");
        }
        loop.runUntil(running().heal(cut(peer)));
        return say(peer + " is connected again");
    }

    private Wound cut(NodeId peer) {
        List<Link> links = new ArrayList<>();
        for (NodeId other : running().nodes()) {
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

    private boolean fixedMembership() {
        running();
        return complain(
                "not supported by this build yet: who belongs to a cluster is settled when it is created");
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
                .status()
                .thenCompose(all -> {
                    Optional<NodeStatus> leads =
                            all.values().stream()
                                    .filter(NodeStatus::leads)
                                    .filter(status -> !disconnected.contains(status.node()))
                                    .filter(status -> !crashed.contains(status.node()))
                                    .max(Comparator.comparingLong(NodeStatus::term));
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
            Told told = Told.of(request, server.askOnly(address, request, timeout).response());
            return told.outcome() == Told.Outcome.OK
                    ? say(told.sentence())
                    : complain(told.sentence());
        }
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
