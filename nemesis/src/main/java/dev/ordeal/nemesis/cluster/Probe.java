package dev.ordeal.nemesis.cluster;

/// What a look at the cluster showed: whether it was as expected, and what was seen, with names and figures.
public record Probe(boolean asExpected, String evidence) {}
