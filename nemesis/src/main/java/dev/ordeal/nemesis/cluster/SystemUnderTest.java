package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything a cluster has to know about the system it runs: how a node is started, and how to ask it things.
///
/// The questions block, may be asked on any thread, and fail with an [IOException] if the node does not answer in time.
public interface SystemUnderTest {
    /// As it is told to users.
    String name();

    /// The program of a local process, to which [#arguments(Seat)] are added.
    List<String> program();

    /// The folder with the `Dockerfile` of a container whose entry point takes [#arguments(Seat)].
    Path imageFolder();

    /// What to start the node with.
    List<String> arguments(Seat seat);

    /// Whether a file among a node's data is of the log that the nodes agree on.
    boolean isLog(String file);

    /// Does it serve?
    boolean healthy(Address admin, Duration timeout) throws IOException;

    NodeStatus status(Address admin, Duration timeout) throws IOException;

    /// Makes the node at `admin` send `token` to `peer` over the very connection that the system itself uses, and says whether
    /// an answer came back within `timeout`.
    boolean ping(Address admin, NodeId peer, String token, Duration timeout) throws IOException;

    /// Has `token` reached the node at `admin`?
    boolean pinged(Address admin, String token, Duration timeout) throws IOException;

    /// Has the node at `admin` draw the shortest election time-out each time from now on, or at random again, as after its start.
    void storm(Address admin, boolean on, Duration timeout) throws IOException;

    /// Whether its nodes ask the C library what time it is, which can be deceived, and [tell][#clock] what they saw. Not every
    /// program does: one in Go asks the kernel.
    default boolean hasClocks() {
        return false;
    }

    /// What the clocks of the node at `admin` show; asked only of a system that [has some][#hasClocks()].
    default ClockReading clock(Address admin, Duration timeout) throws IOException {
        throw new UnsupportedOperationException(name() + " does not tell what time it is");
    }

    /// A node's place, in its own eyes: inside a container the addresses and folders are those of the container.
    ///
    /// @param peers where each of the first members listens for the others, itself included; empty: the node is to be added to
    /// the others, and learns from them where they are
    /// @param routes a file with the ways that lead to other nodes instead, a `NAME=HOST:PORT` a line; lines are added to it when
    /// nodes are. null: nodes reach each other where they listen
    /// @param data its folder for what must survive a restart
    /// @param streams its folder for what the judge reads
    record Seat(
            NodeId id,
            Map<NodeId, Address> peers,
            @Nullable Path routes,
            Address listenPeer,
            Address listenClient,
            Address listenAdmin,
            Path data,
            Path streams) {}
}
