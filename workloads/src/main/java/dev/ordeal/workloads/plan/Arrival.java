package dev.ordeal.workloads.plan;

import dev.ordeal.workloads.workload.Action;

/// An operation that a client is to begin, whether or not earlier ones have been answered.
///
/// @param atNanos since the load began
/// @param slot the client meant to do it; another that is free takes it when this one still waits
public record Arrival(long atNanos, int slot, Action action) {}
