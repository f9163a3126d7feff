package dev.ordeal.workloads.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.nemesis.sim.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// In what conditions differ from calm ones, each by itself, so that one can be calmed and another kept.
///
/// @param figure its name among the conditions
/// @param value as it stands in a plan
public record Unrest(String figure, JsonNode value) {
    private static final Set<String> OF_MESSAGES = Set.of("latencyNanos", "loss", "duplication");

    /// All of it, in the order in which the conditions are written.
    public static List<Unrest> of(Conditions conditions) {
        ObjectNode calm = PlanJson.JSON.valueToTree(Conditions.calm());
        ObjectNode now = PlanJson.JSON.valueToTree(conditions);
        List<Unrest> unrest = new ArrayList<>();
        now.properties()
                .forEach(entry -> {
                    if (!entry.getValue().equals(calm.get(entry.getKey()))) {
                        unrest.add(new Unrest(entry.getKey(), entry.getValue()));
                    }
                });
        return unrest;
    }

    /// Conditions that are calm but for this.
    public static Conditions conditions(List<Unrest> unrest) {
        ObjectNode conditions = PlanJson.JSON.valueToTree(Conditions.calm());
        unrest.forEach(one -> conditions.set(one.figure, one.value));
        return PlanJson.JSON.convertValue(conditions, Conditions.class);
    }

    /// Whether it is one message after the other that it disturbs, each of which could be disturbed by itself.
    public boolean isOfMessages() {
        return OF_MESSAGES.contains(figure);
    }

    /// Messages may arrive in another order than that in which they were sent.
    public static Unrest disorder() {
        return new Unrest("ordered", BooleanNode.FALSE);
    }

    @Override
    public String toString() {
        return figure + " " + value.toString().replace("\"", "");
    }
}
