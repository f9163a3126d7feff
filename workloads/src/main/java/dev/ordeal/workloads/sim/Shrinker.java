package dev.ordeal.workloads.sim;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.Arrival;
import dev.ordeal.workloads.plan.DeltaDebugging;
import dev.ordeal.workloads.plan.RunPlan;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Unrest;
import dev.ordeal.workloads.workload.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Makes a scenario that breaks a promise small while its simulated run still breaks the same one: fewer strikes, operations, keys,
/// clients and nodes, shorter strikes, calmer conditions, until none of that can be spared or a bound is reached. Where a bad network
/// is left it is replaced by the few messages that it had to delay, lose or repeat, if few do.
///
/// A run is chaotic: what is left out early changes when every later message arrives. So a scenario that does not fail any more
/// without something may do so with other dice; where much is to be gained (calm conditions, fewer nodes, strikes of which many are
/// left) a few other seeds of the network and the elections are tried too. The plan does not depend on them: it is spelled out.
///
/// The same scenario and bounds give the same answer on any number of cores, unless it was stopped or ran out of time.
public final class Shrinker {
    private static final long MILLI = 1_000_000;

    /// With more strikes than these a violation needs luck: then they are left out with other dice too.
    private static final int FEW_STRIKES = 3;

    /// So many other seeds are tried where much is to be gained.
    private static final int OTHER_DICE = 6;

    /// Of more disturbed messages it is not tried which matter: it would take too many runs.
    private static final int MOST_TO_TRY = 500;

    /// More single messages than these tell a reader less than the figures of a bad network.
    private static final int MOST_TO_TELL = 20;

    private final Candidates candidates;
    private Scenario best;
    private Simulation.Outcome outcome;

    /// How long it may go on.
    ///
    /// @param runs simulated ones
    /// @param time of the clock on the wall
    public record Bounds(int runs, Duration time) {
        /// 5,000 runs, two minutes.
        public static Bounds defaults() {
            return new Bounds(5_000, Duration.ofMinutes(2));
        }
    }

    /// How far it is: runs so far, and what is left.
    public record Progress(int runs, int strikes, int operations, int nodes) {}

    private Shrinker(Scenario original, Simulation.Outcome outcome, Candidates candidates) {
        this.best = original;
        this.outcome = outcome;
        this.candidates = candidates;
    }

    /// Shrinks in the calling thread alone; empty if the scenario breaks no promise in simulation.
    public static Optional<Shrunk> shrink(Scenario scenario, Bounds bounds) {
        return shrink(scenario, bounds, 1, progress -> true);
    }

    /// Shrinks with several runs side by side; empty if the scenario breaks no promise in simulation.
    ///
    /// @param threads how many runs are simulated at the same time
    /// @param onProgress asked again and again, by the calling thread, whether to go on; if not, what there is by then is the answer
    public static Optional<Shrunk> shrink(
            Scenario scenario, Bounds bounds, int threads, Predicate<Progress> onProgress) {
        Simulation.Outcome first = Simulation.run(scenario);
        Optional<Violation> violation = Violation.first(first.judgement());
        if (violation.isEmpty()) {
            return Optional.empty();
        }
        try (Candidates candidates = new Candidates(violation.get(), bounds, threads)) {
            Shrinker shrinker = new Shrinker(scenario, first, candidates);
            candidates.watch(() -> onProgress.test(shrinker.progress()));
            shrinker.shrink();
            return Optional.of(
                    new Shrunk(
                            shrinker.best,
                            violation.get(),
                            shrinker.outcome,
                            candidates.runs(),
                            !candidates.over()));
        }
    }

    private Progress progress() {
        RunPlan plan = best.plan();
        return new Progress(
                candidates.runs(),
                plan.strikes().size(),
                plan.arrivals().size(),
                best.spec().nodes());
    }

    private void shrink() {
        settle();
        leaveOutWhatCanBeSpared();
        if (singleOutMessages()) {
            leaveOutWhatCanBeSpared();
        }
    }

    private void leaveOutWhatCanBeSpared() {
        Scenario before;
        do {
            before = best;
            time();
            strikes();
            conditions();
            nodes();
            operations();
            readings();
            clients();
            durations();
            deliveries();
        } while (!best.equals(before) && !candidates.over());
    }

    /// Takes the first of these that still fails, if one does.
    private OptionalInt take(List<Scenario> scenarios) {
        Optional<Candidates.Failing> found = candidates.firstFailing(scenarios);
        if (found.isEmpty()) {
            return OptionalInt.empty();
        }
        int place = found.get().place();
        best = scenarios.get(place);
        outcome = found.get().outcome();
        return OptionalInt.of(place);
    }

