package dev.ordeal.workloads.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/// While it is open, Ctrl-C and SIGTERM end things gently; the second time the process exits at once.
final class Interrupt implements AutoCloseable {
    private static final java.util.List<String> NAMES = java.util.List.of("INT", "TERM");

    private final java.util.Map<String, Object> before = new java.util.HashMap<>();

    /// @param message what the first one is answered with
    Interrupt(String message, Runnable stopEarly, PrintWriter talk) {
        AtomicInteger times = new AtomicInteger();
        Runnable handler =
                () -> {
                    if (times.getAndIncrement() > 0) {
                        System.exit(Main.INTERNAL_FAILURE);
                    }
                    talk.println("\n" + message);
                    stopEarly.run();
                };
        for (String name : NAMES) {
            Object previous = Signals.register(name, handler);
            if (previous != null) {
                before.put(name, previous);
            }
        }
    }

    @Override
    public void close() {
        before.forEach(Signals::unregister);
    }
}
