package dev.ordeal.checker;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.checker.history.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What must hold for a run to have tested anything. That the history is well formed was seen when it was read.
final class Assumptions {
    static final String NAME = "assumptions";

    private Assumptions() {}

    static Finding check(History history, Expectations expectations) {
        int[] ok = new int[history.names().size()];
        int[] all = new int[history.names().size()];
        int completed = 0;
        for (int i = 0; i < history.size(); i++) {
            all[history.fId(i)]++;
            if (history.outcome(i) == Outcome.OK) {
                ok[history.fId(i)]++;
            }
            if (history.outcome(i) != Outcome.UNKNOWN) {
                completed++;
            }
        }
        int effective = 0;
        int struck = 0;
        for (NemesisEvent event : history.nemesis()) {
            String phase = event.text("phase");
            if (phase.equals("strike")) {
                struck++;
            } else if (phase.equals("probe")
                    && Boolean.TRUE.equals(event.value().get("effective"))) {
                effective++;
            }
        }
        List<String> broken = new ArrayList<>();
        if (expectations.faults() && effective == 0) {
            broken.add(
                    "faults were asked for, %d struck and none was effective: look at the probes in the history"
                            .formatted(struck));
        }
        if (history.size() == 0) {
            broken.add("there is no operation in the history");
        } else if (completed < expectations.minimumOperations()) {
            broken.add(
                    "only %d operations completed, at least %d are needed: run longer or with a higher rate"
                            .formatted(completed, expectations.minimumOperations()));
        }
        if (expectations.minimumOperations() > 0) {
            for (int f = 0; f < all.length; f++) {
                if (all[f] > 0 && ok[f] == 0) {
                    broken.add(
                            "none of %d %s operations succeeded"
                                    .formatted(all[f], history.names().get(f)));
                }
            }
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("operations", history.size());
        details.put("completed", completed);
        details.put("strikes", struck);
        details.put("effective", effective);
        if (!history.notes().isEmpty()) {
            details.put("notes", history.notes());
        }
        Verdict verdict =
                broken.isEmpty()
                        ? new Verdict.Valid(
                                "the run tested something: %d %s completed"
                                                .formatted(
                                                        completed,
                                                        completed == 1 ? "operation" : "operations")
                                        + (expectations.faults()
                                                ? ", %d faults were effective".formatted(effective)
                                                : ""))
                        : new Verdict.Undecided(
                                "the run proves nothing: " + String.join("; ", broken));
        return new Finding(NAME, verdict, details);
    }
}
