package dev.ordeal.workloads.plan;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.workload.Action;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunPlanTest {
    private static final long SECOND = 1_000_000_000L;

    private static RunSpec spec(Workload workload, String faults, Duration time, long seed) {
        return spec(workload, faults, time, seed, 10);
    }

    private static RunSpec spec(
            Workload workload, String faults, Duration time, long seed, int keys) {
        return new RunSpec(
                workload,
                Fault.parse(faults),
                time,
                seed,
                5,
                10,
                100,
                keys,
                Duration.ofSeconds(1),
                ClusterKind.PROCESS,
                null,
                true,
                false);
    }

    private static RunSpec all(long seed) {
        return spec(
                Workload.named("register").orElseThrow(),
                "partition,kill,pause",
                Duration.ofSeconds(30),
                seed);
    }

    static Stream<Workload> workloads() {
        return Workload.all().stream();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void theSameSeedGivesTheSamePlan(Workload workload) {
        RunSpec spec = spec(workload, "partition,kill,pause", Duration.ofSeconds(30), 7);
        assertThat(RunPlan.of(spec)).isEqualTo(RunPlan.of(spec));
    }

    @Test
    void anotherSeedGivesAnotherPlan() {
        assertThat(RunPlan.of(all(1)).arrivals()).isNotEqualTo(RunPlan.of(all(2)).arrivals());
        assertThat(RunPlan.of(all(1)).strikes()).isNotEqualTo(RunPlan.of(all(2)).strikes());
    }

    @Test
    void whatStrikesDoesNotChangeWhatClientsDo() {
        RunSpec calm =
                spec(Workload.named("register").orElseThrow(), "none", Duration.ofSeconds(30), 7);
        assertThat(RunPlan.of(calm).arrivals()).isEqualTo(RunPlan.of(all(7)).arrivals());
        assertThat(RunPlan.of(calm).strikes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 42, -1, Long.MAX_VALUE})
    void everyKindStrikesSeveralTimesInHalfAMinute(long seed) {
        List<Strike> strikes = RunPlan.of(all(seed)).strikes();
        Map<String, Long> kinds =
                strikes.stream().collect(groupingBy(strike -> strike.fault().kind(), counting()));
        assertThat(strikes).hasSizeGreaterThanOrEqualTo(12);
        assertThat(kinds).containsOnlyKeys("partition", "kill", "pause");
        assertThat(kinds.values()).allMatch(times -> times >= 3);
        assertThat(strikes)
                .filteredOn(strike -> strike.fault().toString().equals("partition leader"))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 30})
    void strikesFollowOneAnotherAndAreLiftedBeforeTheLoadEnds(long seconds) {
        for (long seed = 0; seed < 50; seed++) {
            RunSpec spec =
                    spec(
                            Workload.named("append").orElseThrow(),
                            "partition,kill,pause",
                            Duration.ofSeconds(seconds),
                            seed);
            long free = 0;
            for (Strike strike : RunPlan.of(spec).strikes()) {
                assertThat(strike.atNanos()).isGreaterThan(free);
                free = strike.atNanos() + strike.durationNanos();
            }
            assertThat(free).isLessThan(seconds * SECOND);
        }
    }

    @Test
    void operationsArriveAtTheRateThatWasAskedFor() {
        List<Arrival> arrivals = RunPlan.of(all(7)).arrivals();
        assertThat(arrivals.size()).isBetween(2_700, 3_300);
        assertThat(arrivals).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
        assertThat(arrivals).allMatch(arrival -> arrival.slot() >= 0 && arrival.slot() < 10);
        assertThat(arrivals.getLast().atNanos()).isBetween(29 * SECOND, 30 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void whatTheLoadAndTheFirstDemandsAreAboutIsReadBack(Workload workload) {
        RunPlan plan = RunPlan.of(spec(workload, "none", Duration.ofSeconds(3), 7, 1));
        assertThat(plan.finalReads())
                .doesNotHaveDuplicates()
                .allMatch(read -> read instanceof Action.Read)
                .extracting(Action::key)
                .containsAll(
                        plan.arrivals().stream().map(arrival -> arrival.action().key()).toList())
                .containsAll(plan.demands().stream().limit(20).map(Action::key).toList());
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void noValueIsWrittenTwiceInAllOfARun(Workload workload) {
        RunPlan drawn = RunPlan.of(spec(workload, "none", Duration.ofSeconds(30), 7));
        noValueIsWrittenTwice(drawn);
        RunPlan few =
                new RunPlan(
                        drawn.arrivals(),
                        drawn.strikes(),
                        drawn.demands().subList(0, 2),
                        drawn.finalReads());
        noValueIsWrittenTwice(few.withMoreDemands(workload));
        assertThat(few.withMoreDemands(workload).demands()).hasSameSizeAs(drawn.demands());
    }

    private static void noValueIsWrittenTwice(RunPlan plan) {
        List<String> written = new ArrayList<>();
        Stream.concat(plan.arrivals().stream().map(Arrival::action), plan.demands().stream())
                .forEach(action -> {
                    switch (action) {
                        case Action.Read read -> {}
                        case Action.Write write -> written.add(write.value());
                        case Action.CompareAndSet cas -> written.add(cas.value());
                        case Action.Declare declare -> written.addAll(declare.names());
                        case Action.Append append -> written.add(append.element());
                    }
                });
        assertThat(written).hasSizeGreaterThan(1_000).doesNotHaveDuplicates();
    }

    @Test
    void registersAreReadWrittenAndCompared() {
        Map<Class<?>, Long> kinds =
                RunPlan.of(all(7)).arrivals().stream()
                        .collect(groupingBy(arrival -> arrival.action().getClass(), counting()));
        assertThat(kinds)
                .containsOnlyKeys(
                        Action.Read.class, Action.Write.class, Action.CompareAndSet.class);
        assertThat(kinds.values()).allMatch(times -> times > 300);
    }
}
