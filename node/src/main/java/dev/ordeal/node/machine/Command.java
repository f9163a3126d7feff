package dev.ordeal.node.machine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change that a client asks for. Reading is not a command: it does not go through the log.
public sealed interface Command {
    /// The one key that the command touches.
    String key();

    /// Gives the key this value, whatever it held.
    record Write(String key, String value) implements Command {}

    /// Gives the key this value if it holds the expected one; `null` expects the key to be absent.
    record Cas(String key, @Nullable String expected, String value) implements Command {}

    /// Adds the element at the end of the key's list; an absent key becomes a list of one.
    record Append(String key, String element) implements Command {}

    /// Makes the key absent, whatever it held.
    record Delete(String key) implements Command {}

    /// Declares the round's list. The first one stands for ever; a later one is told which it is.
    ///
    /// @param round the key that holds the list
    record Declare(String round, List<String> names) implements Command {
        public Declare {
            names = Value.Declared.checked(names);
        }

        @Override
        public String key() {
            return round;
        }
    }

    /// Adds to the whole number, in decimal, that the key's text is; an absent key counts as 0.
    record Increment(String key, long by) implements Command {}
}
