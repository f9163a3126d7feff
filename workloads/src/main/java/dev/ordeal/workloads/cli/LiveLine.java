package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.Cancellable;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.workloads.run.Progress;
import dev.ordeal.workloads.run.Runner;
import java.io.PrintWriter;
import java.util.Locale;

/// How the run is doing: on a terminal one line that changes, elsewhere a line every few seconds.
final class LiveLine implements AutoCloseable {
    private static final long TERMINAL_INTERVAL_NANOS = 200_000_000L;
    private static final long PLAIN_INTERVAL_NANOS = 5_000_000_000L;

    private final Scheduler scheduler;
    private final Runner runner;
    private final PrintWriter out;
    private final boolean terminal;
    private Cancellable next;

    LiveLine(Scheduler scheduler, Runner runner, PrintWriter out) {
        this.scheduler = scheduler;
        this.runner = runner;
        this.out = out;
        this.terminal = Terminal.watched();
        this.next = scheduler.after(0, this::print);
    }

    private void print() {
        String line = inWords(runner.progress());
        if (terminal) {
            out.print(Terminal.BACK_AND_ERASE + line);
            out.flush();
        } else {
            out.println(line);
        }
        next =
                scheduler.after(
                        terminal ? TERMINAL_INTERVAL_NANOS : PLAIN_INTERVAL_NANOS, this::print);
    }

    static String inWords(Progress progress) {
        String stage =
                switch (progress.phase()) {
                    case START -> "starting the nodes";
                    case LOAD ->
                            "%2d s left"
                                    .formatted(
                                            (progress.leftNanos() + 999_999_999L) / 1_000_000_000L);
                    case HEAL -> "healing";
                    case FINAL -> "reading back";
                    case END -> "done";
                };
        return stage
                + "  ok %d  failed %d  unknown %d"
                        .formatted(progress.ok(), progress.failed(), progress.unknown())
                + progress.leader().map(leader -> "  leader " + leader).orElse("")
                + progress.fault().map(fault -> "  " + fault).orElse("")
                + progress.violation()
                        .map(violation ->
                                String.format(
                                        Locale.ROOT,
                                        "  violation at %.3f s",
                                        violation.timeNanos() / 1e9))
                        .orElse("");
    }

    @Override
    public void close() {
        next.cancel();
        if (terminal) {
            out.print(Terminal.BACK_AND_ERASE);
            out.flush();
        }
    }
}
