package dev.ordeal.workloads.cli;

import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `ordeal`.
///
/// Exit codes: what a command answers (for a verdict 0 valid, 1 violated, 2 undecided), [#BAD_ARGUMENTS] with one line that
/// says what is wrong, [#INTERNAL_FAILURE] with one line that names the file with the details.
@Command(
        name = "ordeal",
        description =
                "Puts a replicated system through faults and decides, with evidence, whether it kept its promises.",
        subcommands = {
            RunCommand.class,
            SimCommand.class,
            ReplayCommand.class,
            ShrinkCommand.class,
            CheckCommand.class,
            VerifyCommand.class,
            TimingCommand.class,
            NodeCommand.class,
            ClientCommand.class,
            ShellCommand.class,
            BugsCommand.class,
            ScoreboardCommand.class,
            BenchCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "To begin with: ordeal run register --faults partition,kill,pause --time 30s"
        })
public final class Main implements Runnable {
    static final int BAD_ARGUMENTS = 254;
    static final int INTERNAL_FAILURE = 255;

    @Spec private CommandSpec spec;

    public static void main(String[] arguments) {
        // From JDK 22 on there would be a console also where nobody watches, and a live line would
        // be written into a file.
        System.setProperty("jdk.console", "java.base");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpWidth(110)
                .setParameterExceptionHandler(Main::sayWhatIsWrong)
                .setExecutionExceptionHandler(Main::sayWhereTheDetailsAre)
                .setExitCodeExceptionMapper(failure -> INTERNAL_FAILURE);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static int sayWhatIsWrong(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        command.getErr()
                .printf(
                        "ordeal: %s ('%s --help' lists what there is)%n",
                        oneLine(wrong), command.getCommandSpec().qualifiedName());
        return BAD_ARGUMENTS;
    }

    private static int sayWhereTheDetailsAre(
            Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        String details =
                Failure.saysItAll(failure)
                        ? ""
                        : Failure.details(failure, arguments.originalArgs());
        command.getErr().println("ordeal: " + Failure.inOneLine(failure) + details);
        return INTERNAL_FAILURE;
    }

    private static String oneLine(Exception failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName())
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "ordeal "
                        + Objects.requireNonNullElse(version, "(not packaged)")
                        + " on Java "
                        + Runtime.version()
            };
        }
    }
}
