package dev.ordeal.nemesis.process;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.cluster.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the bytes between nodes, and holds them where a link is cut.
///
/// Node A knows B by a port of this proxy, which forwards to B's real one; so what flows from A to B is the requests on the
/// connections that A opened and the answers on those that B opened. Cutting A→B holds both and nothing else:
///
/// ```
///            A opened it                      B opened it
///   A ====requests==|X|      B        A      |====requests==== B
///   A ====answers============ B        A      |X|==answers===== B     (A's answers to B)
/// ```
///
/// A cut is what it is on a real network, as far as a process can see: no byte that a live connection carries is lost or
/// reordered, what was held is delivered after healing, and so are the ends of connections, orderly or not. A connection opened
/// while either direction is cut comes into being after healing (the opener's system believes in it earlier: it cannot be told
/// otherwise without a privilege). Little is held here, [#BUFFER] bytes a connection and direction; then the proxy stops
/// reading, and the sender's own buffers fill up.
///
/// A link that is slow delivers each byte so much later than it came, and keeps the order. It carries no more than its buffer
/// in that time. What it still has when it is slow no longer is delivered at once.
///
/// One thread owns all of it. [#cut(Set)] returns when the links are cut: not a byte passes afterwards.
final class LinkProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkProxy.class);
    private static final int BUFFER = 64 * 1024;

    /// How often one flow is pumped before the others get their turn.
    private static final int TURN = 8;

    private final Selector selector;
    private final Thread thread = Thread.ofPlatform().daemon().name("links").unstarted(this::run);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<Connection> connections = new HashSet<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private Set<Link> cut = Set.of();
    private Map<Link, Long> delays = Map.of();

    private LinkProxy(Selector selector) {
        this.selector = selector;
    }

    static LinkProxy open() throws IOException {
        LinkProxy proxy = new LinkProxy(Selector.open());
        proxy.thread.start();
        return proxy;
    }

    /// Opens a port of 127.0.0.1 at which `link.from()` finds `link.to()`, which really listens at `target`.
    Address listen(Link link, Address target) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            onThread(() -> {
                register(
                        server,
                        SelectionKey.OP_ACCEPT,
                        (Ready) key -> accept(server, link, target));
            });
            return new Address("127.0.0.1", port);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// Cuts exactly these links and opens the others.
    void cut(Set<Link> links) {
        Set<Link> copy = Set.copyOf(links);
        onThread(() -> {
            cut = copy;
            List.copyOf(connections).forEach(Connection::proceed);
        });
    }

    /// Delays what exactly these links carry, each by so many nanoseconds.
    void delay(Map<Link, Long> nanos) {
        Map<Link, Long> copy = Map.copyOf(nanos);
        onThread(() -> {
            delays = copy;
            List.copyOf(connections).forEach(Connection::changeDelay);
        });
    }

    /// How many connections are carried or wait to be.
    int connections() {
        int[] count = new int[1];
        onThread(() -> count[0] = connections.size());
        return count[0];
    }

    /// Closes every port and connection.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs a task on the thread that owns everything, and returns when it has run.
    ///
    /// @throws IllegalStateException if the proxy is closed, or broke
    void onThread(Runnable task) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        // What the thread leaves undone when it ends is never done: nobody shall wait for it.
        CompletableFuture.anyOf(done, ended).join();
        if (!done.isDone()) {
            throw new IllegalStateException("the links between the nodes are closed");
        }
        done.join();
    }

    private void run() {
        try (selector) {
            while (!Thread.currentThread().isInterrupted()) {
                selector.select(key -> ((Ready) key.attachment()).handle(key), untilDue());
                if (!delays.isEmpty()) {
                    long now = System.nanoTime();
                    List.copyOf(connections).stream()
                            .filter(connection -> connection.dueIn(now) <= 0)
                            .forEach(Connection::proceed);
                }
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the links between the nodes broke", e);
            throw new IllegalStateException(e);
        } finally {
            ended.complete(null);
        }
    }

    /// How many milliseconds there are until something late may pass; 0, for ever: nothing is late.
    private long untilDue() {
        if (delays.isEmpty()) {
            return 0;
        }
        long now = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (Connection connection : connections) {
            least = Math.min(least, connection.dueIn(now));
        }
        return least == Long.MAX_VALUE ? 0 : 1 + Math.max(0, least) / 1_000_000;
    }

    /// What to do when a channel is ready.
    private interface Ready {
        void handle(SelectionKey key);
    }

    private SelectionKey register(SelectableChannel channel, int operations, Ready ready) {
        try {
            return channel.register(selector, operations, ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel server, Link link, Address target) {
        try {
            for (SocketChannel near = server.accept(); near != null; near = server.accept()) {
                near.configureBlocking(false);
                near.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Connection connection = new Connection(link, target, near);
                connections.add(connection);
                connection.proceed();
            }
        } catch (IOException e) {
            // Out of descriptors, or the opener is gone already: it sees that by itself.
            LOG.warn("{}: a connection was not accepted: {}", link, e.getMessage());
        }
    }

    private boolean isCut(Link link) {
        return cut.contains(link);
    }

    /// A connection that `link.from()` opened, in its stages: waiting for the link to be whole, connecting, carrying.
    private final class Connection {
        private final Link link;
        private final Address target;
        private final SocketChannel near;
        private final SelectionKey nearKey;
        private final Flow requests;
        private @Nullable SocketChannel far;
        private @Nullable SelectionKey farKey;
        private @Nullable Flow answers;

        Connection(Link link, Address target, SocketChannel near) {
            this.link = link;
            this.target = target;
            this.near = near;
            this.requests = new Flow(link, near);
            this.nearKey = register(near, 0, (Ready) key -> proceed());
        }

        void changeDelay() {
            requests.changeDelay();
            if (answers != null) {
                answers.changeDelay();
            }
            proceed();
        }

        /// How long it is until something late may pass; [Long#MAX_VALUE]: nothing is late.
        long dueIn(long nowNanos) {
            return answers == null
                    ? Long.MAX_VALUE // nobody to pass it to yet
                    : Math.min(requests.dueIn(nowNanos), answers.dueIn(nowNanos));
        }

        /// Does all that can be done now, and asks to be called when more can.
        void proceed() {
            if (!near.isOpen()) {
                // Both ends were ready in one turn, and what the first had to say closed both.
                return;
            }
            try {
                if (far == null) {
                    await();
                }
                if (far != null && answers == null) {
                    connect(far);
                }
                if (far != null && answers != null) {
                    carry(far, answers);
                }
            } catch (IOException e) {
                reset();
            }
        }

        private void await() throws IOException {
            // Until the far side knows of it, its end concerns nobody but the opener.
            requests.read();
            if (requests.ended) {
                reset();
            } else if (isCut(link) || isCut(link.reverse())) {
                nearKey.interestOps(requests.hasRoom() ? SelectionKey.OP_READ : 0);
            } else {
                nearKey.interestOps(0);
                SocketChannel channel = SocketChannel.open();
                far = channel;
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                farKey = register(channel, SelectionKey.OP_CONNECT, (Ready) key -> proceed());
                channel.connect(new InetSocketAddress(target.host(), target.port()));
            }
        }

        private void connect(SocketChannel channel) throws IOException {
            if (channel.finishConnect()) {
                answers = new Flow(link.reverse(), channel);
            }
        }

        private void carry(SocketChannel channel, Flow back) throws IOException {
            requests.pump(channel, back);
            back.pump(near, requests);
            // The first may have found the second's end.
            requests.pump(channel, back);
            if (requests.finished && back.finished) {
                close();
                return;
            }
            nearKey.interestOps(requests.readInterest() | back.writeInterest());
            if (farKey != null) {
                farKey.interestOps(back.readInterest() | requests.writeInterest());
            }
        }

        /// Breaks both sides off at once.
        private void reset() {
            for (SocketChannel channel : far == null ? List.of(near) : List.of(near, far)) {
                try {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                } catch (IOException e) {
                    // Closed already.
                }
            }
            close();
        }

        private void close() {
            connections.remove(this);
            try {
                near.close();
                if (far != null) {
                    far.close();
                }
            } catch (IOException e) {
                LOG.debug("{}: closing failed: {}", link, e.getMessage());
            }
        }
    }

    /// So many bytes must not pass before that time.
    private record Late(int bytes, long untilNanos) {}

    /// One direction of a connection.
    private final class Flow {
        private final Link link;
        private final SocketChannel source;
        private final ByteBuffer held = ByteBuffer.allocateDirect(BUFFER);

        /// Of what is held, the last that came: that much of it is late, and until when.
        private final Deque<Late> late = new ArrayDeque<>();

        private int lateBytes;

        /// The source has sent its last byte; `broken`: it did not end in order.
        private boolean ended;

        private boolean broken;

        /// The other side has been told so.
        private boolean finished;

        Flow(Link link, SocketChannel source) {
            this.link = link;
            this.source = source;
        }

        boolean hasRoom() {
            return held.hasRemaining();
        }

        int readInterest() {
            return !isCut(link) && !ended && hasRoom() ? SelectionKey.OP_READ : 0;
        }

        int writeInterest() {
            return !isCut(link) && due(held.position()) > 0 ? SelectionKey.OP_WRITE : 0;
        }

        /// What came while the link had another delay is late no more where it has none now.
        void changeDelay() {
            if (!delays.containsKey(link)) {
                late.clear();
                lateBytes = 0;
            }
        }

        long dueIn(long nowNanos) {
            Late next = late.peek();
            return next == null || isCut(link) ? Long.MAX_VALUE : next.untilNanos - nowNanos;
        }

        /// How much of what is held, which is `all`, may pass.
        private int due(int all) {
            while (!late.isEmpty() && late.element().untilNanos - System.nanoTime() <= 0) {
                lateBytes -= late.remove().bytes;
            }
            return all - lateBytes;
        }

        /// Takes what the source has sent and there is room for.
        ///
        /// @return whether there was anything
        boolean read() {
            if (ended) {
                return false;
            }
            try {
                int count = source.read(held);
                ended = count < 0;
                Long delay = delays.get(link);
                if (count > 0 && delay != null) {
                    late.add(new Late(count, System.nanoTime() + delay));
                    lateBytes += count;
                }
                return count > 0;
            } catch (IOException e) {
                ended = true;
                broken = true;
                return false;
            }
        }

        /// Moves bytes, and the end of the flow behind them, until there is nothing to read or no room to write, or the link is
        /// cut.
        ///
        /// @throws IOException if the connection was broken by the source, which the other side is to notice
        void pump(SocketChannel sink, Flow reverse) throws IOException {
            if (isCut(link) || finished) {
                return;
            }
            for (int turn = 0; turn < TURN; turn++) {
                boolean more = read();
                if (!write(sink, reverse)) {
                    return;
                }
                if (ended && held.position() == 0) {
                    finished = true;
                    if (broken) {
                        throw new IOException("broken by " + link.from());
                    }
                    sink.shutdownOutput();
                    return;
                }
                if (!more) {
                    return;
                }
            }
        }

        /// @return whether the sink is still there
        private boolean write(SocketChannel sink, Flow reverse) {
            try {
                int all = held.position();
                held.position(0).limit(due(all));
                sink.write(held);
                held.limit(all).compact();
                return true;
            } catch (IOException e) {
                // The sink is gone, and says so in its own direction, through which the source has
                // yet to hear of it.
                held.clear();
                late.clear();
                lateBytes = 0;
                ended = true;
                finished = true;
                reverse.ended = true;
                reverse.broken = true;
                reverse.finished = false;
                return false;
            }
        }
    }
}
