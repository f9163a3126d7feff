package dev.ordeal.checker.commit;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The log as the nodes applied it: of each index the first record of any node. Where nodes disagree, which
/// [CommitRules] finds, it is the log of the first one.
final class CommittedLog {
    private final TreeMap<Long, Applied> byIndex = new TreeMap<>();
    private final Map<String, Applied> byCommand = new HashMap<>();

    CommittedLog(List<NodeStreams> nodes) {
        for (NodeStreams node : nodes) {
            for (Applied entry : node.applied()) {
                if (!entry.kind().equals("snapshot")) {
                    byIndex.putIfAbsent(entry.index(), entry);
                }
            }
        }
        for (Applied entry : byIndex.values()) {
            if (entry.command() != null) {
                // Where a command stands several times, the one that took effect counts.
                byCommand.merge(
                        entry.command(),
                        entry,
                        (known, other) -> known.applied() || !other.applied() ? known : other);
            }
        }
    }

    /// In the order of the log.
    Collection<Applied> entries() {
        return byIndex.values();
    }

    /// Where a client's command stands: the entry that took effect, else the first.
    Optional<Applied> entry(String command) {
        return Optional.ofNullable(byCommand.get(command));
    }
}
