package dev.ordeal.results.report;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.commit.Applied;
import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.NemesisEvent;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.results.record.RunFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// How a promise was broken, in about a dozen lines and in the order in which it happened: the strikes and whom they hit, who led,
/// what clients did and nodes recorded that shows it; what each node believed at the moment from which on it could be seen;
/// and the verdict.
///
/// It tells what is in the record and draws no conclusions. What matters least is left out of a long run's story; that of one that was shrunk is
/// whole.
public final class Story {
    /// What happened, without what the nodes believed.
    private static final int MOST_EVENTS = 12;

    private final History history;
    private final List<NodeStreams> nodes;
    private final long originNanos;
    private final Timeline timeline;

    /// How much something matters, from the most to the least.
    private enum Weight {
        SHOWS_IT,
        STRIKE,
        ELECTION,
        LIFT
    }

    private record Event(long atNanos, Weight weight, String text) {}

    private Story(RunFacts facts, History history, List<NodeStreams> nodes) {
        this.history = history;
        this.nodes = nodes;
        this.originNanos = facts.originNanos();
        this.timeline = Timeline.of(history);
    }

    /// The lines; none of a run that is not violated.
    public static List<String> of(
            RunFacts facts, History history, List<NodeStreams> nodes, Judgement judgement) {
        return judgement.violated().stream()
                .findFirst()
                .map(finding -> new Story(facts, history, nodes).of(facts, finding))
                .orElse(List.of());
    }

