package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.bug.Bug;
import dev.ordeal.node.bug.Bugs;
import dev.ordeal.workloads.board.Recipe;
import dev.ordeal.workloads.plan.PlanJson;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.plan.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheCommandAndSucceeds() {
        assertThat(ordeal("--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: ordeal");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void versionSaysWhichJavaRunsIt() {
        assertThat(ordeal("--version")).isZero();
        assertThat(out.toString()).contains("on Java " + Runtime.version());
    }

    @Test
    void anUnknownOptionIsOneLine() {
        assertThat(ordeal("--nonsense")).isEqualTo(254);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("--nonsense", "ordeal --help");
    }

    @Test
    void noCommandIsOneLine() {
        assertThat(ordeal()).isEqualTo(254);
        assertThat(err.toString().lines()).singleElement().asString().contains("Missing command");
    }

    @Test
    void anInternalFailureIsOneLineThatNamesTheFileWithTheDetails() throws IOException {
        assertThat(ordeal("broken")).isEqualTo(255);
        String line = err.toString().strip();
        assertThat(line).doesNotContain("\n").contains("first line second line");
        Path details = Path.of(line.substring(line.indexOf("details: ") + 9, line.length() - 1));
        assertThat(details)
                .content()
                .contains("ordeal broken", "IllegalStateException", "MainTest$Broken.run");
        Files.delete(details);
    }

    @Test
    void aScoreboardThatCannotBeSavedIsRefusedBeforeAnythingIsHunted(@TempDir Path folder)
            throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(ordeal("scoreboard", "--results", file.toString())).isEqualTo(255);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("ordeal: cannot write to the results folder " + file)
                .endsWith("choose another with --results DIR");
    }

    @Test
    void whatHasNoBugIsHuntedByName(@TempDir Path folder) {
        String named = "none,slow-back-up";
        assertThat(
                        ordeal(
                                "scoreboard",
                                "--bugs",
                                named,
                                "--budget",
                                "1s",
                                "--results",
                                folder.toString()))
                .isZero();
        assertThat(out.toString().lines().filter(line -> line.contains("no alarm in ")))
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("slow-back-up", "(none)");
        assertThat(out.toString()).endsWith("no alarm\n").doesNotContain("bugs found");
    }

    @Test
    void aPlanOfASlowVariantReplays(@TempDir Path folder) throws IOException {
        Bug slow = Bugs.SLOW.getFirst();
        Scenario scenario = Recipe.of("local-read").scenario(ClusterKind.SIM, slow, 1);
        Path plan = Files.writeString(folder.resolve("plan.json"), PlanJson.write(scenario));
        assertThat(ordeal("replay", plan.toString(), "--results", folder.toString()))
                .as("%s", err)
                .isZero();
    }

    private int ordeal(String... arguments) {
        CommandLine command = Main.commandLine();
        command.addSubcommand(new Broken());
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @Command(name = "broken")
    private static final class Broken implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("first line\n  second line");
        }
    }
}
