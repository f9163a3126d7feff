package dev.ordeal.nemesis.fault;

/// One planned fault: what, from when (nanoseconds since the start of the run), for how long, and the seed from which it is
/// decided whom it hits. The seed stands in the plan so that the same plan makes the same choice.
public record Strike(int id, long atNanos, long durationNanos, Fault fault, long choice) {
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
}
