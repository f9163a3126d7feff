package dev.ordeal.results.report;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import java.util.Optional;

/// The first violation as it was seen while the clients still worked, in a run that was to stop at it.
///
/// @param operation that ended with it
/// @param early whether it ended the load
record SeenLive(long atNanos, int operation, boolean early) {
    static Optional<SeenLive> of(History history) {
        boolean early = true;
        for (NemesisEvent event : history.nemesis()) {
            if (event.f().equals("phase")) {
                early = event.text("phase").equals("load");
            } else if (event.f().equals("violation")
                    && event.value().get("operation") instanceof Number operation
                    && operation.intValue() >= 0
                    && operation.intValue() < history.size()) {
                return Optional.of(new SeenLive(event.timeNanos(), operation.intValue(), early));
            }
        }
        return Optional.empty();
    }

    String words(History history) {
        return "%s at %s, when operation #%d (%s) ended%s"
                .formatted(
                        early
                                ? "The run stopped at the first violation, seen"
                                : "The first violation was seen",
                        Wording.at(atNanos),
                        operation,
                        Wording.what(history.operation(operation)),
                        early ? "" : "; the load was over by then");
    }
}
