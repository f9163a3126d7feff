package dev.ordeal.nemesis.process;

import dev.ordeal.nemesis.cluster.Watchdog;
import java.io.IOException;
import java.nio.file.Path;

/// The watchdog's program: kills the nodes of a run whose tool is gone. Its argument is the run's ledger.
public final class Sweep {
    private Sweep() {}

    public static void main(String[] args) throws IOException {
        Watchdog.awaitEndOfTool();
        Ledger.sweep(Path.of(args[0]));
    }
}
