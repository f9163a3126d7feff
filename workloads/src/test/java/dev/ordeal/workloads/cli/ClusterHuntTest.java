package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.board.Recipe;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ClusterHuntTest {
    /// What is written into the record of a run that found a bug asks for that run.
    @Test
    void whatRepeatsAHuntsRunIsACommandForTheSameRun() {
        ClusterHunt hunt = new ClusterHunt(ClusterKind.PROCESS, Path.of("results"));
        for (Bug bug : Bugs.ALL) {
            Recipe recipe = Recipe.of(bug.id());
            if (recipe.onlySimulated() == null) {
                RunSpec spec = hunt.spec(recipe, bug, 7);
                List<String> words = List.of(ClusterHunt.repeat(spec, recipe).split(" "));
                assertThat(words.subList(0, 2)).containsExactly("./ordeal", "run");
                RunCommand command = new RunCommand();
                new CommandLine(command)
                        .parseArgs(words.subList(2, words.size()).toArray(String[]::new));
                assertThat(command.spec()).isEqualTo(spec);
            }
        }
    }
}
