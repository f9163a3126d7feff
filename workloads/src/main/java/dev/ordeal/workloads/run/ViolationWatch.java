package dev.ordeal.workloads.run;

import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.online.OnlineRegisters;
import dev.ordeal.checker.online.Violation;
import dev.ordeal.node.rpc.Request;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Watches the clients of registers for the first thing that cannot be explained. What it finds ends the load; the verdict is
/// the judge's, from the record.
final class ViolationWatch {
    private final OnlineRegisters registers = new OnlineRegisters();
    private Optional<Violation> first = Optional.empty();

    Optional<Violation> first() {
        return first;
    }

    void invoke(long timeNanos, long process, String f, Request request, String node) {
        if (first.isEmpty()) {
            registers.invoke(timeNanos, process, f, request.key(), argument(request), node);
        }
    }

    /// The first violation, and only once.
    Optional<Violation> complete(long timeNanos, long process, Request request, Outcome outcome) {
        if (first.isPresent()) {
            return Optional.empty();
        }
        first =
                switch (outcome) {
                    case Outcome.Ok(var value, var version) ->
                            registers.ok(
                                    timeNanos,
                                    process,
                                    request instanceof Request.Read
                                            ? new Result.Value(value)
                                            : new Result.Unknown());
                    case Outcome.Mismatch ignored -> registers.fail(timeNanos, process);
                    case Outcome.Failed ignored -> registers.fail(timeNanos, process);
                    case Outcome.Unknown ignored -> {
                        registers.unknown(timeNanos, process);
                        yield Optional.empty();
                    }
                };
        return first;
    }

    private static @Nullable Object argument(Request request) {
        return switch (request) {
            case Request.Read ignored -> null;
            case Request.Write write -> write.value();
            case Request.Cas cas -> Arrays.asList(cas.expected(), cas.value());
            case Request.Append append -> append.element();
            case Request.Declare declare -> declare.names();
            case Request.Delete ignored -> null;
            case Request.Increment increment -> increment.by();
        };
    }
}
