package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ordeal shell`: a cluster to drive by hand.
@Command(
        name = "shell",
        description =
                "Drives a cluster by hand: starts it, hurts it, heals it, writes and reads. Type help for the commands.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every command of a file or a pipe succeeded, or somebody typed",
            "1:one of them did not",
            "254:bad arguments",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "At a terminal: arrows for earlier commands, Tab completes, Ctrl-D ends.",
            "Examples:",
            "  ordeal shell",
            "  printf 'create cluster\\nset x 1\\ncrash peer n1\\nget x\\n' | ordeal shell"
        })
final class ShellCommand implements Callable<Integer> {
    private static final String PROMPT = "ordeal> ";

    @Spec private CommandSpec command;

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            defaultValue = "process",
            description =
                    "process: child processes of this one. docker: containers. Default: ${DEFAULT-VALUE}.")
    private String kind;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Carry out the commands in this file, one a line, instead of typed ones.")
    private @Nullable Path file;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "3s",
            converter = Durations.class,
            description = "How long set and get wait for an answer. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Override
    public Integer call() throws IOException {
        ClusterKind where = Clusters.liveKind(command.commandLine(), kind);
        if (file != null && !Files.isReadable(file)) {
            throw new ParameterException(
                    command.commandLine(), "there is no file " + file + " to be read");
        }
        PrintWriter out = command.commandLine().getOut();
        try (ShellFolder folder =
                        ShellFolder.create(Path.of(System.getProperty("java.io.tmpdir")));
                ShellSession session =
                        new ShellSession(
                                (nodes, loop) -> cluster(where, nodes, folder.path(), loop),
                                timeout,
                                out)) {
            if (file != null) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    return script(session, lines, out);
                }
            }
            if (isTyped()) {
                return dialogue(session);
            }
            return script(
                    session,
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                    out);
        }
    }

    @SuppressWarnings(
            "SystemConsoleNull") // Main asks for the console that is null when nobody types
    private static boolean isTyped() {
        return System.console() != null;
    }

    /// Every cluster of a session has a folder of its own: an earlier one's data must not come back.
    private static LiveCluster cluster(ClusterKind where, int nodes, Path folder, EventLoop loop) {
        try {
            Path own = Files.createTempDirectory(folder, "cluster-");
            ClusterSpec spec = new ClusterSpec(nodes, own, OrdealRaft.correct());
            return Clusters.create(where, spec, loop);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Carries out what is written; every line stands before what came of it, as if it had been typed.
    private static int script(ShellSession session, BufferedReader lines, PrintWriter out)
            throws IOException {
        boolean succeeded = true;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(PROMPT + line);
            out.flush();
            @Nullable ShellLine parsed = parsed(session, line);
            if (parsed instanceof ShellLine.Stop) {
                break;
            }
            succeeded &= parsed != null && session.carryOut(parsed);
        }
        return succeeded ? 0 : 1;
    }

    private static @Nullable ShellLine parsed(ShellSession session, String line) {
        try {
            return ShellLine.parse(line);
        } catch (IllegalArgumentException e) {
            session.complain(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static int dialogue(ShellSession session) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            LineReader reader =
                    LineReaderBuilder.builder()
                            .terminal(terminal)
                            .completer((r, line, into) -> complete(session, line, into))
                            // A value may hold an exclamation mark or a backslash.
                            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                            .build();
            String home = System.getProperty("ordeal.home");
            if (home != null) {
                reader.setVariable(
                        LineReader.HISTORY_FILE, Path.of(home, ".ordeal", "shell-history"));
            }
            while (true) {
                try {
                    @Nullable ShellLine parsed = parsed(session, reader.readLine(PROMPT));
                    if (parsed instanceof ShellLine.Stop) {
                        return 0;
                    }
                    if (parsed != null) {
                        session.carryOut(parsed);
                    }
                } catch (UserInterruptException e) {
                    session.complain("Ctrl-D or stop ends the shell");
                } catch (EndOfFileException e) {
                    return 0;
                }
            }
        }
    }

    private static void complete(ShellSession session, ParsedLine line, List<Candidate> into) {
        List<String> before = line.words().subList(0, line.wordIndex());
        ShellCompletion.of(before, session.peers()).forEach(word -> into.add(new Candidate(word)));
    }
}