    private boolean take(Stream<Scenario> scenarios) {
        return take(scenarios.filter(scenario -> !scenario.equals(best)).toList()).isPresent();
    }

    /// Leaves out elements of one kind.
    ///
    /// @param making the scenario with what is left of them
    private <T> void leaveOut(List<T> elements, BiFunction<Scenario, List<T>, Scenario> making) {
        Scenario now = best;
        DeltaDebugging.<T>minimize(
                elements,
                lists -> take(lists.stream().map(left -> making.apply(now, left)).toList()));
    }

    /// Lets the strikes hit at the times and the nodes that they did hit.
    private void settle() {
        take(Stream.of(best.withStrikes(outcome.strikes())));
    }

    /// Ends the load early.
    private void time() {
        long time = best.spec().time().toNanos();
        take(LongStream.of(8, 4, 2).mapToObj(part -> best.until(time / part)));
        RunPlan plan = best.plan();
        long end =
                LongStream.concat(
                                plan.arrivals().stream().mapToLong(Arrival::atNanos),
                                plan.strikes().stream()
                                        .mapToLong(it -> it.atNanos() + it.durationNanos()))
                        .max()
                        .orElse(0);
        take(Stream.of(best.until(end + MILLI)));
    }

    private void strikes() {
        leaveOut(best.plan().strikes(), Scenario::withStrikes);
        if (best.plan().strikes().size() > FEW_STRIKES) {
            DeltaDebugging.<Strike>minimize(
                    best.plan().strikes(),
                    lists -> {
                        List<List<Scenario>> ways = lists.stream().map(this::luckily).toList();
                        OptionalInt found = take(ways.stream().flatMap(List::stream).toList());
                        return found.isEmpty()
                                ? found
                                : OptionalInt.of(found.getAsInt() / ways.getFirst().size());
                    });
            settle();
        }
    }

    /// With these strikes and several dice: at the nodes that they hit, and at those that they would hit.
    private List<Scenario> luckily(List<Strike> strikes) {
        return Stream.concat(
                        otherDice(best.withStrikes(strikes)),
                        otherDice(best.withStrikes(strikes.stream().map(Strike::open).toList())))
                .toList();
    }

    private void conditions() {
        if (Unrest.of(best.conditions()).isEmpty()) {
            return;
        }
        take(otherDice(best.under(Unrest.conditions(List.of()))));
        leaveOut(
                Unrest.of(best.conditions()),
                (scenario, unrest) -> scenario.under(Unrest.conditions(unrest)));
    }

    /// Puts the messages that the network disturbed, and only those that matter, in the place of what is wrong with the network as
    /// a whole. A run with all of them is the same; one that leaves out the slightly late ones is most often like it.
    ///
    /// @return whether so few matter that they say more than the figures that they replace
    private boolean singleOutMessages() {
        List<Unrest> figures = Unrest.of(best.conditions());
        boolean troubled =
                figures.stream().anyMatch(Unrest::isOfMessages)
                        || best.plan().strikes().stream().anyMatch(Shrinker::disturbsMessages);
        if (!troubled || candidates.over()) {
            return false;
        }
        Scenario before = best;
        Simulation.Outcome beforeOutcome = outcome;
        List<Delivery> all = Simulation.deliveries(best);
        List<Unrest> rest = figures.stream().filter(unrest -> !unrest.isOfMessages()).toList();
        long usual = Conditions.calm().latencyNanos();
        boolean found =
                take(
                        LongStream.of(300, 100, 30, 10, 3)
                                .mapToObj(times ->
                                        all.stream()
                                                .filter(it -> !it.isOrdinary(times * usual))
                                                .toList())
                                .flatMap(Shrinker::lastOf)
                                .distinct()
                                .sorted(Comparator.comparingInt(List::size))
                                .flatMap(some -> singledOut(before, rest, some)));
        if (found) {
            deliveries();
        }
        if (best.deliveries().size() > MOST_TO_TELL) {
            best = before;
            outcome = beforeOutcome;
        }
        return !best.equals(before);
    }

    /// Most often what shows it comes last.
    private static Stream<List<Delivery>> lastOf(List<Delivery> all) {
        return IntStream.of(MOST_TO_TRY / 16, MOST_TO_TRY / 4, MOST_TO_TRY)
                .mapToObj(most -> all.subList(Math.max(0, all.size() - most), all.size()));
    }

