package dev.ordeal.workloads.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.sim.Simulation;
import dev.ordeal.workloads.workload.Workload;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipeTest {
    /// More than ten minutes of hunting have time for.
    private static final int RUNS = 40;

    static Stream<Bug> huntedInSimulation() {
        return Bugs.ALL.stream()
                .filter(bug -> Recipe.of(bug.id()).onlySimulated() == null)
                // There, requests come twice by the conditions of a run and not by a strike.
                .filter(bug -> !bug.id().equals("retry-twice"));
    }

    @ParameterizedTest
    @MethodSource("huntedInSimulation")
    void aRecipeShowsItsBugToThoseWhoCannotLookIntoNodes(Bug bug) {
        Recipe recipe = Recipe.of(bug.id());
        assertThat(LongStream.rangeClosed(1, RUNS))
                .anyMatch(seed ->
                        Simulation.run(recipe.scenario(ClusterKind.SIM, bug, seed))
                                .judgement()
                                .violated()
                                .stream()
                                .anyMatch(finding -> !finding.check().equals("invariants")));
    }

    @Test
    void noRecipeAlarmsWithoutABug() {
        for (long seed = 1; seed <= 2L * Recipe.possible().size(); seed++) {
            Recipe recipe = Recipe.inTurn(seed);
            assertThat(
                            Simulation.run(recipe.scenario(ClusterKind.SIM, null, seed))
                                    .judgement()
                                    .violated())
                    .as("%s, seed %d", recipe, seed)
                    .isEmpty();
        }
    }

    @Test
    void everyBugHasARecipe() {
        assertThat(Recipe.bugs()).containsAll(Bugs.ALL.stream().map(Bug::id).toList());
    }

    @Test
    void aRecipeIsAWorkloadAndFaultsThatExist() {
        for (String bug : Recipe.bugs()) {
            Recipe recipe = Recipe.of(bug);
            assertThat(Workload.named(recipe.workload())).as(bug).isPresent();
            if (recipe.onlySimulated() == null) {
                assertThat(Fault.parse(recipe.faults())).as(bug).doesNotHaveDuplicates();
            } else {
                assertThat(recipe.onlySimulated()).as(bug).startsWith("needs ");
            }
        }
    }
}
