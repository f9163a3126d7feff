package dev.ordeal.workloads.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node comes back with what the benchmark leaves it, again and again.
class RestartIT {
    @TempDir Path directory;

    @Test
    void aNodeComesBackWithALog() throws Exception {
        Restart restart = new Restart(directory, 1_000);
        restart.writeLog();
        assertThatItComesBack(restart);
    }

    @Test
    void aNodeComesBackWithASnapshot() throws Exception {
        Restart restart = new Restart(directory, 1_000);
        restart.writeSnapshot();
        assertThatItComesBack(restart);
    }

    private static void assertThatItComesBack(Restart restart) throws Exception {
        assertThat(restart.bytes()).isGreaterThan(100_000);
        for (int i = 0; i < 2; i++) {
            assertThat(restart.measure().time()).isPositive();
        }
    }
}
