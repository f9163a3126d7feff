package dev.ordeal.workloads.cli;

import dev.ordeal.checker.history.Histories;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Something to judge.
///
/// @param run whether it is a run's folder; otherwise it is a file with a history
/// @param bytes size of the history
record Input(Path path, boolean run, long bytes) {
    private static final String SPECIFICATION = "spec.json";

    /// A history takes about as much memory as its file, and judging it some more.
    private static final int SHARE_OF_HEAP = 16;

    /// Whether it takes so much of the heap that nothing else should be judged meanwhile.
    boolean large() {
        return bytes > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    }

    /// Everything to judge that the paths name or hold. In a folder that is no run's, files are known by their content,
    /// and what is none is passed over; hidden folders and linked ones are not entered.
    ///
    /// @param problem told of every path that gives nothing, and why
    static List<Input> under(List<Path> paths, BiConsumer<Path, String> problem) {
        List<Input> found = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isRegularFile(path)) {
                found.add(new Input(path, false, size(path)));
            } else if (isRun(path)) {
                found.add(ofRun(path));
            } else if (Files.isDirectory(path)) {
                int before = found.size();
                walk(path, found, problem);
                if (found.size() == before) {
                    problem.accept(
                            path,
                            "holds neither a run (a folder with "
                                    + SPECIFICATION
                                    + ") nor a history of a known format");
                }
            } else {
                problem.accept(
                        path,
                        Files.exists(path)
                                ? "is neither a file nor a folder"
                                : "there is no such file or folder");
            }
        }
        return found;
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve(SPECIFICATION));
    }

    private static Input ofRun(Path folder) {
        return new Input(folder, true, size(folder.resolve("history.jsonl")));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException unreadable) {
            // Whoever reads it will say so.
            return 0;
        }
    }

    private static void walk(Path folder, List<Input> found, BiConsumer<Path, String> problem) {
        List<Input> here = new ArrayList<>();
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path inner, BasicFileAttributes attributes) {
                            boolean hidden =
                                    !inner.equals(folder)
                                            && inner.getFileName().toString().startsWith(".");
                            if (!hidden && isRun(inner)) {
                                here.add(ofRun(inner));
                                return FileVisitResult.SKIP_SUBTREE;
                            }
                            return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()
                                    && Histories.recognized(file).isPresent()) {
                                here.add(new Input(file, false, attributes.size()));
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            problem.accept(file, "cannot be read: " + e.getMessage());
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            problem.accept(folder, "cannot be read: " + e.getMessage());
        }
        here.sort((a, b) -> a.path.compareTo(b.path));
        found.addAll(here);
    }
}
