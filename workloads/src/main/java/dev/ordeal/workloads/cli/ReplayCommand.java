package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.plan.Unrest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal replay`: carries out a plan that stands in a file, on whichever cluster.
@Command(
        name = "replay",
        description = {
            "Carries out the plan of a run again, and judges.",
            "In simulation the run is the same, byte for byte. On processes and in Docker the operations and strikes and their times are the same; it says what of the plan cannot be followed there."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:valid",
            "1:violated",
            "2:undecided",
            "254:bad arguments, or a plan that cannot be read",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "Examples:",
            "  ordeal replay results/latest",
            "  ordeal replay plan.json --cluster process"
        })
final class ReplayCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "PLAN|RUN",
            description = "A plan.json, or a run directory, such as results/latest, that has one.")
    private Path plan;

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            description = "sim, process or docker. Default: the one that the plan names.")
    private @Nullable String cluster;

    @Mixin private RecordOptions record;

    @Override
    public Integer call() {
        Scenario recorded = Plans.read(command.commandLine(), plan);
        ClusterKind kind =
                cluster == null
                        ? recorded.spec().cluster()
                        : Clusters.kind(command.commandLine(), cluster);
        String repeat =
                "./ordeal replay "
                        + Plans.file(plan)
                        + (cluster == null ? "" : " --cluster " + cluster);
        return new RecordedRun(command.commandLine(), record)
                .carryOut(recorded.on(kind), repeat, this::followed);
    }

    /// As much of the scenario as the cluster can follow; what it cannot is told.
    private Scenario followed(Scenario scenario, Cluster nodes) {
        if (scenario.spec().cluster() == ClusterKind.SIM) {
            return scenario;
        }
        PrintWriter talk =
                record.json() ? command.commandLine().getErr() : command.commandLine().getOut();
        notFollowed(scenario.conditions(), scenario.spec().cluster()).ifPresent(talk::println);
        if (!scenario.deliveries().isEmpty()) {
            talk.println(
                    "not followed: what becomes of %d single messages (%s, …); only a simulated network knows them"
                            .formatted(
                                    scenario.deliveries().size(),
                                    scenario.deliveries().getFirst()));
        }
        List<Strike> strikes = new ArrayList<>();
        for (Strike strike : scenario.plan().strikes()) {
            Optional<String> why = nodes.whyUnsupported(strike.fault());
            if (why.isPresent()) {
                talk.println(
                        "not followed: strike %d, %s: %s"
                                .formatted(strike.id(), strike.fault(), why.get()));
            } else if (strike.fault().aimsAtTheLeader() && strike.wound() != null) {
                talk.println(
                        "strike %d, %s, hits whoever leads then: elections are not repeated"
                                .formatted(strike.id(), strike.fault()));
                strikes.add(strike.open());
            } else {
                strikes.add(strike);
            }
        }
        Scenario followed = scenario.delivering(List.of()).withStrikes(strikes);
        return followed.with(followed.plan().withMoreDemands(followed.spec().workload()));
    }

    /// What of a simulation's conditions real nodes of this kind do not have, in a line; nothing where they have them all.
    static Optional<String> notFollowed(Conditions conditions, ClusterKind kind) {
        boolean sameSettings =
                OrdealRaft.followed(conditions.settings()).equals(conditions.settings());
        List<String> unrest =
                Unrest.of(conditions).stream()
                        .filter(one -> !(sameSettings && one.figure().equals("settings")))
                        .map(Unrest::toString)
                        .toList();
        return unrest.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "not followed: the conditions of the simulation (%s); network, disks and leases are those of the %s cluster; the plan says how often nodes take snapshots, how they pack messages and how long they wait for a leader, if no less than usual"
                                .formatted(String.join(", ", unrest), kind));
    }
}
