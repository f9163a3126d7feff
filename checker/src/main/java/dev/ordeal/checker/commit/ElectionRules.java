package dev.ordeal.checker.commit;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What elections must keep (Raft §5.2, §5.4): at most one leader a term; at most one vote a node and term, over all lives of
/// the node; and a node never forgets a term or a vote that it had made durable.
///
/// A vote is recorded after it is durable, and a leader has voted for itself; other changes of term may be recorded
/// before a crash that loses them, which is allowed, so they bind only within one life.
public final class ElectionRules {
    private ElectionRules() {}

    private record Seat(String node, int incarnation) {}

    private record Ballot(int incarnation, @Nullable String vote) {}

    public static List<Breach> check(List<NodeStreams> nodes) {
        List<Breach> breaches = new ArrayList<>();
        check(nodes, Bounds.defaults().start(), breaches);
        return breaches;
    }

    /// Adds what is broken to `breaches`, under a bound, which is looked at between nodes: a node's events are few.
    ///
    /// @throws Exhausted when it was reached; what was found before is there
    public static void check(List<NodeStreams> nodes, Budget budget, List<Breach> breaches) {
        Map<Long, Seat> leaders = new HashMap<>();
        for (NodeStreams node : nodes) {
            budget.steps(1L + node.events().size());
            leaders(node, leaders, breaches);
            votes(node, breaches);
            terms(node, breaches);
        }
    }

    private static void leaders(NodeStreams node, Map<Long, Seat> leaders, List<Breach> breaches) {
        for (NodeEvent event : node.events()) {
            if (!(event instanceof NodeEvent.Role role) || !role.role().equals("leader")) {
                continue;
            }
            Seat known =
                    leaders.putIfAbsent(role.term(), new Seat(node.node(), role.incarnation()));
            if (known != null && !known.node.equals(node.node())) {
                breaches.add(
                        new Breach(
                                "one leader a term",
                                "%s and %s were both leader in term %d"
                                        .formatted(known.node, node.node(), role.term()),
                                List.of(),
                                List.of(
                                        new NodeFact(
                                                known.node,
                                                known.incarnation,
                                                0,
                                                role.term(),
                                                "became leader"),
                                        new NodeFact(
                                                node.node(),
                                                role.incarnation(),
                                                0,
                                                role.term(),
                                                "became leader"))));
            }
        }
    }

    private static void votes(NodeStreams node, List<Breach> breaches) {
        Map<Long, Ballot> ballots = new HashMap<>();
        for (NodeEvent event : node.events()) {
            switch (event) {
                case NodeEvent.Vote vote -> {
                    Ballot known = ballots.get(vote.term());
                    if (vote.vote() != null) {
                        if (known != null && !Objects.equals(known.vote, vote.vote())) {
                            breaches.add(
                                    twoVotes(
                                            node,
                                            vote.term(),
                                            known,
                                            vote.incarnation(),
                                            vote.vote()));
                        }
                        ballots.put(vote.term(), new Ballot(vote.incarnation(), vote.vote()));
                    }
                }
                case NodeEvent.Started started -> {
                    Ballot known = ballots.get(started.term());
                    if (known != null && !Objects.equals(known.vote, started.vote())) {
                        breaches.add(forgotten(node, started, known));
                    }
                }
                case NodeEvent.Role ignored -> {}
                case NodeEvent.Term ignored -> {}
                case NodeEvent.Configuration ignored -> {}
                case NodeEvent.Stopped ignored -> {}
            }
        }
    }

    private static Breach twoVotes(
            NodeStreams node, long term, Ballot known, int incarnation, String vote) {
        return new Breach(
                "one vote a node and term",
                "%s voted for %s in term %d and then for %s in the same term"
                        .formatted(node.node(), known.vote, term, vote),
                List.of(),
                List.of(
                        new NodeFact(
                                node.node(), known.incarnation, 0, term, "voted for " + known.vote),
                        new NodeFact(node.node(), incarnation, 0, term, "voted for " + vote)));
    }

    private static Breach forgotten(NodeStreams node, NodeEvent.Started started, Ballot known) {
        String found = started.vote() == null ? "no vote" : "a vote for " + started.vote();
        return new Breach(
                "a vote outlives a restart",
                "%s voted for %s in term %d, but found %s in that term when it started again: it could vote twice"
                        .formatted(node.node(), known.vote, started.term(), found),
                List.of(),
                List.of(
                        new NodeFact(
                                node.node(),
                                known.incarnation,
                                0,
                                started.term(),
                                "voted for " + known.vote),
                        new NodeFact(
                                node.node(),
                                started.incarnation(),
                                Math.max(0, started.lastIndex()),
                                started.term(),
                                "started with " + found)));
    }

    private static void terms(NodeStreams node, List<Breach> breaches) {
        long durable = 0;
        int durableLife = 0;
        String durableBy = "";
        long last = 0;
        int life = 0;
        for (NodeEvent event : node.events()) {
            if (event.incarnation() != life) {
                life = event.incarnation();
                last = 0;
            }
            long term =
                    switch (event) {
                        case NodeEvent.Started started -> started.term();
                        // A pre-vote is asked for a term that nobody has entered (Raft §9.6).
                        case NodeEvent.Role role ->
                                role.role().equals("pre-candidate") ? last : role.term();
                        case NodeEvent.Vote vote -> vote.term();
                        case NodeEvent.Term learned -> learned.term();
                        case NodeEvent.Configuration ignored -> last;
                        case NodeEvent.Stopped ignored -> last;
                    };
            if (event instanceof NodeEvent.Started && term < durable) {
                breaches.add(
                        new Breach(
                                "terms never go back",
                                "%s had %s in term %d, but started again in term %d"
                                        .formatted(node.node(), durableBy, durable, term),
                                List.of(),
                                List.of(
                                        new NodeFact(
                                                node.node(), durableLife, 0, durable, durableBy),
                                        new NodeFact(
                                                node.node(),
                                                event.incarnation(),
                                                0,
                                                term,
                                                "started in term " + term))));
            } else if (term < last) {
                breaches.add(
                        new Breach(
                                "terms never go back",
                                "%s went back from term %d to term %d"
                                        .formatted(node.node(), last, term),
                                List.of(),
                                List.of(
                                        new NodeFact(
                                                node.node(),
                                                life,
                                                0,
                                                term,
                                                "was in term " + last + " before"))));
            }
            last = Math.max(last, term);
            String by =
                    switch (event) {
                        case NodeEvent.Vote vote ->
                                vote.vote() == null ? "saved its term" : "voted";
                        case NodeEvent.Role role ->
                                role.role().equals("leader") ? "become leader" : "";
                        case NodeEvent.Started ignored -> "started";
                        case NodeEvent.Term ignored -> "";
                        case NodeEvent.Configuration ignored -> "";
                        case NodeEvent.Stopped ignored -> "";
                    };
            if (!by.isEmpty() && term > durable) {
                durable = term;
                durableLife = event.incarnation();
                durableBy = by;
            }
        }
    }
}
