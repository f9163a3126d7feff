package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.UniqueIds;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// Ids are unique when nobody was given one twice; the order does not matter. Exact, O(n).
final class UniqueIdsRule implements Engine {
    private static final int BYTES_AN_OPERATION = 300;

    @Override
    public String name() {
        return "unique-ids";
    }

    @Override
    public boolean knows(Model<?> model) {
        return model instanceof UniqueIds;
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        if (!knows(model)) {
            return new Decision.Unfit("no source of ids");
        }
        budget.take((long) BYTES_AN_OPERATION * part.size());
        Map<Integer, Integer> given = new HashMap<>();
        for (int i = 0; i < part.size(); i++) {
            budget.step();
            if (!part.history().f(part.operation(i)).equals("generate")) {
                return new Decision.Unfit("there is more than generating ids");
            }
            int id = part.history().resultId(part.operation(i));
            if (!part.required(i) || id == Values.NONE) {
                continue;
            }
            Integer before = given.put(id, i);
            if (before != null) {
                return part.violated(
                        "%s and %s were given the same id"
                                .formatted(part.words(before), part.words(i)),
                        before,
                        i);
            }
        }
        return new Decision.Linearizable(
                IntStream.range(0, part.size())
                        .filter(part::required)
                        .map(part::operation)
                        .toArray());
    }
}
