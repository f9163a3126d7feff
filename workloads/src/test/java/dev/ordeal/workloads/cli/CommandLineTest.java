package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ordeal.workloads.plan.RunSpec;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What the command line says. The help texts lie beside this file; `-Drewrite` writes them anew, and the difference is to be read.
final class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path folder;

    private int ordeal(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "sim",
                "replay",
                "shrink",
                "check",
                "verify",
                "timing",
                "client",
                "client cas",
                "shell",
                "bugs",
                "bench",
                "bench node",
                "bench restart"
            })
    void helpIsAsItWasReadLast(String command) throws IOException {
        String[] arguments = (command + " --help").strip().split(" ");
        assertThat(ordeal(arguments)).isZero();
        assertThat(err.toString()).isEmpty();
        String name = "help" + (command.isEmpty() ? "" : "-" + command.replace(' ', '-')) + ".txt";
        if (System.getProperty("rewrite") != null) {
            Files.writeString(
                    Path.of("src/test/resources/dev/ordeal/workloads/cli").resolve(name),
                    out.toString());
            return;
        }
        assertThat(out.toString()).isEqualTo(resource(name));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = CommandLineTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("", "Missing command"),
                arguments("rnu", "Unmatched argument at index 0: 'rnu'"),
                arguments("run", "Missing required parameter: 'WORKLOAD'"),
                arguments(
                        "run regsiter",
                        "there is no workload \"regsiter\"; choose from register, append, sus. Did you mean \"register\"?"),
                arguments("run register --fautls kill", "Unknown options: '--fautls', 'kill'"),
                arguments(
                        "run register --faults explode",
                        "there is no fault \"explode\"; choose from partition (one"),
                arguments("run register --faults kill:half", "there is no fault \"kill:half\""),
                arguments(
                        "run register --time 30",
                        "'30' is not a duration like 30s, 500ms, 2m or 1h"),
                arguments("run register --time 1ms", "--time must be 1s to 24h"),
                arguments(
                        "run append --stop-on-violation",
                        "--stop-on-violation needs a workload of registers, the only ones that are judged while the clients work; append has none"),
                arguments("run register --nodes 12", "--nodes must be 1 to 9, not 12"),
                arguments("run register --nodes many", "'many' is not an int"),
                arguments("run register --rate 0", "--rate must be above 0"),
                arguments(
                        "run register --cluster kubernetes",
                        "there is no cluster \"kubernetes\"; choose from sim, process, docker"),
                arguments("shell --cluster sim", "choose from process, docker"),
                arguments(
                        "sim register --seeds 9..1",
                        "seeds are a number or a range such as 1..1000, not '9..1'"),
                arguments("sim register --seeds one", "seeds are a number or a range"),
                arguments("sim registers", "Did you mean \"register\"?"),
                arguments("sim register --time 10ms", "--time must be 1s to 24h"),
                arguments(
                        "run register --bug local_read",
                        "there is no bug \"local_read\"; choose from vote-in-memory"),
                arguments("run register --bug local_read", "Did you mean \"local-read\"?"),
                arguments(
                        "run register --fsync maybe",
                        "--fsync is not \"maybe\"; choose from on, off"),
                arguments(
                        "client get k --tls-authority nowhere.pem",
                        "--tls-authority nowhere.pem: there is no such file"),
                arguments("client get k --token-file .", "--token-file .: this is not a file"),
                arguments("check", "Missing required parameter: 'PATH'"),
                arguments("timing", "Missing required parameter: 'RUN'"),
                arguments("replay", "Missing required parameter: 'PLAN|RUN'"),
                arguments("replay nowhere", "there is no plan nowhere: give a run's folder"),
                arguments("replay .", ". is not a run directory: it has no spec.json"),
                arguments("replay pom.xml", "pom.xml: this is not a plan: line 1: "),
                arguments("shrink", "give either a run (or its plan), or --seed N"),
                arguments("shrink . --seed 1", "give either a run (or its plan), or --seed N"),
                arguments("shrink --seed 1 --bug local_read", "Did you mean \"local-read\"?"),
                arguments("shrink --seed 1 --runs 0", "--runs must be 1 or more, not 0"),
                arguments("timing nowhere", "there is no run directory nowhere"),
                arguments("timing . --width 39", "--width must be 40 or more, not 39"),
                arguments("timing . --from soon", "'soon' is not a duration"),
                arguments(
                        "check nowhere --model registre",
                        "there is no model \"registre\"; choose from register, cas-register, kv"),
                arguments(
                        "check nowhere --model register --engine serch",
                        "Did you mean \"search\"?"),
                arguments(
                        "check nowhere --model register --format jsnol",
                        "there is no format \"jsnol\"; choose from jsonl, jepsen-edn"),
                arguments(
                        "check nowhere --model register --nil nothing",
                        "there is no meaning of nil \"nothing\"; choose from absent, unknown."),
                arguments(
                        "check nowhere --model register --consistency serializable",
                        "--consistency is for transactions"),
                arguments(
                        "check nowhere --model list-append --consistency serialisable",
                        "Did you mean \"serializable\"?"),
                arguments(
                        "check nowhere --model list-append --linearizable-keys",
                        "--sequential-keys are for --model rw-register"),
                arguments(
                        "check nowhere --model list-append --engine search",
                        "--engine is not for transactions"),
                arguments("verify nowhere", "say --verdict FILE and --model MODEL"),
                arguments("verify . --model register", "a run has its own verdict"),
                arguments("verify .", ". is not a run directory: it has no spec.json"),
                arguments("shell --cluster kubernetes", "there is no cluster \"kubernetes\""),
                arguments("shell --file nowhere", "there is no file nowhere to be read"),
                arguments("client", "Missing command"),
                arguments("client put k", "Missing required parameter: 'VALUE'"),
                arguments("client get k --server nowhere", "'nowhere' is not HOST:PORT"),
                arguments("client get k --server a:1,b:65536", "'b:65536' is not HOST:PORT"),
                arguments("client cas k v", "give cas KEY EXPECTED VALUE"),
                arguments("client cas k v w --absent", "or cas --absent KEY VALUE"),
                arguments("client increment k --by much", "'much' is not a long"),
                arguments("bench", "Missing command"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsSaidInOneLine(String arguments, String said) {
        assertThat(ordeal(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(254);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("ordeal: ")
                .contains(said)
                .contains("--help");
    }

    @Test
    void aFaultThatTheClusterCannotDoIsABadArgumentAndLeavesNoRun() throws IOException {
        Path results = folder.resolve("results");
        assertThat(
                        ordeal(
                                "run",
                                "register",
                                "--faults",
                                "power:one",
                                "--results",
                                results.toString()))
                .isEqualTo(254);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("ordeal: the process cluster cannot power one: ")
                .contains("--cluster sim");
        try (Stream<Path> runs = Files.list(results.resolve("runs"))) {
            assertThat(runs).isEmpty();
        }
    }

    @Test
    void aResultsFolderThatCannotBeWrittenIsSaidInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(ordeal("run", "register", "--results", file.toString())).isEqualTo(255);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("cannot write to the results folder", "--results");
    }

    @Test
    void theBugsAreListed() {
        assertThat(ordeal("bugs")).isZero();
        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("vote-in-memory "))
                .anyMatch(line -> line.startsWith("local-read "))
                .anyMatch(line -> line.startsWith("ack-on-append "));
    }

    private static RunCommand parsed(String... arguments) {
        CommandLine line = new CommandLine(new RunCommand());
        line.parseArgs(arguments);
        return line.getCommand();
    }

    @Test
    void everyFlagIsAComponentOfTheSpecification() {
        RunSpec spec =
                parsed(
                                "append",
                                "--faults",
                                "kill:all,pause",
                                "--time",
                                "2m",
                                "--seed",
                                "7",
                                "--nodes",
                                "3",
                                "--clients",
                                "6",
                                "--rate",
                                "50",
                                "--keys",
                                "4",
                                "--timeout",
                                "500ms",
                                "--cluster",
                                "docker",
                                "--bug",
                                "local-read",
                                "--fsync",
                                "off")
                        .spec();
        assertThat(spec.workload().name()).isEqualTo("append");
        assertThat(spec.faults())
                .extracting(Object::toString)
                .containsExactly("kill all", "pause one", "pause leader");
        assertThat(spec.time()).isEqualTo(Duration.ofMinutes(2));
        assertThat(spec.seed()).isEqualTo(7);
        assertThat(spec.nodes()).isEqualTo(3);
        assertThat(spec.clients()).isEqualTo(6);
        assertThat(spec.rate()).isEqualTo(50);
        assertThat(spec.keys()).isEqualTo(4);
        assertThat(spec.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(spec.cluster()).isEqualTo(ClusterKind.DOCKER);
        assertThat(spec.bug()).isEqualTo("local-read");
        assertThat(spec.fsync()).isFalse();
    }

    @Test
    void everyFlagHasADefaultThatWorks() {
        RunSpec spec = parsed("register").spec();
        assertThat(spec.faults()).isEmpty();
        assertThat(spec.time()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.nodes()).isEqualTo(5);
        assertThat(spec.cluster()).isEqualTo(ClusterKind.PROCESS);
        assertThat(spec.bug()).isNull();
        assertThat(spec.fsync()).isTrue();
        assertThat(List.of(spec.clients(), spec.keys())).allMatch(n -> n >= spec.nodes());
    }

    @Test
    void theCommandThatRepeatsARunHasItsFlagsAndItsSeed() {
        RunCommand command =
                parsed(
                        "register",
                        "--faults=kill,pause:leader",
                        "--json",
                        "--keep",
                        "--time",
                        "5s");
        RunSpec spec = command.spec();
        assertThat(command.repeat(spec))
                .isEqualTo(
                        "./ordeal run register --faults kill,pause:leader --time 5s --keep --seed "
                                + spec.seed());
    }
}
