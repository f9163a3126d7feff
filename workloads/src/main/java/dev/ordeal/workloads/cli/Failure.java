package dev.ordeal.workloads.cli;

import dev.ordeal.checker.history.HistoryFormatException;
import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.results.record.RecordException;
import dev.ordeal.workloads.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Says in one line what broke.
final class Failure {
    private Failure() {}

    static String inOneLine(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return switch (cause) {
            case FileSystemException file ->
                    "cannot write or read " + file.getFile() + reason(file.getReason());
            case IOException io -> oneLine(String.valueOf(io.getMessage())) + ": is the disk full?";
            case OutOfMemoryError memory ->
                    "out of memory: give the JVM more, for example with JAVA_TOOL_OPTIONS=-Xmx4g";
            default -> cause.getMessage() == null ? cause.toString() : oneLine(cause.getMessage());
        };
    }

    /// Where to look further; empty if the line says it all.
    static String where(Throwable failure, Path details) {
        return saysItAll(failure) ? "" : " (details: " + details + ")";
    }

    /// Writes the stack trace to a file, for whoever mends Ordeal, and says where it is: ` (details: FILE)`.
    ///
    /// @param arguments what was typed
    static String details(Throwable failure, List<String> arguments) {
        try {
            Path details = Files.createTempFile("ordeal-failure-", ".txt");
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(details))) {
                out.printf("ordeal %s%n", String.join(" ", arguments));
                failure.printStackTrace(out);
            }
            return " (details: " + details + ")";
        } catch (IOException e) {
            return " (details could not be written: " + e.getMessage() + ")";
        }
    }

    /// Whether the message was written for the user.
    static boolean saysItAll(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return cause instanceof ClusterException
                || cause instanceof RecordException
                || cause instanceof RunException
                || cause instanceof HistoryFormatException
                || cause instanceof FileSystemException;
    }

    private static String reason(@Nullable String reason) {
        return reason == null ? "" : " (" + reason + ")";
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static String oneLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }
}
