package dev.ordeal.checker.txn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What was found in a history of transactions.
///
/// @param anomalies up to ten of each kind, the weakest promise broken first
/// @param counts how many of each kind were found; of cycles, how many of the smallest were looked at
/// @param ruledOut the models this history cannot have come from; the others are not proved
/// @param undecided why nothing more can be said, if so
/// @param transactions committed ones that were judged
/// @param edges of the dependency graph
public record TransactionReport(
        List<Anomaly> anomalies,
        Map<Anomaly.Kind, Integer> counts,
        Set<ConsistencyModel> ruledOut,
        Optional<String> undecided,
        int transactions,
        int edges) {}
