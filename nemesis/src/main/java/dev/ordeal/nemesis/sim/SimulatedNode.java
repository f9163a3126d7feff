package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.nemesis.cluster.Flip;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.cluster.NodeStatus;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.member.Input;
import dev.ordeal.node.member.Journal;
import dev.ordeal.node.member.Member;
import dev.ordeal.node.member.Metrics;
import dev.ordeal.node.member.Timeouts;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Snapshot;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Peer;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.store.DamagedException;
import dev.ordeal.node.store.Disk;
import dev.ordeal.node.store.SimulatedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One node: a directory that outlives its processes, and the process that runs on it, if one does.
///
/// A process takes in what has come, all of it at once, as the real one's thread does; while its disk syncs it is busy, and what
/// comes gathers. One that is paused does nothing, but its machine goes on receiving for it. One that is killed is gone
/// between two steps, or in the middle of one: then after some of its effects and before the others. Its operating system keeps
/// what it was given, unless the machine loses its power. A process whose disk fails ends, as the real one does.
final class SimulatedNode {
    private static final long RESTART_NANOS = 20_000_000;

    /// A process that is killed in the middle of what it does is gone after this time at the latest.
    private static final long KILL_NANOS = 20_000_000;

    private static final int MOST_LAST_THINGS = 12;

    private final NodeId id;
    private final dev.ordeal.node.raft.NodeId raftId;
    private final Surroundings around;
    private final SimulatedDirectory directory;
    private final RandomGenerator random;
    private final NodeClock clock;
    private Named named = Named.of(Membership.NONE);
    private final List<Neighbour> neighbours = new ArrayList<>();
    private @Nullable Incarnation process;
    private boolean paused;
    private boolean storm;
    private long slowSyncNanos;
    private boolean full;

    /// Whether its disk has ever been full: a write that failed then may come to light later.
    private boolean hasBeenFull;

    /// Whether a bit on its disk has changed since it last started.
    private boolean flipped;

    /// Why it does not start any more, if it does not.
    private @Nullable String lost;

    /// What a simulated node finds around it.
    ///
    /// @param time the one of all
    /// @param conditions the ones of all, as they are now
    /// @param founders the configuration with which the cluster begins
    /// @param node finds another by its name
    /// @param reading of commands in the log
    /// @param bug planted in every process that starts
    /// @param journals opens the journal of a process: of which node, in which incarnation
    /// @param invariants are told what no journal is
    /// @param supervisor is told that a process has ended by itself
    record Surroundings(
            Scheduler time,
            Supplier<Conditions> conditions,
            Network network,
            List<NodeId> members,
            Membership founders,
            Function<NodeId, SimulatedNode> node,
            SharedReading reading,
            Supplier<Planted> bug,
            Journals journals,
            Invariants invariants,
            Runnable supervisor) {}

    SimulatedNode(NodeId id, Surroundings around, RandomGenerator random) {
        this.id = id;
        this.raftId = raftId(id);
        this.around = around;
        this.directory = new SimulatedDirectory(id.name());
        this.random = random;
        double drift = around.conditions.get().drift() * (2 * random.nextDouble() - 1);
        this.clock = new NodeClock(around.time, 1 + drift);
    }

    NodeId id() {
        return id;
    }

    /// Another node, and the links to it and from it.
    private record Neighbour(SimulatedNode node, Network.Line there, Network.Line back) {}

    /// Sought when the first process starts, for the others may be made after this one; and not again, for processes start often.
    private List<Neighbour> neighbours() {
        if (neighbours.isEmpty()) {
            for (NodeId other : around.members) {
                if (!other.equals(id)) {
                    Link link = new Link(id, other);
                    neighbours.add(
                            new Neighbour(
                                    around.node.apply(other),
                                    around.network.line(link),
                                    around.network.line(link.reverse())));
                }
            }
        }
        return neighbours;
    }

    Life life() {
        return process == null ? Life.DEAD : paused ? Life.PAUSED : Life.RUNNING;
    }

    /// Of a process that runs.
    Optional<NodeStatus> status() {
        Incarnation running = process;
        if (running == null || paused) {
            return Optional.empty();
        }
        var status = running.member.status();
        Named members = named(status.members());
        return Optional.of(
                new NodeStatus(
                        id,
                        status.incarnation(),
                        dev.ordeal.node.member.Streams.name(status.role()),
                        status.term(),
                        Optional.ofNullable(status.leader()).map(NodeId::new),
                        status.commitIndex(),
                        status.appliedIndex(),
                        status.lastIndex(),
                        Long.toHexString(status.digest()),
                        members.voters,
                        members.learners,
                        running.timeouts.isStorm()));
    }

