package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellFolderTest {
    @TempDir Path folder;

    @Test
    void aFolderLastsAsLongAsItsShellAndTheNextDeletesWhatAKilledOneLeft() throws IOException {
        Path left = Files.createDirectories(folder.resolve("ordeal-shell-killed/cluster-1/n1"));
        Files.writeString(left.resolve("node.log"), "…");
        Files.writeString(folder.resolve("ordeal-shell-killed/lock"), "");
        Path beingMade = Files.createDirectory(folder.resolve("ordeal-shell-new"));
        Path others = Files.createDirectory(folder.resolve("somebody-elses"));
        Path mine;
        try (ShellFolder first = ShellFolder.create(folder);
                ShellFolder second = ShellFolder.create(folder)) {
            mine = first.path();
            Files.createDirectories(mine.resolve("cluster-1/n1"));
            assertThat(mine).isDirectory();
            assertThat(second.path()).isDirectory().isNotEqualTo(mine);
            assertThat(folder.resolve("ordeal-shell-killed")).doesNotExist();
        }
        assertThat(mine).doesNotExist();
        assertThat(beingMade).isDirectory();
        assertThat(others).isDirectory();
    }
}
