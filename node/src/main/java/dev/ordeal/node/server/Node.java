package dev.ordeal.node.server;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Input;
import dev.ordeal.node.member.Member;
import dev.ordeal.node.member.Metrics;
import dev.ordeal.node.member.NodeStatus;
import dev.ordeal.node.member.Streams;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Inbox;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Standing;
import dev.ordeal.node.rpc.Wire;
import dev.ordeal.node.store.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A running member: the queue of what comes in, and the one thread that lets the [Member] take it, all of it at once, and
/// ticks. While the disk syncs, the next batch gathers.
///
/// Nothing is acknowledged after the disk has failed: the thread stops at once and says why ([#run]).
final class Node implements Inbox, Runnable {
    /// More than this many things waiting to be looked at are turned away.
    private static final int MAX_QUEUED = 16_384;

    private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NodeId self;
    private final Member member;
    private final Streams streams;
    private final Pings pings = new Pings();
    private final long tickNanos;
    private final ExecutorService snapshots = Executors.newSingleThreadExecutor();

    private final BlockingQueue<Input> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile NodeStatus status;

    Node(
            NodeId self,
            Membership members,
            Settings settings,
            Duration sessionTimeout,
            Planted planted,
            Disk disk,
            RandomGenerator random,
            Links links,
            Streams streams,
            Metrics metrics)
            throws IOException {
        this.self = self;
        this.streams = streams;
        this.tickNanos = settings.tickNanos();
        this.member =
                new Member(
                        self,
                        members,
                        settings,
                        sessionTimeout,
                        planted,
                        disk,
                        random,
                        new Member.Surroundings(
                                links,
                                streams,
                                metrics,
                                snapshots::submit,
                                System::nanoTime,
                                WallClock::nanos,
                                Wire::logged),
                        queue::offer);
        streams.flush();
        this.status = member.status();
    }

    // --- Other threads

    @Override
    public void message(NodeId from, Message message, Consumer<Message> answer) {
        // Turned away, it is a lost message.
        queue.offer(new Input.Received(from, message, answer));
    }

    @Override
    public void request(
            Request request, boolean mayForward, long timeoutNanos, Consumer<Response> answer) {
        member.admit(request, mayForward, timeoutNanos, answer)
                .filter(asked -> stopping || !queue.offer(asked))
                .ifPresent(turnedAway ->
                        turnedAway
                                .call()
                                .refuse(
                                        self
                                                + (stopping
                                                        ? " is stopping"
                                                        : " has too much to do: try again later"),
                                        null));
    }

    @Override
    public void administer(AdminRequest request, Consumer<Response> answer) {
        if (stopping || !queue.offer(new Input.Administered(request, answer))) {
            answer.accept(
                    new Response.Refused(self + " has too much to do: try again later", null));
        }
    }

    @Override
    public void pinged(NodeId from, String token) {
        pings.seen(token);
    }

    @Override
    public Standing standing() {
        NodeStatus now = status;
        return new Standing(
                now.node(),
                Streams.name(now.role()),
                now.term(),
                now.leader(),
                now.commitIndex(),
                now.appliedIndex(),
                now.members());
    }

    Pings pings() {
        return pings;
    }

    /// As of the last batch.
    NodeStatus status() {
        return status;
    }

    /// Asks the thread to end; it does after the batch it is in.
    ///
    /// @return whether it still ran until now
    boolean stop() {
        boolean running = !ended;
        stopping = true;
        queue.offer(new Input.WakeUp());
        return running;
    }

    // --- The thread

    /// Runs until [#stop()].
    ///
    /// @throws UncheckedIOException if the disk failed: nothing more can be promised
    @Override
    public void run() {
        try (snapshots) {
            List<Input> batch = new ArrayList<>();
            long nextTick = System.nanoTime() + tickNanos;
            long flushed = System.nanoTime();
            while (!stopping) {
                long wait = nextTick - System.nanoTime();
                @Nullable Input first =
                        wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch);
                    member.take(batch);
                    batch.clear();
                }
                long now = System.nanoTime();
                if (now >= nextTick) {
                    member.tick();
                    // Whoever was paused has not lived through the time: one tick, not all that
                    // were missed.
                    nextTick = Math.max(nextTick, now - tickNanos) + tickNanos;
                }
                member.settle();
                status = member.status();
                if (now - flushed >= FLUSH_NANOS) {
                    streams.flush();
                    flushed = now;
                }
            }
            streams.stopped();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
        }
    }
}
