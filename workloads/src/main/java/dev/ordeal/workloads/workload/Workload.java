package dev.ordeal.workloads.workload;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What clients do and what must hold of it. Stateless: a plan is drawn from it once, from a seed.
///
/// Every value it writes is different from every other of the run (the planner hands them out), so that a read tells which
/// operation it saw.
public sealed interface Workload permits Register, Append, Sus {
    /// Every workload there is.
    static List<Workload> all() {
        return List.of(new Register(), new Append(), new Sus());
    }

    static Optional<Workload> named(String name) {
        return all().stream().filter(workload -> workload.name().equals(name)).findFirst();
    }

    String name();

    /// One line for the help text.
    String description();

    /// The judge's checks, by name.
    List<String> checks();

    /// The next operation on a key, or on one of the workload's own.
    ///
    /// @param fresh a value that no other operation of the run uses
    /// @param emphasis on which operations
    Action next(String key, String fresh, Emphasis emphasis, RandomGenerator random);

    /// An operation that changes the key, or one of the workload's own, whatever its state: what the healed cluster must be able to do.
    Action change(String key, String fresh);
}
