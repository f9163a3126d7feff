package dev.ordeal.node.machine;

import java.util.List;

/// What a key can hold. A key that holds nothing is absent, which is no value (not the empty text, not the empty list).
public sealed interface Value {
    record Text(String text) implements Value {}

    record Elements(List<String> elements) implements Value {
        public Elements {
            elements = List.copyOf(elements);
        }
    }
}
