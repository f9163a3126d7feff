package dev.ordeal.workloads.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Processes of this machine that end when this is closed, or this program ends. What they say goes to a file each.
final class NodeProcesses implements AutoCloseable {
    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final Thread onExit = new Thread(this::kill, "end nodes");

    /// @param directory gets a folder for each of them
    NodeProcesses(Path directory) {
        this.directory = directory.toAbsolutePath();
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// The folder of a process, created.
    Path folder(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    /// Nothing stands between the processes and each other, or them and their clients.
    Process start(String name, List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder(name).toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder(name).resolve("node.log").toFile())
                        .start();
        process.getOutputStream().close();
        synchronized (processes) {
            processes.add(process);
        }
        return process;
    }

    private void kill() {
        synchronized (processes) {
            processes.forEach(Process::destroyForcibly);
        }
    }

    @Override
    public void close() {
        kill();
        for (Process process : processes) {
            process.onExit().join();
        }
        Runtime.getRuntime().removeShutdownHook(onExit);
    }
}
