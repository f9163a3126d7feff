package dev.ordeal.checker.commit;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.commit.Committed.Command;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.linear.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the nodes applied must be one log, and that log must be what the clients were told (Raft §5.4.3, State Machine
/// Safety): one entry an index over all nodes and lives, terms that never fall, no gap, equal digests; every acknowledged
/// write in it exactly once, no failed write in it, in an order that keeps the clients' real time. And no node comes back from a
/// restart without what it had applied: that it stores the entry is what made it committed. How leaders commit and change the
/// members is judged as well, since what they do wrong there rarely comes to harm while somebody looks ([MembershipRules]).
///
/// A node whose state comes from a snapshot says so with a record of kind `snapshot` that bears the index and term of the last
/// entry in it and the digest of the state (§7). It stands for all entries up to there, and must be the state that applying
/// them gave others; while a node lives it may only lead forward.
public final class CommitRules {
    /// A broken log breaks at thousands of indexes; the first ones say it.
    private static final int MOST_OF_A_RULE = 5;

    private static final int BYTES_AN_ENTRY = 250;

    private final History history;
    private final Budget budget;
    private final List<Breach> breaches;
    private final Map<String, Integer> counts = new HashMap<>();

    private final Committed log;

    /// In the order of nodes and lives.
    private final List<Applied> snapshots = new ArrayList<>();

    private CommitRules(History history, Committed log, Budget budget, List<Breach> breaches) {
        this.history = history;
        this.log = log;
        this.budget = budget;
        this.breaches = breaches;
    }

    public static List<Breach> check(History history, List<NodeStreams> nodes) {
        List<Breach> breaches = new ArrayList<>();
        check(history, nodes, new Committed(history, nodes), Bounds.defaults().start(), breaches);
        return breaches;
    }

    /// Adds what is broken to `breaches`, under a bound.
    ///
    /// @param log of these nodes and this history
    /// @throws Exhausted when it was reached; what was found before is there
    public static void check(
            History history,
            List<NodeStreams> nodes,
            Committed log,
            Budget budget,
            List<Breach> breaches) {
        CommitRules rules = new CommitRules(history, log, budget, breaches);
        for (NodeStreams node : nodes) {
            rules.lives(node);
            rules.recoveries(node);
            rules.leaderships(node);
        }
        rules.snapshotsAreWhatTheLogMade();
        rules.termsNeverFall();
        rules.clients();
        // Last, since it tells how harm is done, and the rules before it which.
        for (NodeStreams node : nodes) {
            MembershipRules.check(
                    node,
                    budget,
                    (rule, sentence, facts) -> rules.breach(rule, sentence, List.of(), facts));
        }
    }

    private void breach(String rule, String sentence, List<Integer> operations, NodeFact... facts) {
        if (counts.merge(rule, 1, Integer::sum) <= MOST_OF_A_RULE) {
            breaches.add(new Breach(rule, sentence, operations, List.of(facts)));
        }
    }

    static NodeFact fact(Applied entry) {
        return new NodeFact(
                entry.node(),
                entry.incarnation(),
                entry.index(),
                entry.term(),
                (entry.kind().equals("snapshot") ? "went on from a " : "applied ") + words(entry));
    }

    private static String words(Applied entry) {
        StringBuilder words =
                new StringBuilder(entry.command() == null ? entry.kind() : entry.command());
        if (entry.op() != null) {
            words.append(" (").append(entry.op());
            if (entry.key() != null) {
                words.append(' ').append(entry.key()).append('=').append(entry.value());
            }
            words.append(')');
        }
        if (!entry.applied()) {
            words.append(", without effect: ").append(entry.result());
        }
        return words.toString();
    }

    private void lives(NodeStreams node) {
        int life = 0;
        long last = 0;
        long highest = 0;
        for (Applied entry : node.applied()) {
            budget.step();
            boolean snapshot = entry.kind().equals("snapshot");
            if (entry.incarnation() != life) {
                if (entry.index() > highest + 1 && !snapshot) {
                    breach(
                            "no gap",
                            "%s began to apply at index %d%s, but index %d was never applied by it"
                                    .formatted(
                                            node.node(),
                                            entry.index(),
                                            life == 0 ? "" : " after its restart",
                                            highest + 1),
                            List.of(),
                            fact(entry));
                }
                life = entry.incarnation();
            } else if (entry.index() != last + 1 && !snapshot) {
                breach(
                        "no gap",
                        "%s applied index %d after index %d"
                                .formatted(node.node(), entry.index(), last),
                        List.of(),
                        fact(entry));
            } else if (entry.index() <= last && snapshot) {
                breach(
                        "a snapshot never takes a node back",
                        "%s had applied index %d when it installed a snapshot that ends at index %d"
                                .formatted(node.node(), last, entry.index()),
                        List.of(),
                        fact(entry));
            }
            last = entry.index();
            highest = Math.max(highest, last);
            if (snapshot) {
                snapshots.add(entry);
            } else {
                compare(entry);
            }
        }
    }

    /// Before a node applies an entry, the entry is on its disk, and its next life finds it there: in its log, or under a snapshot.
    private void recoveries(NodeStreams node) {
        Applied furthest = null;
        int read = 0;
        for (NodeEvent event : node.events()) {
            if (!(event instanceof NodeEvent.Started started)) {
                continue;
            }
            for (; read < node.applied().size(); read++) {
                Applied entry = node.applied().get(read);
                if (entry.incarnation() >= started.incarnation()) {
                    break;
                }
                budget.step();
                if (furthest == null || entry.index() > furthest.index()) {
                    furthest = entry;
                }
            }
            if (furthest != null
                    && started.lastIndex() != NodeEvent.Started.UNKNOWN
                    && started.lastIndex() < furthest.index()) {
                breach(
                        "what was applied outlives a restart",
                        "%s had applied index %d in its life %d, but its life %d found a log that ends at index %d"
                                .formatted(
                                        node.node(),
                                        furthest.index(),
                                        furthest.incarnation(),
                                        started.incarnation(),
                                        started.lastIndex()),
                        operations(furthest),
                        fact(furthest),
                        new NodeFact(
                                node.node(),
                                started.incarnation(),
                                started.lastIndex(),
                                started.lastTerm(),
                                "started with a log that ends at index " + started.lastIndex()));
            }
        }
    }

    /// A leader commits older entries only along with one of its own term (Raft §5.4.2), and a node applies what is committed before
    /// anything else happens to it. So of what it applied while it led, the last is of that term: by the node's own clock, and only
    /// where that tells what was before the end of the leadership from what came after.
    private void leaderships(NodeStreams node) {
        List<Applied> applied = node.applied();
        int read = 0;
        for (int i = 0; i + 1 < node.events().size(); i++) {
            NodeEvent end = node.events().get(i + 1);
            if (!(node.events().get(i) instanceof NodeEvent.Role leads)
                    || !leads.role().equals("leader")
                    || end.incarnation() != leads.incarnation()) {
                continue;
            }
            Applied last = null;
            for (; read < applied.size() && isBefore(applied.get(read), end); read++) {
                budget.step();
                Applied entry = applied.get(read);
                if (entry.incarnation() == leads.incarnation() && entry.nanos() > leads.nanos()) {
                    last = entry;
                }
            }
            boolean blurred = read < applied.size() && applied.get(read).nanos() == end.nanos();
            if (last != null && !blurred && last.term() != leads.term()) {
                breach(
                        "a leader commits by an entry of its own term",
                        "%s led term %d and applied up to index %d, of term %d, but nothing of its own term"
                                .formatted(node.node(), leads.term(), last.index(), last.term()),
                        operations(last),
                        fact(last));
            }
        }
    }

    private static boolean isBefore(Applied entry, NodeEvent event) {
        return entry.incarnation() < event.incarnation()
                || (entry.incarnation() == event.incarnation() && entry.nanos() < event.nanos());
    }

    /// Where no node recorded the entry itself, the snapshots that end there are held against each other.
    private void snapshotsAreWhatTheLogMade() {
        Map<Long, Applied> firstAt = new HashMap<>();
        for (Applied snapshot : snapshots) {
            budget.step();
            Applied entry = log.at(snapshot.index());
            Applied known = entry != null ? entry : firstAt.putIfAbsent(snapshot.index(), snapshot);
            if (known == null) {
                continue;
            }
            if (known.term() != snapshot.term() || !sameState(known, snapshot)) {
                breach(
                        "a snapshot is what the log made",
                        "%s went on in its life %d from a snapshot up to index %d of term %d with the state %s, but %s has the state %s after index %d of term %d"
                                .formatted(
                                        snapshot.node(),
                                        snapshot.incarnation(),
                                        snapshot.index(),
                                        snapshot.term(),
                                        snapshot.digest(),
                                        known.node(),
                                        known.digest(),
                                        known.index(),
                                        known.term()),
                        operations(known),
                        fact(known),
                        fact(snapshot));
            }
        }
    }

    private void compare(Applied entry) {
        Applied known = log.at(entry.index());
        if (known == null || known.equals(entry)) {
            budget.take(BYTES_AN_ENTRY);
            return;
        }
        if (known.entry().equals(entry.entry())) {
            return;
        }
        boolean same =
                known.term() == entry.term()
                        && Objects.equals(known.kind(), entry.kind())
                        && Objects.equals(known.command(), entry.command())
                        && Objects.equals(known.op(), entry.op())
                        && Objects.equals(known.key(), entry.key())
                        && Objects.equals(known.value(), entry.value());
        if (!same) {
            boolean sameNode = known.node().equals(entry.node());
            differ(
                    sameNode
                            ? "a restarted node agrees with its former life"
                            : "one entry an index",
                    known,
                    entry);
        } else if (!sameState(known, entry)) {
            statesDiffer(known, entry);
        } else if (known.applied() != entry.applied()) {
            differ("an entry takes effect on all nodes or on none", known, entry);
        }
    }

    /// As far as both told their state.
    private static boolean sameState(Applied one, Applied other) {
        return one.digest() == null
                || other.digest() == null
                || one.digest().equals(other.digest());
    }

    private void differ(String rule, Applied known, Applied entry) {
        breach(
                rule,
                "%s applied %s of term %d at index %d, but %s applied %s of term %d there"
                        .formatted(
                                who(known, entry),
                                words(entry),
                                entry.term(),
                                entry.index(),
                                whoElse(known, entry),
                                words(known),
                                known.term()),
                operations(entry, known),
                fact(known),
                fact(entry));
    }

    private void statesDiffer(Applied known, Applied entry) {
        breach(
                "digests agree",
                "after index %d the state of %s is %s, but that of %s is %s: the same log gave different states"
                        .formatted(
                                entry.index(),
                                who(known, entry),
                                entry.digest(),
                                whoElse(known, entry),
                                known.digest()),
                operations(entry, known),
                fact(known),
                fact(entry));
    }

    /// How a sentence calls the node that recorded `entry`, and then the one that recorded `known`.
    private static String who(Applied known, Applied entry) {
        return known.node().equals(entry.node())
                ? "%s in its life %d".formatted(entry.node(), entry.incarnation())
                : entry.node();
    }

    private static String whoElse(Applied known, Applied entry) {
        return known.node().equals(entry.node())
                ? "it in life " + known.incarnation()
                : known.node();
    }

    private List<Integer> operations(Applied... entries) {
        List<Integer> operations = new ArrayList<>();
        for (Applied entry : entries) {
            Command command = entry.command() == null ? null : log.withId(entry.command());
            if (command != null
                    && command.operation() >= 0
                    && !operations.contains(command.operation())) {
                operations.add(command.operation());
            }
        }
        return operations;
    }

    private void termsNeverFall() {
        Applied before = null;
        for (Applied entry : log.entries()) {
            budget.step();
            if (before != null && entry.term() < before.term()) {
                breach(
                        "terms never fall along the index",
                        "index %d has term %d, but index %d before it has term %d"
                                .formatted(
                                        entry.index(), entry.term(), before.index(), before.term()),
                        operations(before, entry),
                        fact(before),
                        fact(entry));
            }
            before = entry;
        }
    }

    private void clients() {
        int latest = -1;
        Applied latestEntry = null;
        for (int place = 0; place < log.entries().size(); place++) {
            budget.step();
            Applied entry = log.entries().get(place);
            Command command = log.ofEntry(place);
            if (command == null) {
                continue;
            }
            int operation = command.operation();
            if (entry.applied()) {
                if (command.effect() <= place) {
                    Applied former = Objects.requireNonNull(command.effective());
                    breach(
                            "a command takes effect once",
                            "%s took effect at index %d and again at index %d"
                                    .formatted(words(entry), former.index(), entry.index()),
                            operations(entry),
                            fact(former),
                            fact(entry));
                    continue;
                }
                if (operation >= 0) {
                    told(entry, operation);
                }
            }
            boolean first = entry.equals(command.first());
            if (operation < 0 || !first) {
                continue;
            }
            if (latestEntry != null && history.returnRank(operation) < history.invokeRank(latest)) {
                breach(
                        "commit order keeps real time",
                        "%s was acknowledged before %s was invoked, but was committed behind it, at index %d after index %d"
                                .formatted(
                                        client(operation),
                                        client(latest),
                                        entry.index(),
                                        latestEntry.index()),
                        List.of(operation, latest),
                        fact(latestEntry),
                        fact(entry));
            }
            if (latestEntry == null || history.invokeRank(operation) > history.invokeRank(latest)) {
                latest = operation;
                latestEntry = entry;
            }
        }
        for (int i = 0; i < history.size(); i++) {
            budget.step();
            Command command = log.ofOperation(i);
            if (command == null) {
                continue;
            }
            Applied entry = command.effective();
            Applied any = command.first();
            if (history.outcome(i) == Outcome.OK && entry == null) {
                breach(
                        "every acknowledged write is committed",
                        any == null
                                ? "%s was acknowledged, but no node ever applied it"
                                        .formatted(client(i))
                                : "%s was acknowledged as done, but index %d had no effect: %s"
                                        .formatted(client(i), any.index(), any.result()),
                        List.of(i),
                        any == null ? new NodeFact[0] : new NodeFact[] {fact(any)});
            } else if (history.outcome(i) == Outcome.FAILED && entry != null) {
                breach(
                        "no failed write is committed",
                        "%s failed, its client was told (%s), but it took effect at index %d"
                                .formatted(client(i), history.error(i), entry.index()),
                        List.of(i),
                        fact(entry));
            }
        }
    }

    /// What took effect is what the client asked for.
    private void told(Applied entry, int operation) {
        Object argument = history.argument(operation);
        boolean plain =
                switch (history.f(operation)) {
                    case "write", "append", "declare", "increment" -> true;
                    default -> false;
                };
        Object key = history.key(operation);
        boolean sameKey =
                entry.key() == null || key == null || String.valueOf(key).equals(entry.key());
        boolean sameValue =
                !plain
                        || entry.value() == null
                        || entry.value() instanceof List<?>
                        || String.valueOf(argument).equals(String.valueOf(entry.value()));
        if (!sameKey || !sameValue) {
            breach(
                    "what is committed is what was asked",
                    "%s was committed as %s at index %d"
                            .formatted(client(operation), words(entry), entry.index()),
                    List.of(operation),
                    fact(entry));
        }
    }

    private String client(int i) {
        return Words.operation(history, i);
    }
}
