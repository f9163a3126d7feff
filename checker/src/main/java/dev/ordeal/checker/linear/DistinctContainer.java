package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Queue;

/// An engine for containers to which no value is added twice: reads a part as [Stays], and leaves the rest to the discipline.
abstract class DistinctContainer implements Engine {
    private static final int BYTES_AN_OPERATION = 300;

    private final String name;
    private final Queue.Discipline discipline;
    private final String kind;

    /// @param kind the container, for people
    DistinctContainer(String name, Queue.Discipline discipline, String kind) {
        this.name = name;
        this.discipline = discipline;
        this.kind = kind;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean knows(Model<?> model) {
        return model instanceof Queue queue && queue.discipline() == discipline;
    }

    @Override
    public final String why() {
        return "no value is added twice";
    }

    @Override
    public final Decision decide(Part part, Model<?> model, Budget budget) {
        if (!knows(model)) {
            return new Decision.Unfit("no " + kind);
        }
        budget.take((long) BYTES_AN_OPERATION * part.size());
        Stays stays = new Stays(part, budget);
        Decision decision = stays.read();
        return decision != null ? decision : decide(part, stays, budget);
    }

    /// Decides a part whose stays are possible each by itself.
    abstract Decision decide(Part part, Stays stays, Budget budget);
}
