package dev.ordeal.node.rpc;

import dev.ordeal.node.machine.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asks of the service. A session numbers its changes from 1 on; the same session and number again is a retry
/// and is not applied twice. The empty session (with number 0) is none.
public sealed interface Request {
    String session();

    long sequence();

    String key();

    /// Answered with what the key holds; sees every change that was answered before it was asked.
    record Read(String key) implements Request {
        @Override
        public String session() {
            return "";
        }

        @Override
        public long sequence() {
            return 0;
        }
    }

    /// Gives the key this value.
    record Write(String session, long sequence, String key, String value) implements Request {}

    /// Gives the key this value if it holds the expected one; `null` expects it to be absent.
    record Cas(String session, long sequence, String key, @Nullable String expected, String value)
            implements Request {}

    /// Adds the element at the end of the key's list; an absent key becomes a list of one.
    record Append(String session, long sequence, String key, String element) implements Request {}

    /// Makes the key absent.
    record Delete(String session, long sequence, String key) implements Request {}

    /// Declares the round's list, which is done once: a later one is a mismatch.
    record Declare(String session, long sequence, String round, List<String> names)
            implements Request {
        public Declare {
            names = Value.Declared.checked(names);
        }

        @Override
        public String key() {
            return round;
        }
    }

    /// Adds to the whole number that the key holds, absent counting as 0; answered with the sum.
    record Increment(String session, long sequence, String key, long by) implements Request {}
}
