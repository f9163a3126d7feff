package dev.ordeal.workloads.cli;

import java.io.IOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// How wide what is printed may be.
final class Width {
    /// Where nobody watches, and where the terminal does not say.
    static final int DEFAULT = 120;

    private Width() {}

    /// Characters in a line of the terminal, if standard output is one.
    @SuppressWarnings(
            "SystemConsoleNull") // Main asks for the console that is null when nobody watches
    static int ofTerminal() {
        if (System.console() == null) {
            return DEFAULT;
        }
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            int columns = terminal.getSize().getColumns();
            return columns > 0 ? columns : DEFAULT;
        } catch (IOException e) {
            return DEFAULT;
        }
    }
}
