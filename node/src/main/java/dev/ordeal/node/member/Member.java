package dev.ordeal.node.member;

import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.bug.Waiting;
import dev.ordeal.node.machine.KeyValueMachine;
import dev.ordeal.node.machine.MachineState;
import dev.ordeal.node.machine.Result;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Change;
import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.Message;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Raft;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.node.raft.Snapshot;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Peer;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.SnapshotWriter;
import dev.ordeal.node.rpc.Wire;
import dev.ordeal.node.store.Disk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A member of the cluster: it owns the core, the disk and the state machine, lets the core [step][Raft#step] over what comes
/// in, and carries the effects out in their order. One thread at a time, but for [#admit].
///
/// Disk syncs are late and shared: once something was stored, what rests on it (everything but storing) waits until
/// [#settle()], where there is one sync, and then the rest follows in its order.
///
/// Nothing is acknowledged after the disk has failed: what throws an [IOException] is the member's end.
public final class Member {
    /// So many may stand in one proposal; with the largest command on top it fits into one write to disk.
    private static final int MAX_PROPOSAL_BYTES = 4 << 20;

    private final NodeId self;
    private final Raft raft;
    private final Planted planted;
    private final Disk disk;
    private final KeyValueMachine machine;
    private final Surroundings around;
    private final Journal journal;
    private final Metrics metrics;
    private final Consumer<Input> inbox;
    private final Admission admission = new Admission();
    private final LeaderClock leaderClock;
    private final LongSupplier leaseClock;

    /// Of the batch that is being [taken in][#take]. Most bring none.
    private final List<Event.Proposal> proposals = new ArrayList<>();

    private final List<Long> reads = new ArrayList<>();

    private final Map<Long, ClientCall> asked = new HashMap<>();
    private final Map<Long, Consumer<Response>> administered = new HashMap<>();
    private final Map<Long, InLog> waiting = new HashMap<>();
    private final Deque<Todo> resting = new ArrayDeque<>();
    private long lastRequestId;
    private long lastApplied;
    private long tellTerm;
    private @Nullable NodeId tellLeader;
    private Role tellRole = Role.FOLLOWER;
    private @Nullable Future<Snapshot> writing;

    /// Of whoever is [#writing].
    private final SnapshotWriter snapshots = new SnapshotWriter();

    /// What a member finds around it.
    ///
    /// @param peers its ways to every other member
    /// @param clock nanoseconds that never go back and run on while the process is paused, for the deadlines of clients and the
    ///     leases of a leader; safe for many threads
    /// @param wall nanoseconds of the clock on the wall, by which nothing goes (but for a planted bug)
    /// @param reading what a command of the log says, as [Wire#logged(Bytes)] reads it; who reads the same for several members
    ///     need do it once
    public record Surroundings(
            Peers peers,
            Journal journal,
            Metrics metrics,
            Background background,
            LongSupplier clock,
            LongSupplier wall,
            Function<Bytes, Wire.Logged> reading) {
        /// Among members that never change.
        public Surroundings(
                Map<NodeId, ? extends Peer> peers,
                Journal journal,
                Metrics metrics,
                Background background,
                LongSupplier clock,
                LongSupplier wall,
                Function<Bytes, Wire.Logged> reading) {
            this(Peers.of(peers), journal, metrics, background, clock, wall, reading);
        }
    }

    /// An effect, and where its answer goes if it is the answer to a message that came in.
    private record Todo(Effect effect, @Nullable Consumer<Message> answer) {}

    /// A command of a client that stands in this leader's log.
    private record InLog(long term, ClientCall call, Waiting<Result> waiting) {}

    /// How long a client's session may rest, unless a member is told otherwise.
    public static final Duration SESSION_TIMEOUT = Duration.ofHours(1);

    /// A member that goes on from what its disk recovered.
    ///
    /// @param sessionTimeout how long a client's session may rest before it ends, while this member leads; whole milliseconds,
    ///     zero for ever
    /// @param random draws its election time-outs
    /// @param inbox takes what comes back from other members, on any thread, to be [taken][#take] in later
    public Member(
            NodeId self,
            Membership members,
            Settings settings,
            Duration sessionTimeout,
            Planted planted,
            Disk disk,
            RandomGenerator random,
            Surroundings around,
            Consumer<Input> inbox)
            throws IOException {
        Persisted persisted = planted.recovered(disk.persisted());
        Snapshot recovered = persisted.snapshot();
        this.self = self;
        this.planted = planted;
        this.disk = disk;
        this.machine = new KeyValueMachine(planted.declarations(), planted.retries());
        this.around = around;
        this.journal = around.journal();
        this.metrics = around.metrics();
        this.inbox = inbox;
        this.leaderClock = new LeaderClock(around.clock(), sessionTimeout.toMillis());
        this.leaseClock = planted.clock(around.clock(), around.wall());
        this.raft =
                new Raft(
                        self,
                        members,
                        planted.settings(settings),
                        planted.rules(),
                        random,
                        persisted);
        this.tellTerm = raft.term();
        around.peers().follow(raft.members());
        this.machine.replace(Wire.state(recovered.state()));
        this.lastApplied = recovered.last().index();
        journal.started(persisted);
        if (lastApplied > 0) {
            journal.snapshot(recovered.last(), machine.digest());
        }
    }

    /// Lets a client's request in, to be [taken][#take] in later, or answers it with a refusal. Safe for many threads.
    ///
    /// @param mayForward whether it may be passed on to the leader if that is another member
    /// @param timeoutNanos how long the client will wait from now on
    public Optional<Input.Asked> admit(
            Request request, boolean mayForward, long timeoutNanos, Consumer<Response> answer) {
        Consumer<Response> client = planted.answers(answer);
        @Nullable ClientCall call =
                admission.admit(
                        request,
                        mayForward,
                        around.clock().getAsLong() + timeoutNanos,
                        client,
                        metrics,
                        around.clock());
        if (call == null) {
            metrics.refused();
            client.accept(
                    new Response.Refused(
                            self + " has too many requests open: try again later", null));
            return Optional.empty();
        }
        @Nullable Bytes command =
                request instanceof Request.Read ? null : Wire.logged(request, leaderClock.now());
        return Optional.of(new Input.Asked(call, command));
    }

    /// A tick of the core's clock has passed.
    public void tick() throws IOException {
        tick(1);
    }

    /// Ticks of the core's clock have passed: one, or no more than are [quiet][#quietTicks].
    public void tick(int passed) throws IOException {
        step(new Event.Tick(passed), null);
    }

    /// How many ticks could pass now with which nothing happens.
    public int quietTicks() {
        return raft.quietTicks();
    }

    /// Takes in what has come, in its order; clients' requests last and together. What rests on the disk is not carried out
    /// before [#settle()].
    public void take(List<Input> batch) throws IOException {
        int proposalBytes = 0;
        for (Input input : batch) {
            switch (input) {
                case Input.Received(var from, var message, var answer) ->
                        step(new Event.Receive(from, message), answer);
                case Input.Answered(var from, var message) ->
                        step(new Event.Receive(from, message), null);
                case Input.Asked(var call, var command) -> {
                    long requestId = ++lastRequestId;
                    asked.put(requestId, call);
                    if (command == null) {
                        reads.add(requestId);
                    } else {
                        proposals.add(
                                new Event.Proposal(
                                        requestId, planted.proposed(command, machine::read)));
                        proposalBytes += command.length();
                    }
                    if (proposalBytes > MAX_PROPOSAL_BYTES) {
                        propose();
                        proposalBytes = 0;
                    }
                }
                case Input.Administered(var request, var answer) -> stepWith(request, answer);
                case Input.WakeUp() -> {}
            }
        }
        if (!proposals.isEmpty()) {
            propose();
        }
        if (!reads.isEmpty()) {
            Event read = new Event.Read(reads);
            reads.clear();
            step(read, null);
        }
    }

    private void propose() throws IOException {
        Event propose = new Event.Propose(proposals);
        proposals.clear();
        step(propose, null);
    }

    /// Sees whether a snapshot was written, syncs the disk if anything was stored, and carries out everything that rested on it.
    public void settle() throws IOException, InterruptedException {
        stepWithSnapshotTaken();
        sync();
    }

    private void stepWith(AdminRequest request, Consumer<Response> answer) throws IOException {
        long requestId = ++lastRequestId;
        NodeId member = new NodeId(request.member());
        if (request instanceof AdminRequest.TransferLeadership
                && (member.equals(self) || !raft.members().isVoter(member))) {
            answer.accept(new Response.Refused("no other member is called '" + member + "'", null));
            return;
        }
        administered.put(requestId, answer);
        step(
                switch (request) {
                    case AdminRequest.TransferLeadership transfer ->
                            new Event.TransferLeadership(requestId, member);
                    case AdminRequest.AddMember(String name, var at) ->
                            new Event.ChangeMembership(requestId, new Change.Add(member, at));
                    case AdminRequest.RemoveMember remove ->
                            new Event.ChangeMembership(requestId, new Change.Remove(member));
                },
                null);
    }

    private void step(Event event, @Nullable Consumer<Message> answer) throws IOException {
        long now = leaseClock.getAsLong();
        List<Effect> effects = planted.effects(event, raft.step(event, now));
        journal.stepped(raft, effects);
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send send -> whenDurable(send, answer);
                case Effect.Apply apply -> whenDurable(apply, null);
                case Effect.SaveVote save -> {
                    disk.saveVote(save.term(), save.vote());
                    whenDurable(save, null);
                }
                case Effect.StoreEntries store -> {
                    journal.stored(store);
                    disk.store(store);
                }
                case Effect.CompactLog compact -> disk.compact(compact.last());
                case Effect.Install(var snapshot) -> install(snapshot);
                case Effect.Configured configured -> {
                    around.peers().follow(configured.members());
                    whenDurable(configured, null);
                }
                case Effect.MembershipChanged changed -> whenDurable(changed, null);
                case Effect.MembershipRefused refused -> whenDurable(refused, null);
                case Effect.MembershipUnknown unknown -> whenDurable(unknown, null);
                case Effect.TakeSnapshot take -> whenDurable(take, null);
                case Effect.Accepted accepted -> whenDurable(accepted, null);
                case Effect.Refused refused -> whenDurable(refused, null);
                case Effect.ReadReady ready -> whenDurable(ready, null);
                case Effect.TransferEnded ended -> whenDurable(ended, null);
                case Effect.RoleChanged changed -> whenDurable(changed, null);
            }
        }
    }

    /// Now, if nothing waits for the disk; else behind what does.
    private void whenDurable(Effect effect, @Nullable Consumer<Message> answer) throws IOException {
        if (disk.isDirty() || !resting.isEmpty()) {
            resting.add(new Todo(effect, answer));
        } else {
            carryOut(effect, answer);
        }
    }

    /// One sync for all that was stored, then everything that rested on it.
    private void sync() throws IOException {
        if (disk.isDirty()) {
            long start = around.clock().getAsLong();
            disk.sync();
            metrics.synced(around.clock().getAsLong() - start);
        }
        for (Todo todo = resting.poll(); todo != null; todo = resting.poll()) {
            carryOut(todo.effect, todo.answer);
        }
    }

    private void carryOut(Effect effect, @Nullable Consumer<Message> answer) throws IOException {
        switch (effect) {
            case Effect.Send(var to, var message) -> send(to, message, answer);
            case Effect.Apply(var entry) -> apply(entry);
            case Effect.Accepted(long requestId, long index, long term) ->
                    accepted(requestId, index, term);
            case Effect.Refused(long requestId, var leader) -> {
                @Nullable Consumer<Response> administrator =
                        administered.isEmpty() ? null : administered.remove(requestId);
                if (administrator == null) {
                    refused(take(requestId), leader);
                } else {
                    administrator.accept(notAdministered(leader));
                }
            }
            case Effect.TransferEnded(long requestId, boolean done) ->
                    transferEnded(requestId, done);
            case Effect.ReadReady(long requestId, long index) -> read(take(requestId));
            case Effect.RoleChanged(var role, long term, var leader) ->
                    roleChanged(role, term, leader);
            case Effect.TakeSnapshot(var last, var members) -> takeSnapshot(last, members);
            case Effect.MembershipChanged(long requestId, var members) ->
                    administered(requestId, new Response.Done(null, null, lastApplied));
            case Effect.MembershipRefused(long requestId, String reason) ->
                    administered(requestId, new Response.Refused(reason, self.name()));
            case Effect.MembershipUnknown(long requestId) ->
                    administered(requestId, unknown(self + " no longer leads"));
            case Effect.SaveVote(long term, var vote) -> voteSaved(term, vote);
            case Effect.Configured(var entry, var members) ->
                    journal.configured(entry, members, lastApplied);
            case Effect.StoreEntries done -> throw alreadyCarriedOut(done);
            case Effect.CompactLog done -> throw alreadyCarriedOut(done);
            case Effect.Install done -> throw alreadyCarriedOut(done);
        }
    }

    private static IllegalStateException alreadyCarriedOut(Effect effect) {
        return new IllegalStateException("already carried out: " + effect);
    }

    /// It is told in its turn, behind the roles of earlier terms that still waited for the disk.
    private void voteSaved(long term, @Nullable NodeId vote) throws IOException {
        if (term != tellTerm) {
            journal.term(term);
            tellTerm = term;
        }
        if (vote != null) {
            journal.vote(term, vote);
        }
        journal.flush();
    }

    private void send(NodeId to, Message message, @Nullable Consumer<Message> answer) {
        switch (message) {
            case Message.RequestPreVote request -> ask(to, request);
            case Message.RequestVote request -> ask(to, request);
            case Message.AppendEntries request -> ask(to, request);
            case Message.InstallSnapshot request -> ask(to, request);
            case Message.TimeoutNow request -> ask(to, request);
            case Message.Candidacy reply -> answer(reply, answer);
            case Message.SnapshotReceived reply -> answer(reply, answer);
            case Message.PreVote reply -> answer(reply, answer);
            case Message.Vote reply -> answer(reply, answer);
            case Message.AppendAccepted reply -> answer(reply, answer);
            case Message.AppendRefused reply -> answer(reply, answer);
        }
    }

    private void ask(NodeId to, Message request) {
        @Nullable Peer peer = around.peers().to(to);
        if (peer != null) {
            peer.send(request, reply -> inbox.accept(new Input.Answered(to, reply)));
        }
    }

    private static void answer(Message reply, @Nullable Consumer<Message> answer) {
        if (answer == null) {
            throw new IllegalStateException("an answer to nothing: " + reply);
        }
        answer.accept(reply);
    }

    private void roleChanged(Role role, long term, @Nullable NodeId leader) throws IOException {
        journal.role(role, term, leader);
        journal.flush();
        metrics.roleChanged(role);
        if (role == Role.LEADER) {
            leaderClock.goOnFrom(machine.time());
        }
        tellRole = role;
        tellLeader = leader;
        // Nobody hears from this node any more what became of the commands it took as the leader it
        // no longer is.
        waiting.values()
                .removeIf(inLog -> {
                    boolean over = role != Role.LEADER || inLog.term != term;
                    if (over) {
                        inLog.call.lost(
                                self + " no longer leads; the command may have been replicated");
                    }
                    return over;
                });
    }

    // --- Snapshots

    /// The state is captured here and now; it is written, which may take long, on another thread. The streams go first: what
    /// a snapshot holds, some node must be seen to have applied.
    private void takeSnapshot(Position last, Membership members) throws IOException {
        journal.flush();
        MachineState captured = planted.captured(machine.state());
        writing =
                around.background()
                        .submit(() -> {
                            Snapshot snapshot =
                                    new Snapshot(last, members, snapshots.write(captured));
                            disk.writeSnapshot(snapshot);
                            return snapshot;
                        });
    }

    private void stepWithSnapshotTaken() throws IOException, InterruptedException {
        if (writing != null && writing.isDone()) {
            Snapshot taken = written(writing);
            writing = null;
            step(new Event.SnapshotTaken(taken), null);
        }
    }

    private static Snapshot written(Future<Snapshot> writing) throws IOException {
        try {
            return writing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a snapshot was written", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException("writing a snapshot", e.getCause());
        }
    }

    private void install(Snapshot snapshot) throws IOException {
        sync();
        if (writing != null) {
            // An older one, which must not come to lie over this one.
            written(writing);
        }
        // Read first: what cannot be read must not come to lie on the disk.
        MachineState state = Wire.state(snapshot.state());
        disk.install(snapshot);
        machine.replace(planted.installed(machine.state(), state));
        lastApplied = snapshot.last().index();
        journal.snapshot(snapshot.last(), machine.digest());
        metrics.installed();
    }

    // --- Clients

    private void accepted(long requestId, long index, long term) {
        ClientCall call = take(requestId);
        Waiting<Result> hears = planted.waiting(call, onlyAnswer(call.request()));
        waiting.put(index, new InLog(term, call, hears));
        hears.accepted(index);
    }

    /// What a command must come to, where the state has no say in it. (An element for a key that holds a text would be
    /// rejected; nobody who uses a key for both is served well by asking early.)
    private static Optional<Result> onlyAnswer(Request request) {
        return switch (request) {
            case Request.Write write -> Optional.of(new Result.Done());
            case Request.Append append -> Optional.of(new Result.Done());
            case Request.Delete delete -> Optional.of(new Result.Done());
            case Request.Cas cas -> Optional.empty();
            case Request.Declare declare -> Optional.empty();
            case Request.Increment increment -> Optional.empty();
            case Request.Read read -> Optional.empty();
        };
    }

    private void apply(Entry entry) throws IOException {
        if (entry.index() != lastApplied + 1) {
            throw new IllegalStateException(
                    "entry " + entry.index() + " to apply after " + lastApplied);
        }
        lastApplied = entry.index();
        switch (entry.kind()) {
            case NOOP, CONFIGURATION -> journal.applied(entry, machine.digest());
            case COMMAND -> {
                Wire.Logged logged = around.reading().apply(entry.payload());
                machine.advance(logged.time());
                Result result = machine.apply(entry.index(), logged.id(), logged.command());
                metrics.applied();
                journal.applied(entry, logged.id(), logged.command(), result, machine.digest());
                @Nullable InLog inLog = waiting.isEmpty() ? null : waiting.remove(entry.index());
                if (inLog != null && inLog.term == entry.term()) {
                    inLog.waiting.applied(entry.index(), result);
                    inLog.call.settled();
                } else if (inLog != null) {
                    inLog.call.lost("another entry took the place of the command");
                }
            }
        }
    }

    private void read(ClientCall call) {
        @Nullable Value value = machine.read(call.request().key());
        metrics.read();
        call.answer(
                switch (value) {
                    case null -> new Response.Done(null, null, lastApplied);
                    case Value.Text(String text) -> new Response.Done(text, null, lastApplied);
                    case Value.Declared(var names) -> new Response.Done(null, names, lastApplied);
                    case Value.Elements(var elements) ->
                            new Response.Done(null, elements, lastApplied);
                });
    }

    private void refused(ClientCall call, @Nullable NodeId leader) {
        @Nullable Peer peer = leader == null ? null : around.peers().to(leader);
        long timeLeft = call.deadlineNanos() - around.clock().getAsLong();
        if (self.equals(leader)) {
            call.refuse(
                    self
                            + " takes no commands now (it is handing its leadership over, or too much is not committed): try again",
                    leader);
        } else if (peer == null || leader == null) {
            call.refuse(self + " does not lead and knows of no leader", null);
        } else if (!call.mayForward()) {
            call.refuse(self + " does not lead, " + leader + " does", leader);
        } else if (timeLeft <= 0) {
            call.refuse(
                    "the time was up before " + self + " could pass it on to " + leader, leader);
        } else {
            metrics.forwarded();
            peer.forward(
                    call.request(),
                    timeLeft,
                    response ->
                            call.answer(
                                    response instanceof Response.Broken broken && broken.neverSent()
                                            ? new Response.Refused(
                                                    self + " cannot reach the leader " + leader,
                                                    leader.name())
                                            : response));
        }
    }

    private Response.Refused notAdministered(@Nullable NodeId leader) {
        if (leader == null) {
            return new Response.Refused(self + " does not lead and knows of no leader", null);
        }
        return new Response.Refused(
                leader.equals(self)
                        ? self + " is handing its leadership over already"
                        : self + " does not lead, " + leader + " does",
                leader.name());
    }

    private void transferEnded(long requestId, boolean done) {
        administered(
                requestId,
                done
                        ? new Response.Done(null, null, lastApplied)
                        : unknown("the member did not take over in time, " + self + " leads on"));
    }

    private void administered(long requestId, Response response) {
        @Nullable Consumer<Response> answer = administered.remove(requestId);
        if (answer == null) {
            throw new IllegalStateException(
                    "an answer to request " + requestId + ", which nobody made: " + response);
        }
        answer.accept(response);
    }

    private static Response unknown(String why) {
        return new Response.Broken("ABORTED", "outcome unknown: " + why, false);
    }

    private ClientCall take(long requestId) {
        @Nullable ClientCall call = asked.remove(requestId);
        if (call == null) {
            throw new IllegalStateException(
                    "an answer to request " + requestId + ", which nobody made");
        }
        return call;
    }

    /// What it is after the last step.
    public Role role() {
        return tellRole;
    }

    /// How it stands after the last step.
    public NodeStatus status() {
        return new NodeStatus(
                self.name(),
                disk.incarnation(),
                tellRole,
                tellTerm,
                tellLeader == null ? null : tellLeader.name(),
                raft.commitIndex(),
                lastApplied,
                raft.log().lastIndex(),
                raft.snapshot().last().index(),
                machine.digest(),
                raft.members());
    }
}
