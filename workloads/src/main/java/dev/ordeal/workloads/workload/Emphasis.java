package dev.ordeal.workloads.workload;

/// Of which operations a load has more than usual. What is rare in every load is never seen to go wrong.
public enum Emphasis {
    /// As the workload has it.
    NONE,
    /// Operations that change nothing.
    READS,
    /// Operations that change something, whatever was there.
    CHANGES,
    /// Operations whose effect depends on what is there; of a workload that has none, those that change something.
    CONDITIONS
}
