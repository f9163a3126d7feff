package dev.ordeal.workloads.board;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.workloads.plan.RunPlan;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Tempo;
import dev.ordeal.workloads.workload.Emphasis;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a planted bug is hunted on a cluster of real processes, where a run takes as long as it says and there are no thousands
/// of seeds: with the workload and the faults that the catalogue says expose it.
///
/// @param workload by name
/// @param faults as `--faults` takes them
/// @param nodes of the cluster
/// @param load of the clients
/// @param tempo of the strikes
/// @param settings of the nodes
/// @param onlySimulated why no real cluster can show it; null: one can
public record Recipe(
        String workload,
        String faults,
        int nodes,
        Load load,
        Tempo tempo,
        Settings settings,
        @Nullable String onlySimulated) {
    /// What clients do.
    ///
    /// @param clients more leave some free while others wait at a node that is hurt
    /// @param rate operations a second, of all of them
    /// @param keys fewer make clients meet
    /// @param emphasis of which operations there are more than usual
    public record Load(int clients, double rate, int keys, Emphasis emphasis) {
        private static final Load USUAL = new Load(15, 150, 10, Emphasis.NONE);

        /// Many clients on few keys, some of which still ask when others have long waited at a node that is hurt.
        private static final Load CROWDED = new Load(60, 150, 3, Emphasis.NONE);

        /// The same clients on one key, at which they look three times as often, and which they hardly change.
        private static final Load WATCHFUL = new Load(60, 450, 1, Emphasis.READS);

        private Load onKeys(int otherKeys) {
            return new Load(clients, rate, otherKeys, emphasis);
        }
    }

    private static final Duration RUN = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final int USUAL_NODES = 5;
    private static final Settings USUAL_SETTINGS = Settings.defaults();

    /// Strikes that are as short and as close as nodes that take a second to start allow.
    private static final Tempo FAST = new Tempo(0.35, 0.35);

    /// As short and as close as they can be made and looked at.
    private static final Tempo RUSHED = new Tempo(0.1, 0.02);

    /// Strikes that last, so that those in the background are in force when others come.
    private static final Tempo SLOW = new Tempo(2.5, 1);

    private static final String POWER =
            "needs a power loss: a killed process loses nothing that it has written";
    private static final String REPEATED =
            "needs answers that arrive twice: our connections deliver once";
    private static final String LATE =
            "needs a leader's older messages to arrive behind newer ones: a connection keeps their order and ends with its node";

    /// What each bug of the catalogue takes, in its order.
    private static final Map<String, Recipe> RECIPES = recipes();

    private static Map<String, Recipe> recipes() {
        Map<String, Recipe> recipes = new TreeMap<>();
        // Votes
        recipes.put("vote-in-memory", of("register", "kill"));
        recipes.put("term-reset", of("append", "kill"));
        recipes.put("vote-reset", of("register", "network:slow,kill,partition:leader").fast());
        recipes.put(
                "vote-index-only",
                of("append", "network:flapping,partition:leader").with(3).fast());
        recipes.put("vote-duplicate", simulated(REPEATED));
        recipes.put(
                "vote-stale-reply",
                of("register", "network:slow,partition:one-way").with(3).fast().standingTogether());
        recipes.put("quorum-half", of("register", "partition:halves").with(4));
        recipes.put("quorum-reachable", of("register", "partition:halves,partition:leader"));
        // Commit
        recipes.put(
                "figure-8",
                of("append", "network:slow,partition:leader")
                        .with(3)
                        .crowded()
                        .fast()
                        .entryByEntry());
        recipes.put("ack-on-append", of("append", "partition:leader,kill:leader"));
        recipes.put(
                "commit-past-new",
                of("register", "network:slow,kill:leader").fast().entryByEntry());
        recipes.put("commit-before-fsync", simulated(POWER));
        recipes.put(
                "step-down-append",
                of("register", "membership:transfer,partition:leader").with(3).crowded().fast());
        // Log
        // Slow links keep the others from outgrowing the log of a leader that is cut off.
        recipes.put(
                "no-prev-check",
                of("append", "network:slow,partition:leader").with(3).crowded().fast());
        recipes.put("truncate-always", simulated(LATE));
        recipes.put(
                "keep-stale-suffix",
                of("append", "network:slow,pause:leader,kill:leader")
                        .with(3)
                        .crowded()
                        .fast()
                        .entryByEntry());
        recipes.put(
                "match-too-high",
                of("append", "network:slow,kill:leader").with(3).crowded().slow().entryByEntry());
        // Reads
        recipes.put("local-read", of("register", "partition:leader,pause:leader"));
        recipes.put("follower-read", of("register", "partition:one,partition:halves"));
        recipes.put(
                "read-before-noop",
                of("append", "network:slow,kill:leader,partition:leader")
                        .with(3)
                        .crowded()
                        .fast()
                        .entryByEntry());
        recipes.put("read-before-apply", of("register", "kill:all,kill:leader").crowded());
        recipes.put(
                "wall-clock-lease",
                of("register", "clock:leader-slow,clock:leader-freeze,partition:leader")
                        .crowded()
                        .fast());
        recipes.put(
                "transfer-keeps-lease",
                of("register", "membership:transfer,partition:one-way")
                        .with(3)
                        .watched()
                        .rushed()
                        .patient());
        // State machine, clients
        recipes.put("retry-twice", of("append", "network:duplicate"));
        recipes.put("sessions-not-in-snapshot", of("append", "kill,partition").snapshots());
        recipes.put("timeout-is-failure", of("register", "kill:leader"));
        recipes.put("cas-at-propose", of("register", "kill:leader").onKeys(2));
        recipes.put("apply-on-append", of("register", "partition:leader"));
        recipes.put("swapped-replies", of("register", "none"));
        recipes.put("second-declaration", of("sus", "kill:leader"));
        // Snapshots
        recipes.put("install-merges", of("append", "partition:one,kill:one").snapshots());
        recipes.put("install-skips-data", of("append", "partition:one,kill:one").snapshots());
        recipes.put("install-goes-back", simulated(LATE));
        recipes.put("snapshot-off-by-one", of("append", "kill").snapshots());
        // Membership
        // Slow links leave a leader without a commit for longer, and who changes the members does
        // not wait for one.
        recipes.put(
                "single-change-no-noop",
                of("append", "network:slow,membership,partition:leader").fast().entryByEntry());
        // A leader that is alone must remove all others, of whom few are better.
        recipes.put(
                "several-changes",
                of("append", "membership:several,partition:leader").with(3).fast());
        recipes.put(
                "config-not-undone",
                of("append", "membership:several,partition:leader").with(3).fast().entryByEntry());
        recipes.put(
                "learner-votes",
                of("append", "membership:several,partition:halves").with(4).fast());
        // Disk
        recipes.put("no-fsync", simulated(POWER));
        recipes.put("vote-no-fsync", simulated(POWER));
        recipes.put("no-checksum", of("append", "disk:flip,kill"));
        recipes.put("truncate-committed", of("append", "disk:flip,kill,partition:leader").with(3));
        return recipes;
    }

    /// That of a bug of the catalogue.
    public static Recipe of(String bug) {
        return Objects.requireNonNull(RECIPES.get(bug), bug);
    }

    /// What is hunted without a bug must pass under every recipe: the first seed has the first of them, and so on, in turns.
    public static Recipe inTurn(long seed) {
        List<Recipe> possible = possible();
        return possible.get((int) Math.floorMod(seed - 1, (long) possible.size()));
    }

    /// Those that real clusters can be hunted with.
    static List<Recipe> possible() {
        return RECIPES.values().stream().filter(it -> it.onlySimulated == null).toList();
    }

    private Recipe fast() {
        return at(FAST);
    }

    private Recipe rushed() {
        return at(RUSHED);
    }

    private Recipe slow() {
        return at(SLOW);
    }

    private Recipe at(Tempo otherTempo) {
        return new Recipe(workload, faults, nodes, load, otherTempo, settings, onlySimulated);
    }

    /// One run of the hunt: what its seed decides of it, and what its nodes are told of themselves.
    ///
    /// @param bug that is planted; null: none
    public Scenario scenario(ClusterKind cluster, @Nullable Bug bug, long seed) {
        RunSpec spec =
                new RunSpec(
                        Workload.named(workload).orElseThrow(),
                        Fault.parse(faults),
                        RUN,
                        seed,
                        nodes,
                        load.clients,
                        load.rate,
                        load.keys,
                        TIMEOUT,
                        cluster,
                        bug == null ? null : bug.id(),
                        true,
                        false);
        return new Scenario(
                spec,
                Conditions.calm().with(settings),
                List.of(),
                RunPlan.of(spec, load.emphasis, tempo));
    }

    /// The bugs that have one of their own.
    static List<String> bugs() {
        return List.copyOf(RECIPES.keySet());
    }

    private static Recipe of(String workload, String faults) {
        return new Recipe(
                workload, faults, USUAL_NODES, Load.USUAL, Tempo.USUAL, USUAL_SETTINGS, null);
    }

    private static Recipe simulated(String why) {
        return new Recipe(
                "register", "none", USUAL_NODES, Load.USUAL, Tempo.USUAL, USUAL_SETTINGS, why);
    }

    private Recipe with(int otherNodes) {
        return new Recipe(workload, faults, otherNodes, load, tempo, settings, onlySimulated);
    }

    private Recipe onKeys(int otherKeys) {
        return loaded(load.onKeys(otherKeys));
    }

    private Recipe crowded() {
        return loaded(Load.CROWDED);
    }

    private Recipe watched() {
        return loaded(Load.WATCHFUL);
    }

    private Recipe loaded(Load otherLoad) {
        return new Recipe(workload, faults, nodes, otherLoad, tempo, settings, onlySimulated);
    }

    /// With a snapshot so often that whoever was away for a moment needs one.
    private Recipe snapshots() {
        return tuned(settings.withSnapshotEntries(50));
    }

    /// With an entry a message and a message at a time, so that a node that lacks some of a leader's entries gets the older ones
    /// long before the leader's own.
    private Recipe entryByEntry() {
        return tuned(settings.withMessageBytes(1).withMessagesInFlight(1));
    }

    /// With election time-outs that hardly differ, so that nodes stand for election at the same time.
    private Recipe standingTogether() {
        int ticks = settings.electionTicksMin();
        return tuned(settings.withElectionTicks(ticks, ticks + 2));
    }

    /// With election time-outs that are longer than usual and hardly differ. As long are leases.
    private Recipe patient() {
        return tuned(settings.withElectionTicks(25, 27));
    }

    private Recipe tuned(Settings otherSettings) {
        return new Recipe(workload, faults, nodes, load, tempo, otherSettings, onlySimulated);
    }
}