    /// On a network where nothing else is wrong with messages: without the strikes that disturb them, and with these.
    private static Stream<Scenario> singledOut(
            Scenario scenario, List<Unrest> rest, List<Delivery> deliveries) {
        List<Strike> strikes = scenario.plan().strikes();
        List<Strike> others = strikes.stream().filter(strike -> !disturbsMessages(strike)).toList();
        List<Unrest> disorder = new ArrayList<>(rest);
        disorder.add(Unrest.disorder());
        return Stream.of(
                scenario.under(Unrest.conditions(rest)).withStrikes(others).delivering(deliveries),
                scenario.under(Unrest.conditions(disorder))
                        .withStrikes(others)
                        .delivering(deliveries),
                scenario.under(Unrest.conditions(rest)).delivering(deliveries));
    }

    private static boolean disturbsMessages(Strike strike) {
        return strike.fault() instanceof Fault.Network network
                && network.trouble() != Fault.Trouble.FLAPPING;
    }

    private void deliveries() {
        leaveOut(best.deliveries(), Scenario::delivering);
    }

    /// Of a smaller cluster: strikes at nodes that are there stay as they are, or else all hit whom they would hit there.
    private void nodes() {
        for (int nodes = 1; nodes < best.spec().nodes() && !candidates.over(); nodes++) {
            int fewer = nodes;
            Set<NodeId> left = new TreeSet<>(NodeId.first(fewer));
            UnaryOperator<Strike> whereItCan =
                    strike ->
                            strike.wound() != null && left.containsAll(strike.wound().touched())
                                    ? strike
                                    : strike.open();
            Scenario now = best;
            boolean found =
                    take(
                            Stream.of(whereItCan, Strike::open)
                                    .flatMap(way -> onNodes(now, fewer, way))
                                    .distinct());
            if (found) {
                settle();
            }
        }
    }

    /// Nothing if such a cluster cannot be struck so.
    private static Stream<Scenario> onNodes(
            Scenario scenario, int nodes, UnaryOperator<Strike> way) {
        try {
            List<Strike> strikes = scenario.plan().strikes().stream().map(way).toList();
            return otherDice(scenario.withStrikes(strikes).withNodes(nodes));
        } catch (IllegalArgumentException e) {
            return Stream.of();
        }
    }

    /// The scenario, and the same with other dice.
    private static Stream<Scenario> otherDice(Scenario scenario) {
        return IntStream.rangeClosed(0, OTHER_DICE)
                .mapToObj(dice -> scenario.withSeed(scenario.spec().seed() + dice));
    }

    /// Whole keys and clients first, then one by one.
    private void operations() {
        leaveOutWhole(arrival -> arrival.action().key());
        leaveOutWhole(Arrival::slot);
        leaveOut(best.plan().arrivals(), Scenario::withArrivals);
    }

    private void leaveOutWhole(Function<Arrival, Object> group) {
        leaveOut(
                best.plan().arrivals().stream().map(group).distinct().toList(),
                (scenario, groups) ->
                        scenario.withArrivals(
                                scenario.plan().arrivals().stream()
                                        .filter(it -> groups.contains(group.apply(it)))
                                        .toList()));
    }

    /// What is read back at the end, and what is asked of the healed cluster.
    private void readings() {
        leaveOut(best.plan().finalReads(), Scenario::withFinalReads);
        List<Action> demands = best.plan().demands();
        take(
                IntStream.iterate(2, some -> some < demands.size(), some -> 2 * some)
                        .mapToObj(some -> best.withDemands(demands.subList(0, some))));
    }

    private void clients() {
        int nodes = best.spec().nodes();
        take(
                IntStream.of(1, nodes, 2 * nodes)
                        .filter(fewer -> fewer < best.spec().clients())
                        .mapToObj(fewer -> best.withClients(fewer)));
    }

    private void durations() {
        for (int place = 0; place < best.plan().strikes().size(); place++) {
            int at = place;
            List<Strike> strikes = best.plan().strikes();
            long duration = strikes.get(at).durationNanos();
            take(
                    LongStream.of(MILLI, duration / 8, duration / 4, duration / 2)
                            .filter(shorter -> shorter >= MILLI && shorter < duration)
                            .mapToObj(shorter -> {
                                List<Strike> changed = new ArrayList<>(strikes);
                                changed.set(at, strikes.get(at).lasting(shorter));
                                return best.withStrikes(changed);
                            }));
        }
    }
}
