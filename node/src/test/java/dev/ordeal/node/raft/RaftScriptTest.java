package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Conversations with the core: each file in `src/test/resources/raft/scripts` is commands, then a line `----`, then what
/// came of them, then an empty line, and so on ([Script] lists the commands). `-Drewrite` writes down what comes of them now;
/// read the difference.
class RaftScriptTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/raft/scripts");

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException {
        List<Path> files;
        try (var listing = Files.list(SCRIPTS)) {
            files = listing.sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
    }

    private static void run(Path file) {
        var expected = read(file);
        var actual = replay(expected);
        if (Boolean.getBoolean("rewrite")) write(file, actual);
        else assertThat(actual).isEqualTo(expected);
    }

    /// The script with what comes of its commands now.
    private static List<String> replay(List<String> lines) {
        var script = new Script();
        var result = new ArrayList<String>();
        var commands = new ArrayList<String>();
        boolean inOutput = false;
        for (var line : lines) {
            if (inOutput) {
                if (line.isEmpty()) {
                    inOutput = false;
                    result.add("");
                }
            } else if (line.equals("----")) {
                result.add(line);
                result.addAll(script.run(commands));
                commands.clear();
                inOutput = true;
            } else {
                commands.add(line);
                result.add(line);
            }
        }
        assertThat(commands).as("commands without a line of ----").isEmpty();
        return result;
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
