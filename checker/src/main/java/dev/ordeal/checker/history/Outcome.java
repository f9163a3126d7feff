package dev.ordeal.checker.history;

/// How an operation ended, as far as its client can know.
public enum Outcome {
    /// It happened between its invocation and its return.
    OK,
    /// It certainly had no effect. A compare-and-set that failed because the value differed is also an observation, see
    /// [History#observed].
    FAILED,
    /// It may have happened, may yet happen, or never will.
    UNKNOWN
}
