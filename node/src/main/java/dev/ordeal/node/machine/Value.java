package dev.ordeal.node.machine;

import java.util.HashSet;
import java.util.List;

/// What a key can hold. A key that holds nothing is absent, which is no value (not the empty text, not the empty list).
public sealed interface Value {
    record Text(String text) implements Value {}

    /// A list that was declared, once: it never changes.
    record Declared(List<String> names) implements Value {
        /// So few names are compared with one another sooner than put into a set.
        private static final int FEW = 8;

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
            List<String> copy = List.copyOf(names);
            if (copy.size() > FEW && new HashSet<>(copy).size() == copy.size()) {
                return copy;
            }
            for (int i = 1; i < copy.size(); i++) {
                if (copy.indexOf(copy.get(i)) < i) {
                    throw new IllegalArgumentException(
                            "a name is in a declared list at most once, and this one twice: "
                                    + copy.get(i));
                }
            }
            return copy;
        }
    }

    record Elements(List<String> elements) implements Value {
        public Elements {
            // One that grows never changes, and may be long.
            elements = elements instanceof GrowingList ? elements : List.copyOf(elements);
        }
    }
}
