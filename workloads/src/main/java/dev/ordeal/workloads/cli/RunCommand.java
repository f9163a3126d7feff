package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.Cluster;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import dev.ordeal.workloads.workload.Workload;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./ordeal run`: plans, runs, judges, reports.
@Command(
        name = "run",
        description =
                "Runs a workload on a cluster of the Raft service, with faults, and judges what the clients saw.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:valid",
            "1:violated",
            "2:undecided",
            "254:bad arguments",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "Ctrl-C ends the load early; what there is by then is judged.",
            "A record is judged again with: ordeal check results/latest"
        })
final class RunCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(
            paramLabel = "WORKLOAD",
            description = {
                "register: independent registers; read, write, compare-and-set",
                "append: lists; append and read, all read back at the end",
                "sus: rounds of lists, each declared by several and decided once"
            })
    private String workload;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            defaultValue = "none",
            description = {
                "Kinds, each with all its variants, or single ones such as kill:leader. Default: none.",
                "partition: one, leader, halves, majority-ring, one-way",
                "kill: one, leader, minority, all",
                "pause: one, leader",
                "membership: remove-one, remove-leader, transfer, several",
                "election-storm",
                "network: slow, slow-link (both not in Docker), flapping, duplicate (what clients ask)",
                "disk: flip",
                "clock: fast, slow, jump, freeze, each also leader-fast, … (of processes: with libfaketime)",
                "On a simulated cluster also:",
                "power: one, leader, minority, all",
                "network: lossy, reorder, duplicate (what nodes send each other)",
                "disk: slow, full"
            })
    private String faults;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = Durations.class,
            description =
                    "How long the load and the faults last: 30s, 2m, 1h. Default: ${DEFAULT-VALUE}.")
    private Duration time;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats a plan: the same operations and strikes at the same times.")
    private @Nullable Long seed;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "5",
            description = "1 to 9. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "15",
            description =
                    "How many operations can be open at once; every node has its share. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "150",
            description =
                    "Operations that begin in a second, answered or not. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10",
            description = "Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1s",
            converter = Durations.class,
            description = "How long a client waits for an answer. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            defaultValue = "process",
            description = {
                "process: child processes of this one. docker: containers. Default: ${DEFAULT-VALUE}.",
                "sim: simulated, in virtual time: the same seed gives the same run, byte for byte."
            })
    private String cluster;

    @Option(
            names = "--bug",
            paramLabel = "ID",
            description = "Plants a bug in every node; ordeal bugs lists them.")
    private @Nullable String bug;

    @Option(
            names = "--fsync",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether nodes wait for their disks. Default: ${DEFAULT-VALUE}.")
    private String fsync;

    @Option(
            names = "--snapshot-entries",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many entries a node applies from one snapshot to the next. Default: ${DEFAULT-VALUE}.")
    private int snapshotEntries;

    @Option(
            names = "--stop-on-violation",
            description = {
                "End the load at the first violation that is seen while the clients work; the rest follows as always.",
                "Workload register only."
            })
    private boolean stopOnViolation;

    @Mixin private RecordOptions record;

    @Override
    public Integer call() {
        RunSpec spec = spec();
        return new RecordedRun(command.commandLine(), record)
                .carryOut(
                        Scenario.of(spec, Conditions.calm().withSnapshotEntries(snapshotEntries)),
                        repeat(spec),
                        this::possible);
    }

    /// @throws ParameterException if the cluster cannot do all that was asked for
    private Scenario possible(Scenario scenario, Cluster cluster) {
        for (Fault fault : scenario.spec().faults()) {
            cluster.whyUnsupported(fault)
                    .ifPresent(why -> {
                        throw new ParameterException(
                                command.commandLine(),
                                "the "
                                        + scenario.spec().cluster()
                                        + " cluster cannot "
                                        + fault
                                        + ": "
                                        + why);
                    });
        }
        return scenario;
    }

    /// What was typed, as a specification.
    ///
    /// @throws ParameterException in one line
    RunSpec spec() {
        Workload known = Choices.workload(command.commandLine(), workload);
        Choices.requireBug(command.commandLine(), bug);
        ClusterKind where = Clusters.kind(command.commandLine(), cluster);
        if (!List.of("on", "off").contains(fsync)) {
            throw Choices.refusal(
                    command.commandLine(),
                    "--fsync is not \"" + fsync + "\"",
                    List.of("on", "off"),
                    fsync);
        }
        if (snapshotEntries < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--snapshot-entries must be at least 1, not " + snapshotEntries);
        }
        try {
            return new RunSpec(
                    known,
                    Fault.parse(faults),
                    time,
                    seed == null ? new SecureRandom().nextInt(1_000_000_000) : seed,
                    nodes,
                    clients,
                    rate,
                    keys,
                    timeout,
                    where,
                    bug,
                    fsync.equals("on"),
                    stopOnViolation);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /// What to type to have the same plan again: every flag that is not as it would be anyway, and the seed.
    String repeat(RunSpec spec) {
        List<String> words = new ArrayList<>(List.of("./ordeal", "run", spec.workload().name()));
        for (var option : command.options()) {
            String name = option.longestName();
            boolean known = List.of("--seed", "--json", "--help", "--version").contains(name);
            if (known || !command.commandLine().getParseResult().hasMatchedOption(option)) {
                continue;
            }
            words.add(name);
            if (option.arity().max() > 0) {
                words.addAll(option.originalStringValues());
            }
        }
        words.add("--seed");
        words.add(Long.toString(spec.seed()));
        return String.join(" ", words);
    }
}
