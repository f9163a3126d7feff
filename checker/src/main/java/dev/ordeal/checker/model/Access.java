package dev.ordeal.checker.model;

/// What an operation does to a register, for the engine that needs no search.
public enum Access {
    /// Answers the current value.
    READ,
    /// Makes its argument the current value.
    WRITE,
    /// Given `[expected, new]`, makes `new` the current value if it was `expected`.
    CAS
}
