package dev.ordeal.checker.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The log as the nodes applied it: of each index the first record of any node. Where nodes disagree, which
/// [CommitRules] finds, it is the log of the first one.
final class CommittedLog {
    /// Nodes apply index after index, so that a page serves many lookups; indexes that are far apart cost a page each.
    private static final int PAGE_BITS = 5;

    private final SortedMap<Long, @Nullable Applied[]> pages = new TreeMap<>();

    /// That of the last lookup, as most likely that of the next.
    private long pageNumber;

    private @Nullable Applied[] page = page(0);
    private int size;

    CommittedLog(List<NodeStreams> nodes) {
        for (NodeStreams node : nodes) {
            for (Applied entry : node.applied()) {
                if (!entry.kind().equals("snapshot")) {
                    putIfAbsent(entry);
                }
            }
        }
    }

    /// Adds a record where there is none of its index.
    private void putIfAbsent(Applied entry) {
        if (at(entry.index()) == null) {
            page[place(entry.index())] = entry;
            size++;
        }
    }

    /// The first record of an index.
    @Nullable Applied at(long index) {
        long number = index >> PAGE_BITS;
        if (number != pageNumber) {
            page = page(number);
            pageNumber = number;
        }
        return page[place(index)];
    }

    private @Nullable Applied[] page(long number) {
        return pages.computeIfAbsent(number, n -> new Applied[1 << PAGE_BITS]);
    }

    private static int place(long index) {
        return (int) index & ((1 << PAGE_BITS) - 1);
    }

    /// In the order of the log.
    List<Applied> entries() {
        List<Applied> entries = new ArrayList<>(size);
        for (@Nullable Applied[] some : pages.values()) {
            for (Applied entry : some) {
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }
}
