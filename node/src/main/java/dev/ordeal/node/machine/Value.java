package dev.ordeal.node.machine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a key can hold. A key that holds nothing is absent, which is no value (not the empty text, not the empty list).
public sealed interface Value {
    record Text(String text) implements Value {}

    /// A list that was declared, once: it never changes.
    record Declared(List<String> names) implements Value {
        public Declared {
            names = checked(names);
        }

        /// A copy of the list.
        ///
        /// @throws IllegalArgumentException if it is empty, or a name is in it twice
        public static List<String> checked(List<String> names) {
            if (names.isEmpty()) {
                throw new IllegalArgumentException("a declared list has at least one name");
            }
            Set<String> seen = new HashSet<>();
            for (String name : names) {
                if (!seen.add(name)) {
                    throw new IllegalArgumentException(
                            "a name is in a declared list at most once, and this one twice: "
                                    + name);
                }
            }
            return List.copyOf(names);
        }
    }

    record Elements(List<String> elements) implements Value {
        public Elements {
            // One that grows never changes, and may be long.
            elements = elements instanceof GrowingList ? elements : List.copyOf(elements);
        }
    }
}
