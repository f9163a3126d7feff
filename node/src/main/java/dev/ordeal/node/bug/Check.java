package dev.ordeal.node.bug;

/// The kinds of check that can find a planted bug.
public enum Check {
    LINEARIZABILITY,
    COMMIT_CONSISTENCY,
    ELECTION_SAFETY,
    ACKNOWLEDGED_ELEMENTS,
    DECLARED_LISTS
}
