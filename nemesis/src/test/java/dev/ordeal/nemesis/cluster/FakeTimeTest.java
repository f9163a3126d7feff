package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FakeTimeTest {
    @ParameterizedTest
    @CsvSource({
        "0, +0.000000000",
        "1, +0.000000001",
        "-1, -0.000000001",
        "-250000000, -0.250000000",
        "3600000000000, +3600.000000000"
    })
    void anOffsetIsSecondsWithASign(long nanos, String written) {
        assertThat(FakeTime.text(nanos)).isEqualTo(written + "\n");
    }

    @Test
    void theLibraryIsInAFolderForTheProcessorOrInNone(@TempDir Path root) throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        Path missing = root.resolve("missing");
        Path debian = installed(root.resolve("debian"), "x86_64-linux-gnu/faketime");
        Path others = installed(root.resolve("others"), "faketime");
        assertThat(FakeTime.library(List.of(missing, empty))).isEmpty();
        assertThat(FakeTime.library(List.of(missing, empty, root.resolve("debian"))))
                .contains(debian);
        assertThat(FakeTime.library(List.of(root.resolve("others")))).contains(others);
    }

    private static Path installed(Path root, String folder) throws IOException {
        return Files.createFile(
                Files.createDirectories(root.resolve(folder)).resolve("libfaketime.so.1"));
    }

    @Test
    void aFileIsReplacedAsAWhole(@TempDir Path node) throws IOException {
        Path file = FakeTime.file(node);
        FakeTime.set(file, 12_000_000_000L);
        FakeTime.set(file, 0);
        assertThat(file).hasContent("+0.000000000\n");
        assertThat(node.toFile().list()).containsExactly("clock");
    }
}
