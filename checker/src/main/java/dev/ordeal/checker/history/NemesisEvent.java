package dev.ordeal.checker.history;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that was done to the system, or a mark of the run's progress, in the same time as the operations.
///
/// @param timeNanos since the start of the run
/// @param f kind of fault, or `phase`, `leader`
/// @param value details, taken as they are: whoever tells of an event makes a map for it, and does not change it any more.
///     A value that is not a map stands under `value`
public record NemesisEvent(long timeNanos, String f, Map<String, @Nullable Object> value) {
    public NemesisEvent {
        value = Collections.unmodifiableMap(value);
    }

    /// The text under a key of the value, or an empty string.
    public String text(String key) {
        return value.get(key) instanceof String text ? text : "";
    }
}
