package dev.ordeal.checker.commit;

/// Something a node recorded, as evidence.
///
/// @param incarnation which life of the node, from 1
/// @param index of the log entry it is about, or 0
/// @param term it is about, or 0
/// @param what in words
public record NodeFact(String node, int incarnation, long index, long term, String what) {}
