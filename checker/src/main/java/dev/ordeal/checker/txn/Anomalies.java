package dev.ordeal.checker.txn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Collects what is found: all are counted, the first few of a kind are kept.
final class Anomalies {
    private static final int KEPT = 10;

    private final Map<Anomaly.Kind, List<Anomaly>> kept = new EnumMap<>(Anomaly.Kind.class);
    private final Map<Anomaly.Kind, Integer> counts = new EnumMap<>(Anomaly.Kind.class);

    void add(Anomaly anomaly) {
        counts.merge(anomaly.kind(), 1, Integer::sum);
        List<Anomaly> same = kept.computeIfAbsent(anomaly.kind(), k -> new ArrayList<>());
        if (same.size() < KEPT) {
            same.add(anomaly);
        }
    }

    void add(Anomaly.Kind kind, String sentence, Integer... operations) {
        add(new Anomaly(kind, sentence, List.of(operations), List.of()));
    }

    Map<Anomaly.Kind, Integer> counts() {
        return counts;
    }

    List<Anomaly> kept() {
        return kept.values().stream().flatMap(List::stream).toList();
    }
}
