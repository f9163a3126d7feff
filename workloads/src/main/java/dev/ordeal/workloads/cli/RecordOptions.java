package dev.ordeal.workloads.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What becomes of a run that was carried out: how its verdict is told, and what is kept of it.
final class RecordOptions {
    @Option(
            names = "--json",
            description =
                    "Print the verdict as one JSON object, and nothing else, on standard output.")
    private boolean json;

    @Option(names = "--keep", description = "Keep the nodes' data also when the verdict is valid.")
    private boolean keep;

    @Mixin private ResultsOption results;

    boolean json() {
        return json;
    }

    boolean keep() {
        return keep;
    }

    Path results() {
        return results.folder();
    }
}
