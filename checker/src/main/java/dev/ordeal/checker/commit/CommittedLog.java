package dev.ordeal.checker.commit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The log as the nodes applied it: of each index the first record of any node. Where nodes disagree, which
/// [CommitRules] finds, it is the log of the first one.
final class CommittedLog {
    private final List<Applied> entries;
    private final Map<String, Applied> byCommand = new HashMap<>();

    CommittedLog(List<NodeStreams> nodes) {
        Map<Long, Applied> byIndex = new HashMap<>();
        for (NodeStreams node : nodes) {
            for (Applied entry : node.applied()) {
                if (!entry.kind().equals("snapshot")) {
                    byIndex.putIfAbsent(entry.index(), entry);
                }
            }
        }
        entries = inOrder(byIndex.values());
        for (Applied entry : entries) {
            if (entry.command() != null) {
                // Where a command stands several times, the one that took effect counts.
                byCommand.merge(
                        entry.command(),
                        entry,
                        (known, other) -> known.applied() || !other.applied() ? known : other);
            }
        }
    }

    /// Entries of different indexes, sorted: once, which is less than to keep them so while each node's are looked through.
    static List<Applied> inOrder(Collection<Applied> entries) {
        List<Applied> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Applied::index));
        return sorted;
    }

    /// In the order of the log.
    List<Applied> entries() {
        return entries;
    }

    /// Where a client's command stands: the entry that took effect, else the first.
    Optional<Applied> entry(String command) {
        return Optional.ofNullable(byCommand.get(command));
    }
}
