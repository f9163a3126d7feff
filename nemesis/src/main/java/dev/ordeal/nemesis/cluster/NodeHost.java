package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the nodes of a [LiveCluster] really are, and the handles by which they are hurt.
///
/// Methods block until what they say is so. No two calls about the same node overlap, nor two about links; [#life(NodeId)]
/// may be called at any time. What fails for reasons outside throws a [ClusterException].
public interface NodeHost extends AutoCloseable {
    /// What a node's process does.
    enum Life {
        RUNNING,
        PAUSED,
        DEAD
    }

    /// Makes everything that nodes need: folders, ports, networks. No node runs yet.
    void prepare();

    /// Makes what one more node needs, which is to be added to the others; it does not run yet. A node that there was before
    /// comes back to what it left.
    void prepare(NodeId added);

    /// Starts a dead node on the data it has; it need not serve yet. It starts with its links cut as they are to be.
    void start(NodeId node);

    /// Kills a running or paused node without letting it say goodbye.
    void kill(NodeId node);

    void pause(NodeId node);

    void resume(NodeId node);

    /// Gives a file among the data of a dead node other bytes. It is there.
    void overwrite(NodeId node, String file, byte[] bytes);

    /// Cuts exactly these links, and opens the others. A link of a node that there is not yet is cut from its beginning.
    void cut(Set<Link> links);

    /// Whether it can delay what links carry.
    boolean canDelay();

    /// Delays what exactly these links carry, each by so many nanoseconds; asked only of one that can.
    void delay(Map<Link, Long> nanos);

    /// Why it cannot have nodes see another time than it is, in a clause; empty: it can. It then does, with the time that
    /// [FakeTime#file] of a node's directory says, if the cluster's spec has [clocks][ClusterSpec#clocks()].
    Optional<String> whyNoClocks();

    /// What its process does, as the operating system says.
    Life life(NodeId node);

    /// How its process is called by the operating system: `process 4711`.
    String process(NodeId node);

    /// Of a dead node, how it ended and the last that it wrote, in one line.
    String lastWords(NodeId node);

    /// Where the other nodes reach it, when nothing stands in between.
    Address peerAddress(NodeId node);

    Address clientAddress(NodeId node);

    Address adminAddress(NodeId node);

    /// Stops the nodes, politely where they can still hear it, and removes everything that was made. Nothing can be started
    /// afterwards.
    @Override
    void close();
}
