package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The compose file as text: a Docker engine need not have compose.
class ComposeFileTest {
    private static final Pattern SERVICE =
            Pattern.compile(
                    "(?m)^  (n\\d):\\n    <<: \\*node\\n    command: (.+)\\n    ports: \\[(.+)]$");

    @Test
    void s2_2_threeNodesOnLoopbackWithTheirPortsAndTheRightToBlock() throws IOException {
        String compose = Files.readString(Path.of("..", "docker-compose.yml"));
        List<MatchResult> services = SERVICE.matcher(compose).results().toList();
        assertThat(services)
                .extracting(service -> service.group(1))
                .containsExactly("n1", "n2", "n3");
        for (int x = 1; x <= 3; x++) {
            MatchResult service = services.get(x - 1);
            assertThat(service.group(3))
                    .isEqualTo(
                            "\"127.0.0.1:808%d:8080\", \"127.0.0.1:909%d:9090\"".formatted(x, x));
            // The image's own flags come before.
            CommandLine.ParseResult flags =
                    new CommandLine(new Main())
                            .parseArgs(("--data /data " + service.group(2)).split(" "));
            assertThat(flags.<String>matchedOptionValue("--id", "")).isEqualTo("n" + x);
        }
        assertThat(compose).contains("cap_add: [NET_ADMIN]");
    }
}
