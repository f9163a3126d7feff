package dev.ordeal.node.bug;

import java.util.List;
import java.util.Optional;

/// The client is told that its command is done when the leader has put it into its own log (both Go course projects that
/// Ordeal grew from). A leader that is cut off or dies takes acknowledged commands with it. Commands whose answer depends on
/// the state wait their turn, as they must for there to be an answer.
final class AckOnAppend implements Planted {
    static final Bug BUG =
            new Bug(
                    "ack-on-append",
                    "the client is answered when the leader has appended, before anything is committed",
                    "raft-consensus and devMYC/raft",
                    "when to answer: after applying (§5.3, §8)",
                    List.of(Check.ACKNOWLEDGED_ELEMENTS, Check.LINEARIZABILITY),
                    "cut off or kill the leader",
                    AckOnAppend::new);

    @Override
    public <R> Waiting<R> waiting(Waiting<R> waiting, Optional<R> answer) {
        return answer.<Waiting<R>>map(early -> new Early<>(waiting, early)).orElse(waiting);
    }

    private record Early<R>(Waiting<R> client, R answer) implements Waiting<R> {
        @Override
        public void accepted(long index) {
            client.applied(index, answer);
        }

        @Override
        public void applied(long index, R result) {}
    }
}