    /// Whether a process runs that says that it leads.
    boolean leads() {
        return process != null && !paused && process.member.role() == Role.LEADER;
    }

    /// A configuration with the nodes' names as they are outside.
    private record Named(Membership members, SortedSet<NodeId> voters, SortedSet<NodeId> learners) {
        static Named of(Membership members) {
            return new Named(members, ids(members.voters()), ids(members.learners()));
        }
    }

    /// The names stay as they are until the configuration is another. What they are kept for is the very one that was asked for:
    /// an equal one that a process has read from its disk would be compared name by name each time.
    private Named named(Membership members) {
        named =
                named.members.equals(members)
                        ? new Named(members, named.voters, named.learners)
                        : Named.of(members);
        return named;
    }

    private static SortedSet<NodeId> ids(List<dev.ordeal.node.raft.NodeId> members) {
        SortedSet<NodeId> ids = new TreeSet<>();
        members.forEach(member -> ids.add(new NodeId(member.name())));
        return ids;
    }

    /// How long a process takes to start.
    long startNanos() {
        return RESTART_NANOS / 2 + random.nextLong(RESTART_NANOS);
    }

    /// Starts a process on what the disk holds. There is none afterwards if the disk is full, or if what it holds is not what was
    /// written to it: then there never will be one.
    void start() {
        if (process != null || lost != null) {
            return;
        }
        try {
            process = new Incarnation();
            flipped = false;
        } catch (DamagedException e) {
            if (!flipped) {
                around.invariants.broken(
                        "persistence", id + " does not start: " + e.getMessage(), id);
            }
            lost = e.getMessage();
        } catch (IOException e) {
            if (!full) {
                throw new ClusterException(id + " does not start: " + e.getMessage(), e);
            }
        } catch (RuntimeException e) {
            fails(e);
        }
    }

    /// The process ends by a mistake of its own, which no process of a service that works does.
    private void fails(RuntimeException e) {
        StackTraceElement[] where = e.getStackTrace();
        around.invariants.broken(
                "a node runs until it is stopped",
                "%s ends with %s%s".formatted(id, e, where.length == 0 ? "" : " in " + where[0]),
                id);
    }

    /// Kills the process: at once, or in the middle of what it does next, which `dead` tells.
    ///
    /// @param power whether the machine loses its power, too
    void kill(boolean power, Runnable dead) {
        Incarnation dying = process;
        if (dying == null) {
            if (power) {
                directory.losePower(random);
            }
            dead.run();
            return;
        }
        dying.losesPower |= power;
        if (!paused && random.nextBoolean()) {
            dying.endAfter(random.nextInt(MOST_LAST_THINGS));
            var unused =
                    around.time.after(
                            KILL_NANOS,
                            () -> {
                                dying.end();
                                dead.run();
                            });
            return;
        }
        dying.end();
        paused = false;
        dead.run();
    }

    // --- What can be wrong with its machine

    NodeClock clock() {
        return clock;
    }

    /// From now on the clock goes so many times as fast as it should; with 0 it stands.
    void rate(double times) {
        takeInTicks();
        clock.rate(times);
        if (process != null) {
            process.setAlarm();
        }
    }

    /// What is said of ticks from now on is not said of those that have come.
    private void takeInTicks() {
        if (process != null && !paused) {
            process.takeInTicks();
        }
    }

    /// The clock is ahead at once, and the ticks that lie between come all together: as a driver makes them that wants to make
    /// up for what it has missed.
    void leap(long nanos) {
        takeInTicks();
        clock.leap(nanos);
        Incarnation running = process;
        if (running != null && !paused) {
            running.ticks((int) (nanos / around.conditions.get().tickNanos()));
        }
    }

    /// Whether every election time-out that it draws is the shortest.
    void storm(boolean on) {
        storm = on;
        if (process != null) {
            process.timeouts.storm(on);
        }
    }

    boolean storms() {
        return process != null && process.timeouts.isStorm();
    }

    /// How much longer than by the conditions its disk takes to sync.
    void slowSync(long nanos) {
        slowSyncNanos = nanos;
    }

    long slowSync() {
        return slowSyncNanos;
    }

