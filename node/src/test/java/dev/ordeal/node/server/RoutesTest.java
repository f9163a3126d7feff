package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("routes"), text);
    }

    private static InetSocketAddress at(int port) {
        return InetSocketAddress.createUnresolved("127.0.0.1", port);
    }

    @Test
    void whatTheFileSaysNowIsTheWay() throws IOException {
        Routes routes = new Routes(file("n2=127.0.0.1:7002\n\n"));
        assertThat(routes.read()).isEqualTo(Map.of(new NodeId("n2"), at(7002)));
        file("n2=127.0.0.1:7012\nn4=127.0.0.1:7004");
        assertThat(routes.read())
                .isEqualTo(Map.of(new NodeId("n2"), at(7012), new NodeId("n4"), at(7004)));
        assertThat(new Routes(null).read()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    n2 127.0.0.1:7002 | has NAME=HOST:PORT lines, not 'n2 127.0.0.1:7002'
                    =127.0.0.1:7002   | has NAME=HOST:PORT lines, not '=127.0.0.1:7002'
                    n2=127.0.0.1      | takes host:port, not '127.0.0.1'
                    """)
    void aLineThatMakesNoSenseIsNamed(String line, String said) throws IOException {
        Path file = file("n3=127.0.0.1:7003\n" + line + "\n");
        assertThatThrownBy(() -> new Routes(file).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--routes " + file + " " + said);
    }

    @Test
    void aFileThatIsMissingIsSaid() {
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> new Routes(missing).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--routes " + missing + " cannot be read: ");
    }
}
