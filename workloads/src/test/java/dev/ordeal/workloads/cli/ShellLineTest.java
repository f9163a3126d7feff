package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ordeal.workloads.cli.ShellLine.AddServers;
import dev.ordeal.workloads.cli.ShellLine.CheckLeader;
import dev.ordeal.workloads.cli.ShellLine.CrashPeer;
import dev.ordeal.workloads.cli.ShellLine.CreateCluster;
import dev.ordeal.workloads.cli.ShellLine.DisconnectPeer;
import dev.ordeal.workloads.cli.ShellLine.Form;
import dev.ordeal.workloads.cli.ShellLine.Get;
import dev.ordeal.workloads.cli.ShellLine.Help;
import dev.ordeal.workloads.cli.ShellLine.Nothing;
import dev.ordeal.workloads.cli.ShellLine.ReconnectPeer;
import dev.ordeal.workloads.cli.ShellLine.RemoveServers;
import dev.ordeal.workloads.cli.ShellLine.RestartPeer;
import dev.ordeal.workloads.cli.ShellLine.Set;
import dev.ordeal.workloads.cli.ShellLine.Shutdown;
import dev.ordeal.workloads.cli.ShellLine.Stop;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// S1.6: what can be typed into the shell.
final class ShellLineTest {
    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("create cluster", new CreateCluster(3)),
                arguments("create cluster 5", new CreateCluster(5)),
                arguments("set x 1", new Set("x", "1", null)),
                arguments("  set   x\t1  n2 ", new Set("x", "1", "n2")),
                arguments("set \"a key\" 'two words'", new Set("a key", "two words", null)),
                arguments("set path C:\\temp", new Set("path", "C:\\temp", null)),
                arguments("get x", new Get("x", null)),
                arguments("get x n3", new Get("x", "n3")),
                arguments("disconnect peer n1", new DisconnectPeer("n1")),
                arguments("reconnect peer n1", new ReconnectPeer("n1")),
                arguments("crash peer n1", new CrashPeer("n1")),
                arguments("restart peer n1", new RestartPeer("n1")),
                arguments("check leader", new CheckLeader()),
                arguments("add servers n4 n5", new AddServers(List.of("n4", "n5"))),
                arguments("remove servers n1", new RemoveServers(List.of("n1"))),
                arguments("shutdown", new Shutdown()),
                arguments("help", new Help()),
                arguments("stop", new Stop()),
                arguments("", new Nothing()),
                arguments("   ", new Nothing()),
                arguments("# set x 1", new Nothing()));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void s1_6_aLineIsOneCommand(String line, ShellLine expected) {
        assertThat(ShellLine.parse(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    create              | there is no command "create"; help lists them.
                    create clutser 3    | there is no command "create clutser"; help lists them. Did you mean "create cluster"?
                    crash n1            | there is no command "crash n1"; help lists them.
                    gett x              | there is no command "gett x"; help lists them. Did you mean "get"?
                    SET x 1             | there is no command "SET x"; help lists them.
                    create cluster 0    | a cluster has 1 to 9 nodes, not 0
                    create cluster ten  | a cluster has 1 to 9 nodes, not ten
                    create cluster 3 4  | usage: create cluster [N]
                    set x               | usage: set KEY VALUE [PEER]
                    set x 1 n1 n2       | usage: set KEY VALUE [PEER]
                    get                 | usage: get KEY [PEER]
                    crash peer          | usage: crash peer PEER
                    check leader n1     | usage: check leader
                    add servers         | usage: add servers PEER …
                    set x "1            | a quotation mark is missing
                    """)
    void whatIsNoneSaysWhatIsWrong(String line, String said) {
        assertThatThrownBy(() -> ShellLine.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(said);
    }

    @Test
    void helpAndCompletionKnowEveryCommand() {
        for (Form form : Form.values()) {
            List<String> words = List.of(form.command().split(" ", -1));
            for (int typed = 0; typed < words.size(); typed++) {
                assertThat(ShellCompletion.of(words.subList(0, typed), List.of("n1")))
                        .contains(words.get(typed));
            }
            assertThat(form.description()).isNotBlank();
        }
    }

    @Test
    void peersAreCompletedWhereAPeerIsMeant() {
        List<String> peers = List.of("n1", "n2");
        assertThat(ShellCompletion.of(List.of("crash", "peer"), peers)).isEqualTo(peers);
        assertThat(ShellCompletion.of(List.of("crash", "peer", "n1"), peers)).isEmpty();
        assertThat(ShellCompletion.of(List.of("set", "x", "1"), peers)).isEqualTo(peers);
        assertThat(ShellCompletion.of(List.of("set", "x"), peers)).isEmpty();
        assertThat(ShellCompletion.of(List.of("remove", "servers", "n1"), peers)).isEqualTo(peers);
        assertThat(ShellCompletion.of(List.of("nonsense"), peers)).isEmpty();
    }
}
