package dev.ordeal.workloads.cli;

import dev.ordeal.checker.Finding;
import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.node.bug.Bug;
import dev.ordeal.workloads.board.Hunt;
import dev.ordeal.workloads.board.Recipe;
import dev.ordeal.workloads.board.Row;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hunts on local processes or in containers: one ordinary run after the other, each with the next seed, by the bug's [Recipe], or by
/// all of them in turn where no bug is planted.
///
/// @param results where the record of the run that succeeds is kept; the others are deleted
record ClusterHunt(ClusterKind kind, Path results) implements Hunt {
    @Override
    public Row hunt(@Nullable Bug bug, boolean planted, Duration budget, @Nullable Row before) {
        String id = bug == null ? Row.CORRECT : bug.id();
        String onlySimulated = planted ? Recipe.of(id).onlySimulated() : null;
        if (onlySimulated != null) {
            return Row.notHunted(id, onlySimulated);
        }
        long began = System.nanoTime();
        long firstSeed = before == null || before.seed() == null ? 1 : before.seed();
        long runs = 0;
        do {
            long seed = firstSeed + runs;
            Recipe recipe = planted ? Recipe.of(id) : Recipe.inTurn(seed);
            Scenario scenario = recipe.scenario(kind, bug, seed);
            List<Finding> violated = run(scenario);
            runs++;
            if (!violated.isEmpty()) {
                return Row.found(
                        id, planted, violated, recipe.workload(), seed, runs, since(began));
            }
        } while (System.nanoTime() - began < budget.toNanos());
        return Row.notFound(id, planted, runs, since(began));
    }

    private static double since(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    /// One run and what is violated in it.
    private List<Finding> run(Scenario scenario) {
        RunStart start = RunStart.now(results, scenario.spec().title());
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        RecordedRun.record(
                scenario,
                ClusterHunt::possible,
                start,
                "./ordeal replay " + start.directory().plan(),
                nobody);
        List<Finding> violated = Judged.run(start.directory()).judgement().violated();
        if (violated.isEmpty()) {
            start.directory().delete();
        }
        return violated;
    }

    /// Without the faults that this kind of cluster does not have: the others may do.
    private static Scenario possible(Scenario scenario, Cluster cluster) {
        return scenario.withStrikes(
                scenario.plan().strikes().stream()
                        .filter(strike -> cluster.whyUnsupported(strike.fault()).isEmpty())
                        .toList());
    }
}
