package dev.ordeal.checker.commit;

/// What the nodes recorded of an operation whose client does not know what became of it. An explanation and never an
/// excuse: a verdict about what clients saw stands without it.
///
/// @param operation index into the history
/// @param sentence names it and says where it was committed, or that it never was
public record Fate(int operation, String sentence) {}
