package dev.ordeal.nemesis.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small process that waits for the end of this one, however it ends, and then cleans up behind it.
///
/// It holds the reading end of a pipe, of which this process has the only writing end: when this process is gone, be it by
/// SIGKILL, the operating system closes the pipe. Ctrl-C in a terminal reaches the watchdog too, and does not stop it.
public final class Watchdog implements AutoCloseable {
    private static final int ALL_CLEAN = 'x';

    private final Process process;

    private Watchdog(Process process) {
        this.process = process;
    }

    /// Starts one that will run the `main` of `cleanUp`, which is to begin with [#awaitEndOfTool()].
    public static Watchdog start(Class<?> cleanUp, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Xms4m",
                        "-Xmx64m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), cleanUp.getName()));
        command.addAll(List.of(arguments));
        try {
            return new Watchdog(
                    new ProcessBuilder(Detached.command(command))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new ClusterException(
                    "the watchdog that cleans up behind a killed run does not start: "
                            + e.getMessage(),
                    e);
        }
    }

    /// In the watchdog: returns when the tool has ended without cleaning up. If there is nothing left to do, ends this process.
    public static void awaitEndOfTool() {
        // A signal ends the virtual machine when its shutdown hooks have: this one waits for the
        // clean-up.
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    try {
                                        main.join();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        try {
            if (System.in.read() == ALL_CLEAN) {
                Runtime.getRuntime().halt(0);
            }
        } catch (IOException e) {
            // As good as its end.
        }
    }

    /// Everything is clean: the watchdog has nothing to do.
    @Override
    public void close() {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write(ALL_CLEAN);
        } catch (IOException e) {
            // Gone already.
        }
    }
}
