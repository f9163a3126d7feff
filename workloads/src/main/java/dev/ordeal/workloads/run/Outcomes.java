package dev.ordeal.workloads.run;

import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;

/// The only place where an answer becomes an outcome. What does not certainly say otherwise is [Outcome.Unknown]: a time-out
/// taken for a failure would accuse a system that did nothing wrong, or excuse one that did.
final class Outcomes {
    private Outcomes() {}

    static Outcome of(Request request, Response response) {
        return switch (response) {
            case Response.Done(var value, var elements, var index) ->
                    switch (request) {
                        case Request.Read read ->
                                new Outcome.Ok(elements == null ? value : elements, index);
                        case Request.Increment increment ->
                                value == null
                                        ? new Outcome.Unknown("answered without the sum")
                                        : new Outcome.Ok(value, index);
                        case Request.Write write -> new Outcome.Ok(null, index);
                        case Request.Cas cas -> new Outcome.Ok(null, index);
                        case Request.Declare declare -> new Outcome.Ok(null, index);
                        case Request.Append append -> new Outcome.Ok(null, index);
                        case Request.Delete delete -> new Outcome.Ok(null, index);
                    };
            case Response.Mismatch(var current, var index)
                    when request instanceof Request.Cas || request instanceof Request.Declare ->
                    new Outcome.Mismatch(index);
            case Response.Mismatch mismatch ->
                    new Outcome.Unknown("answered with a mismatch, though it expected nothing");
            case Response.Refused(var reason, var leader) -> new Outcome.Failed(reason);
            case Response.Broken(var code, var message, var neverSent) -> {
                String reason = message.isEmpty() ? code : code + ": " + message;
                yield neverSent ? new Outcome.Failed(reason) : new Outcome.Unknown(reason);
            }
        };
    }
}
