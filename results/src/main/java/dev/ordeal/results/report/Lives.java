package dev.ordeal.results.report;

import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which role a node had when, over all its lives, on the clock of the history.
///
/// @param events what the node told, in words
record Lives(String node, List<Span> spans, List<Event> events) {
    static final String DOWN = "not running";

    /// @param role of Raft, or [#DOWN]
    record Span(String role, long term, int incarnation, long fromNanos, long toNanos) {}

    record Event(long atNanos, String node, int incarnation, String text) {}

    /// @param originNanos the nodes' clock at time 0 of the history
    static Lives of(NodeStreams stream, long originNanos, Timeline timeline) {
        Map<Integer, Long> lastSeen = new HashMap<>();
        for (Applied applied : stream.applied()) {
            lastSeen.merge(applied.incarnation(), applied.nanos() - originNanos, Math::max);
        }
        for (NodeEvent event : stream.events()) {
            lastSeen.merge(event.incarnation(), event.nanos() - originNanos, Math::max);
        }
        List<Span> spans = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        Span open = null;
        for (NodeEvent event : stream.events()) {
            long at = event.nanos() - originNanos;
            events.add(new Event(at, stream.node(), event.incarnation(), words(event)));
            Span next = next(event, open, at);
            if (next == null) {
                continue;
            }
            if (open != null) {
                long until = at;
                if (next.incarnation() != open.incarnation() && !open.role().equals(DOWN)) {
                    // It was killed and could not say so: its life ended with the strike or, if
                    // nobody struck it, soon after its last word.
                    until =
                            death(
                                    stream.node(),
                                    lastSeen.getOrDefault(open.incarnation(), at),
                                    at,
                                    timeline);
                    add(spans, open, until);
                    open = new Span(DOWN, 0, open.incarnation(), until, until);
                }
                add(spans, open, at);
            }
            open = next;
        }
        if (open != null) {
            long end = timeline.endNanos();
            if (!open.role().equals(DOWN)) {
                long seen = lastSeen.getOrDefault(open.incarnation(), end);
                long death =
                        timeline.strikes().stream()
                                        .anyMatch(s ->
                                                s.hits(stream.node(), "kill")
                                                        && s.fromNanos() >= seen)
                                ? death(stream.node(), seen, end, timeline)
                                : end;
                add(spans, open, death);
                open = new Span(DOWN, 0, open.incarnation(), death, death);
            }
            add(spans, open, end);
        }
        return new Lives(stream.node(), List.copyOf(spans), List.copyOf(events));
    }

    private static void add(List<Span> spans, Span open, long until) {
        long from = Math.max(0, open.fromNanos());
        if (until > from) {
            spans.add(new Span(open.role(), open.term(), open.incarnation(), from, until));
        }
    }

    private static long death(String node, long lastSeen, long latest, Timeline timeline) {
        // A last line may be written while the signal is on its way.
        long tolerance = 100_000_000;
        return timeline.strikes().stream()
                .filter(s -> s.hits(node, "kill"))
                .mapToLong(Timeline.Strike::fromNanos)
                .filter(at -> at >= lastSeen - tolerance && at <= latest)
                .min()
                .orElse(Math.min(latest, lastSeen));
    }

    private static @Nullable Span next(NodeEvent event, @Nullable Span open, long at) {
        return switch (event) {
            case NodeEvent.Started started ->
                    new Span("follower", started.term(), started.incarnation(), at, at);
            case NodeEvent.Role role ->
                    new Span(role.role(), role.term(), role.incarnation(), at, at);
            case NodeEvent.Term term ->
                    open == null || !open.role().equals("follower")
                            ? null
                            : new Span("follower", term.term(), term.incarnation(), at, at);
            case NodeEvent.Stopped stopped -> new Span(DOWN, 0, stopped.incarnation(), at, at);
            case NodeEvent.Vote ignored -> null;
            case NodeEvent.Configuration ignored -> null;
        };
    }

    private static String words(NodeEvent event) {
        return switch (event) {
            case NodeEvent.Started s ->
                    "started; on disk it found term "
                            + s.term()
                            + (s.vote() == null ? ", no vote" : ", a vote for " + s.vote())
                            + (s.lastIndex() == 0
                                    ? ", an empty log"
                                    : ", a log up to index %d of term %d"
                                            .formatted(s.lastIndex(), s.lastTerm()));
            case NodeEvent.Role r ->
                    "became "
                            + r.role()
                            + " in term "
                            + r.term()
                            + (r.leader() == null || r.role().equals("leader")
                                    ? ""
                                    : ", led by " + r.leader());
            case NodeEvent.Vote v ->
                    v.vote() == null
                            ? "gave no vote yet in term " + v.term()
                            : "voted for " + v.vote() + " in term " + v.term();
            case NodeEvent.Term t -> "learned of term " + t.term();
            case NodeEvent.Configuration c ->
                    "went by the members "
                            + c.members()
                            + (c.index() == 0
                                    ? ", as its log begins with them"
                                    : ", of index %d, term %d".formatted(c.index(), c.term()));
            case NodeEvent.Stopped ignored -> "stopped in order";
        };
    }
}
