package dev.ordeal.workloads.cli;

/// Whether somebody watches, and how a line is shown to him that changes.
final class Terminal {
    /// Before a line that takes the place of the last one.
    static final String BACK_AND_ERASE = "\r\u001b[K";

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
