package dev.ordeal.nemesis.cluster;

import java.util.ArrayList;
import java.util.List;

/// Starts a child process that Ctrl-C does not reach. A terminal sends the signal to everything that runs in its foreground;
/// nodes that died of it would be a fault that nobody planned, and the tool needs them to end its run.
public final class Detached {
    private Detached() {}

    /// The command that becomes `command`, with the same process id, while it ignores SIGINT; JVMs leave an ignored one ignored.
    public static List<String> command(List<String> command) {
        List<String> detached =
                new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\""));
        detached.addAll(command);
        return detached;
    }
}
