package dev.ordeal.node.bug;

import dev.ordeal.node.rpc.Response;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// A node gives its answers to clients in the order in which they asked, as on a pipeline, though it comes to them in another. When
/// a later request is answered first, its answer goes to somebody else.
final class SwappedReplies implements Planted {
    static final Bug BUG =
            new Bug(
                    "swapped-replies",
                    "the reply of one request goes to another client",
                    "a classic",
                    "Member.admit: an answer belongs to its request",
                    List.of(Check.LINEARIZABILITY, Check.COMMIT_CONSISTENCY),
                    "many requests of many kinds at once",
                    SwappedReplies::new);

    private final Queue<Consumer<Response>> clients = new ConcurrentLinkedQueue<>();

    @Override
    public Consumer<Response> answers(Consumer<Response> client) {
        clients.add(client);
        return response -> clients.remove().accept(response);
    }
}