    /// The disk takes this many bytes more, and then nothing.
    void fill(long left) {
        full = true;
        hasBeenFull = true;
        directory.capacity(directory.used() + left);
    }

    void makeRoom() {
        full = false;
        directory.capacity(Long.MAX_VALUE);
    }

    boolean full() {
        return full;
    }

    /// Changes a bit in one of the files of a node that is down.
    void flip() {
        SortedMap<String, Integer> lengths = new TreeMap<>();
        directory.names().forEach(name -> lengths.put(name, length(name)));
        Flip.draw(lengths, Disk::isLog, random).ifPresent(this::flip);
    }

    private void flip(Flip flip) {
        try {
            directory.flip(flip.file(), flip.offset(), flip.mask());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        flipped = true;
    }

    private int length(String name) {
        try {
            return directory.read(name).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether it may turn out, or has, that its disk is not what it was.
    boolean atRisk() {
        return flipped || lost != null;
    }

    Optional<String> whyLost() {
        return Optional.ofNullable(lost);
    }

    void pause() {
        takeInTicks();
        paused = true;
    }

    void resume() {
        paused = false;
        if (process != null) {
            process.goOn();
        }
    }

    /// The end of the simulation: the process is dropped where it stands.
    void close() {
        Incarnation dying = process;
        if (dying != null) {
            dying.drop();
        }
    }

    /// A request of a client's or of another node's has arrived.
    ///
    /// @param answer takes the response, on this node's side; a [Response.Broken] that was never sent if nobody listens
    void request(
            Request request, boolean mayForward, long timeoutNanos, Consumer<Response> answer) {
        Incarnation running = process;
        if (running == null) {
            answer.accept(new Response.Broken("UNAVAILABLE", id + " is down", true));
            return;
        }
        OpenCall call = new OpenCall(running, answer);
        running.calls.add(call);
        running.step(() ->
                running.member
                        .admit(request, mayForward, timeoutNanos, call)
                        .ifPresent(running::arrived));
        running.takeIn();
    }

    /// Whoever runs the cluster asks for something.
    ///
    /// @param answer as with [#request]
    void administer(AdminRequest request, Consumer<Response> answer) {
        Incarnation running = process;
        if (running == null) {
            answer.accept(new Response.Broken("UNAVAILABLE", id + " is down", true));
            return;
        }
        OpenCall call = new OpenCall(running, answer);
        running.calls.add(call);
        running.receive(new Input.Administered(request, call));
    }

    /// A request that a process was asked and has not answered. If the process ends first, its connection breaks.
    private static final class OpenCall implements Consumer<Response> {
        private final Incarnation process;
        private final Consumer<Response> answer;

        OpenCall(Incarnation process, Consumer<Response> answer) {
            this.process = process;
            this.answer = answer;
        }

        @Override
        public void accept(Response response) {
            if (!process.ended) {
                process.notice();
            }
            if (process.calls.remove(this)) {
                answer.accept(response);
            }
        }
    }

    private void message(
            dev.ordeal.node.raft.NodeId from, Message message, Consumer<Message> answer) {
        if (process != null) {
            process.receive(new Input.Received(from, message, answer));
        }
    }

    /// The process ended in the middle of a step.
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /// A step of the process, which its end may interrupt.
    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /// A life of the node.
    private final class Incarnation {
        private static final int IMMORTAL = -1;

        private final Disk disk;
        private final Timeouts timeouts;
        private final Journal journal;
        private final Member member;
        private List<Input> inbox = new ArrayList<>();

        /// What it takes in at this moment; to gather in the next time.
        private List<Input> takenIn = new ArrayList<>();

        /// Few, and the first to come is mostly the first to go.
        private final List<OpenCall> calls = new ArrayList<>();

        private final Deque<Runnable> whilePaused = new ArrayDeque<>();
        private boolean busy;
        private int ticksDue;

        // What it does all the time: made once.
        private final Step taking = this::take;
        private final Step ticking = this::tick;
        private final Step settling = this::sync;
        private final Runnable settled = whenRunning(this::settle);
        private final Runnable rung = whenRunning(this::ring);

        /// What the clock on its wall shows: what it has lived through, in ticks of this length.
        private long livedNanos;

        private final long tickNanos = around.conditions.get().settings().tickNanos();

        /// When the next tick comes that was not taken in.
        private long tickAt;

        /// Rings when a tick comes with which something happens, or earlier.
        private @Nullable Cancellable alarm;

        private long alarmAt;
        private boolean ended;
        private boolean losesPower;

        /// After so many more things that others could notice it is killed.
        private int deadline = IMMORTAL;

        Incarnation() throws IOException {
            Planted planted = around.bug.get();
            disk = Disk.open(planted.directory(directory), planted.recoveryRules(), note -> {});
            timeouts = new Timeouts(new SplittableRandom(random.nextLong()));
            timeouts.storm(storm);
            journal = around.journals.open(id, disk.incarnation());
            member =
                    new Member(
                            raftId,
                            around.founders,
                            around.conditions.get().settings(),
                            around.conditions.get().sessionTimeout(),
                            planted,
                            disk,
                            timeouts,
                            new Member.Surroundings(
                                    peers(),
                                    journal,
                                    new Metrics(),
                                    this::write,
                                    clock::nanos,
                                    () -> livedNanos,
                                    around.reading),
                            this::receive);
            // The first comes early, or late: processes that start together do not tick together.
            tickAt = around.time.nanos() + random.nextLong(around.conditions.get().tickNanos());
            setAlarm();
        }

        private Map<dev.ordeal.node.raft.NodeId, Peer> peers() {
            Map<dev.ordeal.node.raft.NodeId, Peer> peers = new TreeMap<>();
            for (Neighbour other : neighbours()) {
                peers.put(other.node.raftId, new Way(this, other));
            }
            return peers;
        }

        /// Runs if the process still lives; if it is paused, when it goes on.
        private Runnable whenRunning(Runnable task) {
            return () -> {
                if (ended) {
                    return;
                }
                if (paused) {
                    whilePaused.add(task);
                } else {
                    task.run();
                }
            };
        }

        /// Of the ticks that came meanwhile there is one.
        void goOn() {
            tickAt = Math.max(tickAt, around.time.nanos());
            wake();
            for (Runnable task = whilePaused.poll();
                    task != null && !ended;
                    task = whilePaused.poll()) {
                task.run();
            }
            takeIn();
        }

        void receive(Input input) {
            arrived(input);
            takeIn();
        }

        private void arrived(Input input) {
            inbox.add(input);
        }

        /// All that has come, unless it is in the middle of something.
        private void takeIn() {
            if (ended || busy || paused || inbox.isEmpty()) {
                return;
            }
            takeInTicks();
            if (ended || busy || inbox.isEmpty()) {
                return;
            }
            busy = true;
            List<Input> batch = inbox;
            inbox = takenIn;
            takenIn = batch;
            step(taking);
            batch.clear();
            settleInTime();
        }

        private void take() throws IOException {
            member.take(takenIn);
        }

        private void tick() throws IOException {
            member.tick();
        }

        private void sync() throws IOException, InterruptedException {
            member.settle();
            journal.flush();
        }

        /// Takes in the ticks that have come: together those with which nothing happens. Of those that come while it is busy
        /// there is one.
        private void takeInTicks() {
            long now = around.time.nanos();
            if (tickAt > now) {
                return;
            }
            long every = betweenTicks();
            int come = (int) ((now - tickAt) / every) + 1;
            tickAt += come * every;
            if (clock.stands()) {
                return;
            }
            if (busy) {
                ticksDue = Math.max(ticksDue, 1);
            } else {
                int quiet = Math.min(come, member.quietTicks());
                if (quiet > 0) {
                    step(() -> member.tick(quiet));
                    livedNanos += quiet * tickNanos;
                }
                ticks(come - quiet);
            }
        }

        private long betweenTicks() {
            return clock.untilNanos(around.conditions.get().tickNanos());
        }

        /// A process at rest need not be woken for each tick.
        private void setAlarm() {
            long due = tickAt + member.quietTicks() * betweenTicks();
            if (ended || busy || (alarm != null && alarmAt <= due)) {
                return;
            }
            if (alarm != null) {
                alarm.cancel();
            }
            alarmAt = due;
            alarm = around.time.after(due - around.time.nanos(), rung);
        }

        private void ring() {
            alarm = null;
            wake();
        }

        private void wake() {
            takeInTicks();
            setAlarm();
        }

        void ticks(int many) {
            ticksDue += many;
            if (!busy) {
                goOnTicking();
            }
        }

        private void goOnTicking() {
            if (ticksDue > 0) {
                ticksDue--;
                takeTick();
            }
        }

        private void takeTick() {
            busy = true;
            step(ticking);
            livedNanos += tickNanos;
            settleInTime();
        }

        /// What rests on the disk happens when that has synced.
        private void settleInTime() {
            if (ended) {
                return;
            }
            if (disk.isDirty()) {
                var unused = around.time.after(syncNanos(), settled);
            } else {
                settle();
            }
        }

        private long syncNanos() {
            return Conditions.around(around.conditions.get().syncNanos() + slowSyncNanos, random);
        }

        private void settle() {
            step(settling);
            if (ended) {
                return;
            }
            takeInTicks();
            busy = false;
            if (ticksDue > 0) {
                goOnTicking();
            } else {
                setAlarm();
                takeIn();
            }
        }

        private void step(Step step) {
            if (ended) {
                return;
            }
            try {
                step.take();
            } catch (Killed killed) {
                end();
            } catch (IOException e) {
                if (!hasBeenFull) {
                    throw new UncheckedIOException(id + "'s disk failed", e);
                }
                end();
                around.supervisor.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a simulation has nobody who interrupts", e);
            } catch (RuntimeException e) {
                fails(e);
                end();
            }
        }

        /// Snapshots are written meanwhile, or when somebody waits for them.
        private FutureTask<Snapshot> write(Callable<Snapshot> task) {
            FutureTask<Snapshot> writing =
                    new FutureTask<>(task) {
                        @Override
                        public Snapshot get() throws InterruptedException, ExecutionException {
                            run();
                            return super.get();
                        }
                    };
            Runnable written =
                    () -> {
                        writing.run();
                        receive(new Input.WakeUp());
                    };
            var unused = around.time.after(4 * syncNanos(), whenRunning(written));
            return writing;
        }

        /// Something that others can notice is about to happen: the last moment for a process to end before it.
        void notice() {
            if (ended || deadline == 0) {
                throw new Killed();
            }
            if (deadline > 0) {
                deadline--;
            }
        }

        /// @param things that others could notice which it still does
        void endAfter(int things) {
            deadline = things;
        }

        /// Ends without a trace outside. What it told its journal is told.
        void drop() {
            ended = true;
            process = null;
            try {
                journal.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the journal of " + id, e);
            }
        }

        void end() {
            if (ended) {
                return;
            }
            drop();
            if (losesPower) {
                directory.losePower(random);
            }
            for (OpenCall call : List.copyOf(calls)) {
                call.accept(new Response.Broken("UNAVAILABLE", id + " is gone", false));
            }
        }
    }

    /// From a process to another node: whichever process runs there when something arrives.
    private final class Way implements Peer {
        private final Incarnation from;
        private final SimulatedNode to;
        private final Network.Line there;
        private final Network.Line back;

        Way(Incarnation from, Neighbour other) {
            this.from = from;
            this.to = other.node;
            this.there = other.there;
            this.back = other.back;
        }

        @Override
        public void send(Message message, Consumer<Message> onAnswer) {
            from.notice();
            new Question(message, onAnswer).send();
        }

        /// Where it arrives it takes the answer.
        private final class Question extends Network.Parcel<Message> implements Consumer<Message> {
            private final Consumer<Message> onAnswer;

            Question(Message message, Consumer<Message> onAnswer) {
                super(there, message);
                this.onAnswer = onAnswer;
            }

            @Override
            void arrive() {
                to.message(raftId, content, this);
            }

            /// The answer is for the process that asked, if that still lives.
            @Override
            public void accept(Message answer) {
                new Network.Parcel<>(back, answer) {
                    @Override
                    void arrive() {
                        if (!from.ended) {
                            onAnswer.accept(content);
                        }
                    }
                }.send();
            }
        }

        @Override
        public void forward(Request request, long timeoutNanos, Consumer<Response> onResponse) {
            from.notice();
            Call call =
                    new Call(
                            around.time,
                            timeoutNanos,
                            response -> from.step(() -> onResponse.accept(response)));
            new Network.Parcel<>(there, request) {
                @Override
                void arrive() {
                    to.request(
                            content, false, call.leftNanos(), response -> respond(call, response));
                }
            }.sendOnce();
        }

        private void respond(Call call, Response response) {
            new Network.Parcel<>(back, response) {
                @Override
                void arrive() {
                    call.answer(content);
                }
            }.sendOnce();
        }
    }

    static dev.ordeal.node.raft.NodeId raftId(NodeId id) {
        return new dev.ordeal.node.raft.NodeId(id.name());
    }
}
