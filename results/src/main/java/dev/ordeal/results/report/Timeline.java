package dev.ordeal.results.report;

import static java.util.stream.Collectors.joining;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What was done to the system and when, put together from the nemesis' lines of a history. Lines that it does not know are
/// passed over: other tools write other ones.
record Timeline(List<Strike> strikes, List<Phase> phases, List<Leader> leaders, long endNanos) {
    /// More links than these are not named one by one.
    private static final int MOST_LINKS = 4;

    /// One planned fault, from the moment it took hold to the moment it was lifted.
    ///
    /// @param toNanos the end of the history if nothing lifted it
    /// @param nodes that were hit by name
    /// @param where in words: who was cut from whom, who was killed
    /// @param effective what the probe said; null when nobody probed
    /// @param evidence the probes' words
    /// @param skipped why it was not struck; null when it was
    record Strike(
            int id,
            String fault,
            long fromNanos,
            long toNanos,
            List<String> nodes,
            String where,
            @Nullable Boolean effective,
            List<String> evidence,
            @Nullable String skipped) {
        boolean hits(String node, String kind) {
            return skipped == null && nodes.contains(node) && fault.startsWith(kind);
        }

        String effect() {
            return skipped != null
                    ? "skipped"
                    : effective == null ? "not probed" : effective ? "took effect" : "no effect";
        }
    }

    record Phase(String name, long fromNanos, long toNanos) {}

    /// @param leader null when there was none to be seen
    record Leader(@Nullable String leader, long term, long atNanos) {}

    long effectiveStrikes() {
        return strikes.stream().filter(s -> Boolean.TRUE.equals(s.effective)).count();
    }

    static Timeline of(History history) {
        long end = history.endNanos();
        Map<Integer, List<NemesisEvent>> byStrike = new TreeMap<>();
        List<NemesisEvent> phases = new ArrayList<>();
        List<Leader> leaders = new ArrayList<>();
        for (NemesisEvent event : history.nemesis()) {
            switch (event.f()) {
                case "phase" -> phases.add(event);
                case "leader" ->
                        leaders.add(
                                new Leader(
                                        event.value().get("leader") instanceof String leader
                                                ? leader
                                                : null,
                                        event.value().get("term") instanceof Number term
                                                ? term.longValue()
                                                : 0,
                                        event.timeNanos()));
                default -> {
                    if (event.value().get("strike") instanceof Number id) {
                        byStrike.computeIfAbsent(id.intValue(), i -> new ArrayList<>()).add(event);
                    }
                }
            }
        }
        List<Phase> spans = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            String name = phases.get(i).text("phase");
            long to = i + 1 < phases.size() ? phases.get(i + 1).timeNanos() : end;
            if (!name.equals("end")) {
                spans.add(new Phase(name, phases.get(i).timeNanos(), to));
            }
        }
        List<Strike> strikes =
                byStrike.entrySet().stream()
                        .map(e -> strike(e.getKey(), e.getValue(), end))
                        .toList();
        return new Timeline(strikes, List.copyOf(spans), List.copyOf(leaders), end);
    }

    /// Links that work, but badly.
    private static String words(Collection<?> links) {
        return links.size() > MOST_LINKS
                ? links.size() + " links"
                : links.stream()
                        .filter(Collection.class::isInstance)
                        .map(link ->
                                ((Collection<?>) link)
                                        .stream().map(String::valueOf).collect(joining("→")))
                        .collect(joining(", "));
    }

    private static Strike strike(int id, List<NemesisEvent> events, long end) {
        NemesisEvent first = events.getFirst();
        String fault = first.text("fault").isEmpty() ? first.f() : first.text("fault");
        long from = first.timeNanos();
        long to = end;
        Set<String> nodes = new TreeSet<>();
        String cut = "";
        String disturbed = "";
        Boolean effective = null;
        List<String> evidence = new ArrayList<>();
        String skipped = null;
        for (NemesisEvent event : events) {
            if (event.value().get("nodes") instanceof Collection<?> hit) {
                hit.forEach(node -> nodes.add(String.valueOf(node)));
            }
            if (event.value().get("cut") instanceof Collection<?> links && !links.isEmpty()) {
                cut = Cuts.words(links);
            }
            if (event.value().get("links") instanceof Collection<?> links) {
                disturbed = words(links);
            }
            boolean said = event.value().get("effective") instanceof Boolean;
            boolean took = Boolean.TRUE.equals(event.value().get("effective"));
            String phase = event.text("phase");
            switch (phase) {
                case "strike" -> from = event.timeNanos();
                case "heal" -> to = event.timeNanos();
                case "skipped" -> {
                    skipped =
                            event.text("evidence").isEmpty()
                                    ? "no reason given"
                                    : event.text("evidence");
                    to = event.timeNanos();
                }
                default -> {}
            }
            if (said && (phase.equals("strike") || phase.equals("probe"))) {
                effective = took || Boolean.TRUE.equals(effective);
            }
            if (!event.text("evidence").isEmpty() && !phase.equals("skipped")) {
                evidence.add(
                        (phase.equals("healed") ? "after healing: " : "") + event.text("evidence"));
            }
        }
        String where = cut.isEmpty() ? String.join(", ", nodes) : cut;
        if (where.isEmpty()) {
            where = disturbed;
        }
        return new Strike(
                id,
                fault,
                from,
                Math.max(from, to),
                List.copyOf(nodes),
                where,
                effective,
                List.copyOf(evidence),
                skipped);
    }
}
