package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.model.Model;

/// A way to decide one part of a history. Without state: any thread, several at once.
public interface Engine {
    /// Its name on the command line.
    String name();

    /// Whether there can be anything for it in histories of this model.
    default boolean knows(Model<?> model) {
        return true;
    }

    /// Why it is the first to be asked where it is.
    default String why() {
        return "it needs no search";
    }

    /// Decides a part, or says why it cannot. Counts its steps, and the memory it takes, on a budget of its own, which the
    /// caller releases.
    ///
    /// @throws Exhausted when the budget is used up and there is no progress to show
    Decision decide(Part part, Model<?> model, Budget budget);
}
