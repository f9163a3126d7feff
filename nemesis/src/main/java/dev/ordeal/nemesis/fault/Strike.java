package dev.ordeal.nemesis.fault;

import org.jspecify.annotations.Nullable;

/// One planned fault: what, from when (nanoseconds since the load began), for how long, and the seed from which it is decided
/// whom it hits. The seed stands in the plan so that the same plan makes the same choice.
///
/// @param wound whom it hits, where that is settled already; null: it is decided when it strikes. A plan that is made smaller
///     settles it, so that leaving one strike out does not change whom the others hit.
public record Strike(
        int id, long atNanos, long durationNanos, Fault fault, long choice, @Nullable Wound wound) {
    public Strike {
        if (id < 0 || atNanos < 0 || durationNanos <= 0) {
            throw new IllegalArgumentException(
                    "strike "
                            + id
                            + " cannot begin at "
                            + atNanos
                            + " ns and last "
                            + durationNanos
                            + " ns");
        }
    }

    /// One that is resolved when it strikes.
    public Strike(int id, long atNanos, long durationNanos, Fault fault, long choice) {
        this(id, atNanos, durationNanos, fault, choice, null);
    }

    /// The same, with what came of it: from when it struck whom.
    public Strike resolved(long struckNanos, Wound struck) {
        return new Strike(id, struckNanos, durationNanos, fault, choice, struck);
    }

    /// The same, to be resolved when it strikes.
    public Strike open() {
        return new Strike(id, atNanos, durationNanos, fault, choice, null);
    }

    /// The same for another time.
    public Strike lasting(long nanos) {
        return new Strike(id, atNanos, nanos, fault, choice, wound);
    }
}
