package dev.ordeal.workloads.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal bench`: figures with the machine they were taken on.
@Command(
        name = "bench",
        description = "Measures.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeBench.class, RestartBench.class, JudgeBench.class, SimBench.class})
final class BenchCommand implements Runnable {
    @Spec private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Missing command");
    }
}
