package dev.ordeal.checker;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What whoever looked into the nodes while they ran saw broken, as the record tells it.
final class Invariants {
    static final String NAME = "invariants";

    private Invariants() {}

    static Finding check(History history) {
        List<Evidence> broken = new ArrayList<>();
        Set<String> rules = new LinkedHashSet<>();
        for (NemesisEvent event : history.nemesis()) {
            if (event.f().equals("invariant")) {
                rules.add(event.text("rule"));
                broken.add(
                        new Evidence(
                                String.format(
                                        Locale.ROOT,
                                        "%s: %s (at %.3f s)",
                                        event.text("rule"),
                                        event.text("sentence"),
                                        event.timeNanos() / 1e9),
                                List.of(),
                                List.of()));
            }
        }
        Verdict verdict =
                broken.isEmpty()
                        ? new Verdict.Valid("at no step was a rule of the algorithm seen broken")
                        : new Verdict.Violated(broken.getFirst().sentence(), broken);
        return new Finding(NAME, verdict, Map.of("rules broken", List.copyOf(rules)));
    }
}
