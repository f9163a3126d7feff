package dev.ordeal.results.report;

import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.Witness;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The state after each operation, in the orders that the judge found: witnesses, and the longest orders where there is no
/// witness. The model is asked again, O(n) steps of it.
final class States {
    /// @param place of the operation in the order of its key, from 1
    /// @param state after it
    record After(int place, String state) {}

    private final History history;
    private final BitSet wanted;
    private final Map<Integer, After> states = new HashMap<>();

    private States(History history, BitSet wanted) {
        this.history = history;
        this.wanted = wanted;
    }

    /// Empty for operations that are in no order.
    Optional<After> after(int operation) {
        return Optional.ofNullable(states.get(operation));
    }

    /// @param wanted the operations that somebody will look at
    static States of(History history, Judgement judgement, BitSet wanted) {
        States states = new States(history, wanted);
        for (Finding finding : judgement.findings()) {
            String model = Findings.text(finding, "model");
            if (model != null) {
                Models.named(model).ifPresent(known -> states.replay(known, finding));
            }
        }
        return states;
    }

    private void replay(Model<?> model, Finding finding) {
        if (finding.verdict() instanceof Verdict.Valid valid) {
            for (Witness witness : valid.witnesses()) {
                replay(model, witness.order());
            }
        }
        for (Map<?, ?> key : Findings.keys(finding)) {
            if (key.get("order") instanceof int[] order) {
                replay(model, order);
            }
        }
    }

    private <S> void replay(Model<S> model, int[] order) {
        S state = model.initial();
        for (int place = 0; place < order.length; place++) {
            Optional<S> next = model.step(state, Call.of(history, order[place]));
            if (next.isEmpty()) {
                throw new IllegalStateException(
                        "an order of the judge is wrong at operation " + order[place]);
            }
            state = next.get();
            if (wanted.get(order[place])) {
                states.put(order[place], new After(place + 1, Wording.value(state)));
            }
        }
    }
}
