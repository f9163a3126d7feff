package dev.ordeal.results.record;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was asked for and when it began: the content of a run's `spec.json`, written before the first operation.
///
/// @param cluster `process` or `docker`
/// @param rate operations a second that the clients were to begin, all together
/// @param timeNanos length of the phase with load and faults
/// @param timeoutNanos how long a client waits for an answer
/// @param faults every fault that could strike, as `partition leader`; empty: none was asked for
/// @param seed repeats the plan: the operations and the strikes, with their times
/// @param bug the planted bug, or null
/// @param stopOnViolation whether the load was to end at the first violation that was seen
/// @param checks what the judge is to check, by name
/// @param originNanos the monotonic clock (`System.nanoTime()`) at time 0 of the history; the nodes' streams use the same clock
/// @param startedAt ISO 8601, with the offset from UTC
/// @param command what to type to repeat the run
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunFacts(
        String workload,
        String cluster,
        int nodes,
        int clients,
        double rate,
        long timeNanos,
        long timeoutNanos,
        int keys,
        List<String> faults,
        long seed,
        @Nullable String bug,
        boolean fsync,
        boolean stopOnViolation,
        List<String> checks,
        long originNanos,
        String startedAt,
        String command) {
    public RunFacts {
        faults = List.copyOf(faults);
        checks = List.copyOf(checks);
        OffsetDateTime.parse(startedAt);
    }
}
