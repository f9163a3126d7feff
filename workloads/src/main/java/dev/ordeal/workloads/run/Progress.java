package dev.ordeal.workloads.run;

import dev.ordeal.checker.online.Violation;
import java.util.Optional;

/// How a run is doing at this moment.
///
/// @param leftNanos of the phase with load and faults; 0 before and after it
/// @param skipped arrivals that found every client waiting
/// @param fault in force
/// @param leader the newest that the nodes report
/// @param violation the first that was seen, of a run that stops at it
public record Progress(
        Phase phase,
        long leftNanos,
        long ok,
        long failed,
        long unknown,
        long skipped,
        Optional<String> fault,
        Optional<String> leader,
        Optional<Violation> violation) {
    /// Where a run stands. The names in lower case are what the history says.
    public enum Phase {
        START,
        LOAD,
        HEAL,
        FINAL,
        END;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
