package dev.ordeal.node.bug;

import dev.ordeal.node.rpc.Response;
import java.util.List;
import java.util.function.Consumer;

/// A client whose command has an unknown outcome is told that it failed (Jepsen's analysis of Redis-Raft). It may be in the log
/// all the same, and others read what "failed".
final class TimeoutIsFailure implements Planted {
    static final Bug BUG =
            new Bug(
                    "timeout-is-failure",
                    "an unknown outcome is answered as a definite failure",
                    "Jepsen's analysis of Redis-Raft",
                    "Response.Broken (an unknown outcome is not a failure; §8)",
                    List.of(Check.LINEARIZABILITY, Check.COMMIT_CONSISTENCY),
                    "kill or cut off the leader",
                    TimeoutIsFailure::new);

    @Override
    public Consumer<Response> answers(Consumer<Response> client) {
        return response ->
                client.accept(
                        response instanceof Response.Broken broken
                                ? new Response.Refused(broken.message(), null)
                                : response);
    }
}
