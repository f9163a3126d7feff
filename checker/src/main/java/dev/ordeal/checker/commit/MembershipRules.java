package dev.ordeal.checker.commit;

import dev.ordeal.checker.bounds.Budget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What changes of the members must keep where one server is added or removed at a time (Ongaro's thesis, chapter 4), by the
/// configurations that a node tells it goes by. Of a node that tells none, nothing is judged.
///
/// What a breach leads to, two majorities that do not meet, takes several more faults; that it came about at all is seen in one
/// node's record. A node tells a configuration along with the index up to which it had applied by then, so that the order of what it
/// applied and what it went by needs no clock.
final class MembershipRules {
    /// Takes up what is broken.
    interface Breaches {
        void add(String rule, String sentence, NodeFact... facts);
    }

    private final NodeStreams node;
    private final Budget budget;
    private final Breaches breaches;

    /// The place of the next record to read. What is looked for comes in the order in which it was applied.
    private int read;

    private MembershipRules(NodeStreams node, Budget budget, Breaches breaches) {
        this.node = node;
        this.budget = budget;
        this.breaches = breaches;
    }

    /// O(n) in what the node recorded.
    static void check(NodeStreams node, Budget budget, Breaches breaches) {
        new MembershipRules(node, budget, breaches).check();
    }

    private void check() {
        NodeEvent.Role role = null;
        NodeEvent.Configuration inForce = null;
        for (NodeEvent event : node.events()) {
            budget.step();
            if (inForce != null && inForce.incarnation() != event.incarnation()) {
                isAsApplied(inForce, Long.MAX_VALUE);
                inForce = null;
            }
            switch (event) {
                case NodeEvent.Started ignored -> role = null;
                case NodeEvent.Role taken -> role = taken;
                case NodeEvent.Configuration next -> {
                    if (inForce != null) {
                        isAsApplied(inForce, next.applied());
                    }
                    if (role != null
                            && role.role().equals("leader")
                            && role.term() == next.term()
                            && isNew(next)) {
                        mayBegin(inForce, next);
                    }
                    inForce = next;
                }
                case NodeEvent.Vote ignored -> {}
                case NodeEvent.Term ignored -> {}
                case NodeEvent.Stopped ignored -> {}
            }
        }
        if (inForce != null) {
            isAsApplied(inForce, Long.MAX_VALUE);
        }
    }

    /// One that is applied comes back when a later one is cut off. A leader that was deposed tells that before its new role.
    private static boolean isNew(NodeEvent.Configuration configuration) {
        return configuration.index() > configuration.applied();
    }

    /// A configuration whose entry is cut off is one no more (§4.1): so what a node applies at the index of the one that it goes by is
    /// that entry.
    ///
    /// @param until the index up to which the node had applied when it went by another
    private void isAsApplied(NodeEvent.Configuration configuration, long until) {
        if (!isNew(configuration) || configuration.index() > until) {
            return;
        }
        Applied there = applied(configuration.incarnation(), configuration.index());
        if (there != null
                && !there.kind().equals("snapshot")
                && (!there.kind().equals("configuration")
                        || there.term() != configuration.term())) {
            breaches.add(
                    "a configuration is in force as long as its entry is in the log",
                    "%s went by the members %s of the entry at index %d of term %d, when it had applied %s of term %d there"
                            .formatted(
                                    node.node(),
                                    configuration.members(),
                                    configuration.index(),
                                    configuration.term(),
                                    there.kind(),
                                    there.term()),
                    fact(configuration),
                    CommitRules.fact(there));
        }
    }

    /// A leader begins a change when it has committed an entry of its own term (§4.1, as corrected in 2015), and the change before.
    /// It applies what is committed before anything else happens to it.
    ///
    /// @param before what the leader went by, if it told that in this life
    private void mayBegin(NodeEvent.@Nullable Configuration before, NodeEvent.Configuration begun) {
        Applied last = applied(begun.incarnation(), begun.applied());
        if (begun.applied() == 0 || (last != null && last.term() < begun.term())) {
            breaches.add(
                    "a leader changes the members when it has committed in its term",
                    "%s led term %d and began at index %d to change the members to %s, but had applied nothing of its term, only up to index %d"
                            .formatted(
                                    node.node(),
                                    begun.term(),
                                    begun.index(),
                                    begun.members(),
                                    begun.applied()),
                    fact(begun));
        }
        if (before != null && before.index() > begun.applied()) {
            breaches.add(
                    "one change of the members at a time",
                    "%s led term %d and began at index %d to change the members to %s, but had applied only up to index %d, and the change before it, to %s, stood at index %d"
                            .formatted(
                                    node.node(),
                                    begun.term(),
                                    begun.index(),
                                    begun.members(),
                                    begun.applied(),
                                    before.members(),
                                    before.index()),
                    fact(before),
                    fact(begun));
        }
    }

    /// What the node recorded of this index in this life.
    private @Nullable Applied applied(int incarnation, long index) {
        List<Applied> records = node.applied();
        while (read < records.size() && isBefore(records.get(read), incarnation, index)) {
            budget.step();
            read++;
        }
        if (read == records.size()) {
            return null;
        }
        Applied next = records.get(read);
        return next.incarnation() == incarnation && next.index() == index ? next : null;
    }

    private static boolean isBefore(Applied record, int incarnation, long index) {
        return record.incarnation() < incarnation
                || (record.incarnation() == incarnation && record.index() < index);
    }

    private NodeFact fact(NodeEvent.Configuration configuration) {
        return NodeFact.wentBy(node.node(), configuration);
    }
}
