package dev.ordeal.workloads.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Unrest;
import dev.ordeal.workloads.sim.Shrinker.Bounds;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShrinkerTest {
    private static final int SEEDS = 1_000;

    private static Scenario scenario(String workload, long seed, @Nullable String bug) {
        return Draw.of(Workload.named(workload).orElseThrow(), seed, null, bug).scenario();
    }

    /// The first that breaks a promise and has strikes to leave out.
    private static Scenario violated(String workload, String bug) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario scenario = scenario(workload, seed, bug);
            if (scenario.plan().strikes().size() > 1
                    && Violation.first(Simulation.run(scenario).judgement()).isPresent()) {
                return scenario;
            }
        }
        throw new AssertionError(SEEDS + " seeds do not show " + bug);
    }

    @ParameterizedTest
    @CsvSource({
        "register, local-read",
        "register, follower-read",
        "register, ack-on-append",
        "append, vote-in-memory"
    })
    void whatIsLeftIsSmallAndBreaksTheSamePromiseEachTime(String workload, String bug) {
        Scenario scenario = violated(workload, bug);
        Shrunk shrunk = Shrinker.shrink(scenario, Bounds.defaults()).orElseThrow();
        assertThat(shrunk.strikes()).isLessThanOrEqualTo(8);
        assertThat(shrunk.operations()).isLessThan(scenario.plan().arrivals().size() / 10);
        assertThat(shrunk.finished()).isTrue();
        Scenario read = PlanJson.read(PlanJson.write(shrunk.scenario()));
        for (int time = 0; time < 2; time++) {
            Simulation.Outcome outcome = Simulation.run(read);
            assertThat(shrunk.violation().isIn(outcome.judgement())).isTrue();
            assertThat(outcome.strikes()).isEqualTo(read.plan().strikes());
        }
    }

    /// Whoever cuts off its log with every message loses something only where one overtakes another.
    @Test
    void fewMessagesStandForABadNetwork() {
        Scenario scenario = violated("append", "truncate-always");
        Shrunk shrunk = Shrinker.shrink(scenario, Bounds.defaults()).orElseThrow();
        assertThat(shrunk.scenario().deliveries()).isNotEmpty().hasSizeLessThanOrEqualTo(20);
        assertThat(Unrest.of(shrunk.scenario().conditions())).noneMatch(Unrest::isOfMessages);
        Scenario spared = shrunk.scenario().delivering(List.of());
        assertThat(shrunk.violation().isIn(Simulation.run(spared).judgement())).isFalse();
    }

    @Test
    void theNumberOfThreadsDoesNotMatter() {
        Scenario scenario = violated("register", "follower-read");
        Shrunk alone = Shrinker.shrink(scenario, Bounds.defaults()).orElseThrow();
        Shrunk three =
                Shrinker.shrink(scenario, Bounds.defaults(), 3, progress -> true).orElseThrow();
        assertThat(three.scenario()).isEqualTo(alone.scenario());
        assertThat(three.runs()).isEqualTo(alone.runs());
    }

    @Test
    void aBoundIsKeptAndSaid() {
        Scenario scenario = violated("register", "local-read");
        Shrunk shrunk =
                Shrinker.shrink(scenario, new Bounds(10, Duration.ofHours(1))).orElseThrow();
        assertThat(shrunk.runs()).isEqualTo(10);
        assertThat(shrunk.finished()).isFalse();
        assertThat(shrunk.violation().isIn(Simulation.run(shrunk.scenario()).judgement())).isTrue();
    }

    @Test
    void whoStopsItGetsWhatThereIs() {
        Scenario scenario = violated("register", "local-read");
        Shrunk shrunk =
                Shrinker.shrink(scenario, Bounds.defaults(), 1, progress -> progress.runs() < 5)
                        .orElseThrow();
        assertThat(shrunk.finished()).isFalse();
        assertThat(shrunk.runs()).isBetween(5, 6);
    }

    @Test
    void thereIsNothingToShrinkWhereNoPromiseIsBroken() {
        Optional<Shrunk> shrunk = Shrinker.shrink(scenario("register", 1, null), Bounds.defaults());
        assertThat(shrunk).isEmpty();
    }
}
