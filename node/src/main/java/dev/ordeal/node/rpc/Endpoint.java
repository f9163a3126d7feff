package dev.ordeal.node.rpc;

import java.time.Duration;
import java.util.function.Consumer;

/// A client's way to one node of the service. It never repeats a request: whoever wants a retry makes it, and knows of it.
public interface Endpoint extends AutoCloseable {
    /// Asks the node, which passes the request on to the leader if that is another. Does not block; the response comes once,
    /// no later than the time-out (but for the scheduling of whatever gives it), on a thread of the endpoint's choice.
    void call(Request request, Duration timeout, Consumer<Response> onResponse);

    @Override
    void close();
}
