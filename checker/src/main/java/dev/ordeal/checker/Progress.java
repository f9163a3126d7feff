package dev.ordeal.checker;

import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// After the last fault is lifted, the cluster must answer again and its nodes must agree, within a bound.
final class Progress {
    /// What was applied this shortly before the end may still be on its way to the other nodes.
    private static final long GRACE_NANOS = 1_000_000_000L;

    private Progress() {}

    static Finding check(Trial trial) {
        History history = trial.history();
        Expectations expectations = trial.expectations();
        long healed = 0;
        boolean lifted = false;
        long end = history.endNanos();
        // By strike: until a node is told to be back from everything that has hit it, nothing is
        // expected of it.
        Map<Object, List<String>> hit = new LinkedHashMap<>();
        for (NemesisEvent event : history.nemesis()) {
            String phase = event.text("phase");
            switch (phase) {
                case "heal", "healed" -> {
                    healed = event.timeNanos();
                    lifted = true;
                    List<String> down = hit.get(strike(event));
                    if (down != null) {
                        down.removeAll(nodes(event));
                    }
                }
                case "strike" -> hit.put(strike(event), nodes(event));
                case "end" -> end = event.timeNanos();
                default -> {}
            }
        }
        List<Evidence> violated = new ArrayList<>();
        List<String> open = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("healedNanos", healed);
        if (lifted) {
            long bound = expectations.progressNanos();
            answered(history, healed, end, bound, true, violated, open, details);
            answered(history, healed, end, bound, false, violated, open, details);
        } else {
            // Before, there is the start of the cluster, and faults in force.
            open.add("the run ended before a fault was lifted, so nobody asked for progress");
        }
        if (!trial.nodes().isEmpty()) {
            Set<String> down = new LinkedHashSet<>();
            hit.values().forEach(down::addAll);
            converged(trial, end, down, violated);
        }
        Verdict verdict;
        if (!violated.isEmpty()) {
            verdict = new Verdict.Violated(violated.get(0).sentence(), violated);
        } else if (!open.isEmpty()) {
            verdict = new Verdict.Undecided(String.join("; ", open));
        } else {
            verdict =
                    new Verdict.Valid(
                            "after the last fault the cluster answered writes and reads again"
                                    + (trial.nodes().isEmpty() ? "" : " and its nodes agree"));
        }
        return new Finding("progress", verdict, details);
    }

    private static Object strike(NemesisEvent event) {
        Object strike = event.value().get("strike");
        return strike == null ? event.f() : strike;
    }

    private static List<String> nodes(NemesisEvent event) {
        List<String> nodes = new ArrayList<>();
        if (event.value().get("nodes") instanceof List<?> list) {
            list.forEach(node -> nodes.add(String.valueOf(node)));
        }
        return nodes;
    }

    private static void answered(
            History history,
            long healed,
            long end,
            long bound,
            boolean reads,
            List<Evidence> violated,
            List<String> open,
            Map<String, Object> details) {
        String kind = reads ? "read" : "write";
        boolean asked = false;
        List<Integer> unanswered = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            if (history.invokedNanos(i) < healed) {
                continue;
            }
            boolean isRead = history.f(i).equals("read") || history.f(i).equals("get");
            if (isRead != reads) {
                continue;
            }
            asked = true;
            if (history.outcome(i) == Outcome.OK) {
                long after = history.returnedNanos(i) - healed;
                details.put(kind + "AfterNanos", after);
                if (after > bound) {
                    violated.add(
                            new Evidence(
                                    "the first %s that was answered after the last fault was lifted took %s, more than the allowed %s"
                                            .formatted(
                                                    kind,
                                                    Words.span(history, after),
                                                    Words.span(history, bound)),
                                    List.of(i),
                                    List.of()));
                }
                return;
            }
            if (unanswered.size() < 5) {
                unanswered.add(i);
            }
        }
        if (!asked) {
            open.add("no %s was tried after the last fault was lifted".formatted(kind));
        } else if (end - healed < bound) {
            open.add(
                    "the run ended %s after the last fault was lifted, before any %s was answered"
                            .formatted(Words.span(history, end - healed), kind));
        } else {
            violated.add(
                    new Evidence(
                            "no %s was answered in the %s after the last fault was lifted"
                                    .formatted(kind, Words.span(history, end - healed)),
                            unanswered,
                            List.of()));
        }
    }

    /// Every node that is up has applied what any node had applied some time before the end.
    private static void converged(
            Trial trial, long end, Set<String> down, List<Evidence> violated) {
        long settled = trial.expectations().originNanos() + end - GRACE_NANOS;
        Applied furthest = null;
        for (NodeStreams node : trial.nodes()) {
            for (Applied entry : node.applied()) {
                if (entry.nanos() <= settled
                        && (furthest == null || entry.index() > furthest.index())) {
                    furthest = entry;
                }
            }
        }
        if (furthest == null) {
            return;
        }
        for (NodeStreams node : trial.nodes()) {
            Applied latest = furthestOfLastLife(node);
            int life = latest == null ? 0 : latest.incarnation();
            long last = latest == null ? 0 : latest.index();
            if (last < furthest.index() && !down.contains(node.node())) {
                violated.add(
                        new Evidence(
                                "%s ended at index %d, but %s had applied index %d more than %d s before the end"
                                        .formatted(
                                                node.node(),
                                                last,
                                                furthest.node(),
                                                furthest.index(),
                                                GRACE_NANOS / 1_000_000_000),
                                List.of(),
                                List.of(
                                        new NodeFact(
                                                node.node(),
                                                life,
                                                last,
                                                0,
                                                "applied nothing after index " + last),
                                        new NodeFact(
                                                furthest.node(),
                                                furthest.incarnation(),
                                                furthest.index(),
                                                furthest.term(),
                                                "applied index " + furthest.index()))));
            }
        }
    }

    private static @Nullable Applied furthestOfLastLife(NodeStreams node) {
        Applied latest = null;
        for (Applied entry : node.applied()) {
            if (latest == null
                    || entry.incarnation() > latest.incarnation()
                    || (entry.incarnation() == latest.incarnation()
                            && entry.index() > latest.index())) {
                latest = entry;
            }
        }
        return latest;
    }
}
