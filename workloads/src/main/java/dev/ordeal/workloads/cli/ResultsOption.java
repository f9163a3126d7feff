package dev.ordeal.workloads.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Where the runs are kept that a command makes.
final class ResultsOption {
    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Where runs are kept. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    Path folder() {
        return folder;
    }
}
