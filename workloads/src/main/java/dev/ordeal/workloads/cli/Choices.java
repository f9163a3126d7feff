package dev.ordeal.workloads.cli;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.workload.Workload;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The words that an option takes, for its help and for who mistypes one.
abstract class Choices implements Iterable<String> {
    private final List<String> words;

    Choices(List<String> words) {
        this.words = words;
    }

    @Override
    public Iterator<String> iterator() {
        return words.iterator();
    }

    /// Nothing typed is fine.
    ///
    /// @throws ParameterException that lists the words and guesses which one was meant
    void require(CommandLine command, String what, @Nullable String typed) {
        if (typed != null && !words.contains(typed)) {
            throw refusal(command, "there is no %s \"%s\"".formatted(what, typed), words, typed);
        }
    }

    /// What is wrong with what was typed, the words, and a guess which one was meant.
    static ParameterException refusal(
            CommandLine command, String problem, List<String> words, String typed) {
        return new ParameterException(
                command,
                "%s; choose from %s.%s"
                        .formatted(
                                problem,
                                String.join(", ", words),
                                Closest.suggestion(typed, words)));
    }

    /// @throws ParameterException that lists the workloads
    static Workload workload(CommandLine command, String typed) {
        return Workload.named(typed)
                .orElseThrow(() ->
                        refusal(
                                command,
                                "there is no workload \"" + typed + "\"",
                                Workload.all().stream().map(Workload::name).toList(),
                                typed));
    }

    /// No bug is fine.
    ///
    /// @throws ParameterException that lists the bugs
    static void requireBug(CommandLine command, @Nullable String typed) {
        if (typed != null && Bugs.find(typed).isEmpty()) {
            throw refusal(command, "there is no bug \"" + typed + "\"", BugsCommand.ids(), typed);
        }
    }
}