    private List<String> of(RunFacts facts, Finding finding) {
        Evidence piece = Findings.evidence(finding).getFirst();
        long moment = moment(piece);
        List<Event> events =
                Stream.of(
                                strikes(),
                                messages(),
                                elections(),
                                operations(piece),
                                records(piece, moment))
                        .flatMap(List::stream)
                        .filter(event -> event.atNanos <= moment)
                        .sorted(Comparator.comparingLong(Event::atNanos))
                        .toList();
        List<Event> told = mostImportant(events);
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s, %s, workload %s%s"
                        .formatted(
                                Wording.plural(facts.nodes(), "node"),
                                Wording.plural(facts.clients(), "client"),
                                facts.workload(),
                                facts.bug() == null ? "" : ", planted: " + facts.bug()));
        if (told.size() < events.size()) {
            lines.add(
                    "(left out: %s that matter less)"
                            .formatted(Wording.plural(events.size() - told.size(), "event")));
        }
        told.forEach(event -> lines.add(line(event.atNanos, event.text)));
        lines.add(line(moment, "what each node believed:"));
        nodes.forEach(node -> lines.add("             " + belief(node, moment)));
        lines.add(
                "%s: %s"
                        .formatted(
                                finding.verdict().label().toUpperCase(java.util.Locale.ROOT),
                                finding.verdict().sentence()));
        return lines.stream().map(Wording::visible).toList();
    }

    private static String line(long atNanos, String text) {
        return "%11s  %s".formatted(Wording.at(atNanos), text);
    }

    /// The latest thing that shows it: from then on it could be seen.
    private long moment(Evidence piece) {
        return LongStream.concat(
                        piece.operations().stream().map(history::operation).mapToLong(Story::end),
                        piece.nodeFacts().stream()
                                .map(this::time)
                                .flatMapToLong(OptionalLong::stream))
                .max()
                .orElseGet(this::seenInside);
    }

    /// When a rule was seen broken inside the nodes; where none was, the end.
    private long seenInside() {
        return history.nemesis().stream()
                .filter(event -> event.f().equals("invariant"))
                .mapToLong(NemesisEvent::timeNanos)
                .min()
                .orElse(history.endNanos());
    }

    private static long end(Operation operation) {
        return operation.returnedNanos() == Operation.NEVER
                ? operation.invokedNanos()
                : operation.returnedNanos();
    }

    /// When a node recorded a fact: its last record of that life, term and index. What it went by, it told when that began.
    private OptionalLong time(NodeFact fact) {
        return nodes.stream()
                .filter(node -> node.node().equals(fact.node()))
                .flatMapToLong(node -> times(fact, node))
                .map(nanos -> nanos - originNanos)
                .max();
    }

    private static LongStream times(NodeFact fact, NodeStreams node) {
        Optional<NodeEvent> wentBy =
                node.events().stream()
                        .filter(it ->
                                it instanceof NodeEvent.Configuration told
                                        && fact.isThatItWentBy(told))
                        .findFirst();
        if (wentBy.isPresent()) {
            return LongStream.of(wentBy.get().nanos());
        }
        return fact.index() > 0
                ? node.applied().stream()
                        .filter(it ->
                                it.incarnation() == fact.incarnation()
                                        && it.index() == fact.index())
                        .mapToLong(Applied::nanos)
                : node.events().stream()
                        .filter(it ->
                                it.incarnation() == fact.incarnation() && term(it) == fact.term())
                        .mapToLong(NodeEvent::nanos);
    }

    private static long term(NodeEvent event) {
        return switch (event) {
            case NodeEvent.Started it -> it.term();
            case NodeEvent.Role it -> it.term();
            case NodeEvent.Vote it -> it.term();
            case NodeEvent.Term it -> it.term();
            case NodeEvent.Configuration ignored -> -1;
            case NodeEvent.Stopped ignored -> -1;
        };
    }

    private List<Event> strikes() {
        List<Event> events = new ArrayList<>();
        for (Timeline.Strike strike : timeline.strikes()) {
            if (strike.skipped() != null) {
                continue;
            }
            String name = "strike %d, %s".formatted(strike.id(), strike.fault());
            events.add(new Event(strike.fromNanos(), Weight.STRIKE, name + ": " + strike.where()));
            events.add(new Event(strike.toNanos(), Weight.LIFT, name + ", is lifted"));
        }
        return events;
    }

    /// Those whose delivery was planned, each by itself.
    private List<Event> messages() {
        return history.nemesis().stream()
                .filter(event -> event.f().equals("message"))
                .map(event ->
                        new Event(
                                event.timeNanos(),
                                Weight.STRIKE,
                                event.text("message") + ": " + event.text("sentence")))
                .toList();
    }

    private List<Event> elections() {
        List<Event> events = new ArrayList<>();
        for (NodeStreams node : nodes) {
            for (NodeEvent event : node.events()) {
                if (event instanceof NodeEvent.Role role && role.role().equals("leader")) {
                    events.add(
                            new Event(
                                    role.nanos() - originNanos,
                                    Weight.ELECTION,
                                    "%s leads term %d".formatted(node.node(), role.term())));
                }
            }
        }
        return events;
    }

    private List<Event> operations(Evidence piece) {
        return piece.operations().stream()
                .map(history::operation)
                .map(operation ->
                        new Event(
                                operation.invokedNanos(),
                                Weight.SHOWS_IT,
                                "process %s%s: %s (%s%s)"
                                        .formatted(
                                                operation.process(),
                                                operation.node() == null
                                                        ? ""
                                                        : " at " + operation.node(),
                                                Wording.what(operation),
                                                Wording.outcome(operation),
                                                operation.returnedNanos() == Operation.NEVER
                                                        ? ""
                                                        : " at "
                                                                + Wording.at(
                                                                        operation
                                                                                .returnedNanos()))))
                .toList();
    }

    private List<Event> records(Evidence piece, long otherwiseNanos) {
        return piece.nodeFacts().stream()
                .map(fact ->
                        new Event(
                                time(fact).orElse(otherwiseNanos),
                                Weight.SHOWS_IT,
                                "%s recorded%s%s: %s"
                                        .formatted(
                                                fact.node(),
                                                fact.index() > 0 ? " at index " + fact.index() : "",
                                                fact.term() > 0 ? " in term " + fact.term() : "",
                                                fact.what())))
                .toList();
    }

    /// Of too many, those that matter least go first, and of these the earliest.
    private static List<Event> mostImportant(List<Event> events) {
        List<Event> kept = new ArrayList<>(events);
        while (kept.size() > MOST_EVENTS) {
            Weight least =
                    kept.stream().map(Event::weight).max(Comparator.naturalOrder()).orElseThrow();
            kept.remove(
                    kept.stream().filter(event -> event.weight == least).findFirst().orElseThrow());
        }
        return kept;
    }

    private String belief(NodeStreams node, long moment) {
        Optional<Lives.Span> now =
                Lives.of(node, originNanos, timeline).spans().stream()
                        .filter(span -> span.fromNanos() <= moment)
                        .reduce((earlier, later) -> later);
        String name = node.node() + ": ";
        if (now.isEmpty() || now.get().role().equals(Lives.DOWN)) {
            return name + Lives.DOWN;
        }
        Lives.Span span = now.get();
        String leader =
                node.events().stream()
                        .filter(event -> event.nanos() - originNanos <= moment)
                        .filter(NodeEvent.Role.class::isInstance)
                        .map(NodeEvent.Role.class::cast)
                        .filter(role ->
                                role.incarnation() == span.incarnation()
                                        && role.term() == span.term())
                        .reduce((earlier, later) -> later)
                        .map(NodeEvent.Role::leader)
                        .filter(Objects::nonNull)
                        .filter(other -> !other.equals(node.node()))
                        .map(other -> " of " + other)
                        .orElse("");
        String applied =
                node.applied().stream()
                        .filter(it -> it.nanos() - originNanos <= moment)
                        .filter(it -> it.incarnation() == span.incarnation())
                        .reduce((earlier, later) -> later)
                        .map(it ->
                                ", knew index %d (of term %d) to be committed"
                                        .formatted(it.index(), it.term()))
                        .orElse(", knew of nothing that is committed");
        return "%s%s%s in term %d%s".formatted(name, span.role(), leader, span.term(), applied);
    }
}
