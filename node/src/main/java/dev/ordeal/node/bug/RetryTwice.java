package dev.ordeal.node.bug;

import dev.ordeal.node.machine.Retries;
import java.util.List;

/// A command that is committed again is applied again (redisraft#52, etcd#18424): whoever lost the answer and asks once more counts
/// twice.
final class RetryTwice implements Planted {
    static final Bug BUG =
            new Bug(
                    "retry-twice",
                    "a client's retry is applied again",
                    "redisraft#52, etcd#18424",
                    "Retries.isRetry (§8; thesis §6.3)",
                    List.of(Check.ACKNOWLEDGED_ELEMENTS),
                    "clients that repeat what was not answered, lost replies",
                    RetryTwice::new);

    @Override
    public Retries retries() {
        return new Retries() {
            @Override
            public boolean isRetry(long sequence, long latest) {
                return false;
            }
        };
    }
}
