package dev.ordeal.workloads.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.workload.Workload;
import org.junit.jupiter.api.Test;

final class RecipeTest {
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
