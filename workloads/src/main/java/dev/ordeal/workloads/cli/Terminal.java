package dev.ordeal.workloads.cli;

/// Whether somebody watches.
final class Terminal {
    private Terminal() {}

    /// Whether standard output is a terminal. [Main] asks for the console that is null when nobody watches.
    @SuppressWarnings("SystemConsoleNull")
    static boolean watched() {
        return System.console() != null;
    }

    /// Whether standard error is one: the launcher knows, Java cannot tell.
    static boolean errorsWatched() {
        return Boolean.getBoolean("ordeal.stderr.terminal");
    }
}
