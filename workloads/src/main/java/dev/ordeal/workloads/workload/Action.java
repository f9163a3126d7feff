package dev.ordeal.workloads.workload;

import java.util.List;

/// One thing a client is to do. It is data of the plan: what depends on the moment (the value a compare-and-set expects) is
/// settled when the operation begins, and recorded.
public sealed interface Action {
    String key();

    record Read(String key) implements Action {}

    record Write(String key, String value) implements Action {}

    /// Replaces the value that was last seen of this key, by any client, with a new one.
    record CompareAndSet(String key, String value) implements Action {}

    /// Declares the list of a round, which is the key.
    record Declare(String key, List<String> names) implements Action {
        public Declare {
            names = List.copyOf(names);
        }
    }

    /// Adds an element to the end of the key's list.
    record Append(String key, String element) implements Action {}
}
