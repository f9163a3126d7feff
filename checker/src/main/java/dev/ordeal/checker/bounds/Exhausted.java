package dev.ordeal.checker.bounds;

/// A bound was hit: the question stays undecided. Thrown inside engines and caught by whoever started them.
public final class Exhausted extends RuntimeException {
    /// @param why a clause that goes on from "undecided: "
    public Exhausted(String why) {
        super(why, null, false, false);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
