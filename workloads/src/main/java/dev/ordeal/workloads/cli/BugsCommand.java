package dev.ordeal.workloads.cli;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `./ordeal bugs`: what can be planted.
@Command(
        name = "bugs",
        description =
                "Lists the bugs that can be planted into every node with ordeal run --bug ID.",
        mixinStandardHelpOptions = true)
final class BugsCommand implements Runnable {
    @Spec private CommandSpec command;

    /// What can be planted: the bugs, and then the slow variants.
    static List<String> ids() {
        return Stream.concat(Bugs.ALL.stream(), Bugs.SLOW.stream()).map(Bug::id).toList();
    }

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        int width = ids().stream().mapToInt(String::length).max().orElse(0);
        for (Bug bug : Bugs.ALL) {
            out.printf("%-" + width + "s  %s (%s)%n", bug.id(), bug.wrong(), bug.hadBy());
        }
        out.printf("%nSlow and correct, so that no check may find anything:%n");
        for (Bug slow : Bugs.SLOW) {
            out.printf("%-" + width + "s  %s (%s)%n", slow.id(), slow.wrong(), slow.hadBy());
        }
    }
}
