package dev.ordeal.workloads.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `./ordeal node`: one member of the service, as its own command line starts it. Everything that follows is the node's.
@Command(
        name = "node",
        description =
                "Runs one member of the service until it is told to stop; `ordeal node --help` lists its flags.")
final class NodeCommand implements Runnable {
    @Unmatched private List<String> arguments = new ArrayList<>();

    @Override
    public void run() {
        dev.ordeal.node.server.Main.main(arguments.toArray(String[]::new));
    }
}
