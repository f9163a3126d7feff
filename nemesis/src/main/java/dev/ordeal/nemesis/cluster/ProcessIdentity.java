package dev.ordeal.nemesis.cluster;

import java.time.Instant;
import java.util.Optional;

/// A process, for others to recognize when the one that wrote it down is gone: its id, and when it began, because ids are given
/// again. Its `toString` is what [#parse(String)] reads.
public record ProcessIdentity(long pid, long beganMillis) {
    /// Two readings of when a process began may differ by the rounding of the operating system's clock ticks.
    private static final long SAME_BEGIN_MILLIS = 2_000;

    public static ProcessIdentity of(ProcessHandle process) {
        return new ProcessIdentity(process.pid(), began(process));
    }

    private static long began(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// Empty if the text is not one, such as a line cut short.
    public static Optional<ProcessIdentity> parse(String text) {
        int space = text.indexOf(' ');
        try {
            return space < 0
                    ? Optional.empty()
                    : Optional.of(
                            new ProcessIdentity(
                                    Long.parseLong(text.substring(0, space)),
                                    Long.parseLong(text.substring(space + 1))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// The process, if it still runs.
    public Optional<ProcessHandle> running() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(began(process) - beganMillis) <= SAME_BEGIN_MILLIS);
    }

    @Override
    public String toString() {
        return pid + " " + beganMillis;
    }
}
