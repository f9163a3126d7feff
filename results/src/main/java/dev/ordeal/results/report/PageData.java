package dev.ordeal.results.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.results.record.RunFacts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All that the page knows, as one JSON text. Its size is bounded: of a long history it holds the operations around the
/// evidence and those without an answer one by one, and the rest as counts.
final class PageData {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Up to here every operation is in the page.
    private static final int MOST_OPERATIONS = 25_000;

    private static final int MOST_UNKNOWN = 4_000;
    private static final int MOST_AROUND_EVIDENCE = 12_000;
    private static final int MOST_EVIDENCE = 20;
    private static final int MOST_EVIDENCE_OPERATIONS = 200;
    private static final int MOST_FACTS = 100;
    private static final int MOST_REASONS = 50;
    private static final int MOST_KEYS_JUDGED = 300;
    private static final int MOST_EVENTS = 4_000;
    private static final int MOST_SPANS = 4_000;
    private static final int MOST_KEYS = 200;
    private static final int DENSITY_CELLS = 40_000;

    private final History history;
    private final @Nullable RunFacts facts;
    private final ObjectNode json = JSON.createObjectNode();
    private final Map<String, Integer> strings = new LinkedHashMap<>();

    private PageData(@Nullable RunFacts facts, History history) {
        this.facts = facts;
        this.history = history;
        strings.put("", 0);
    }

    static String json(
            @Nullable RunFacts facts,
            History history,
            List<NodeStreams> nodes,
            Judgement judgement) {
        PageData page = new PageData(facts, history);
        Timeline timeline = Timeline.of(history);
        Figures figures = Figures.of(history);
        page.json.put("timed", history.timed());
        page.json.put("endNanos", history.endNanos());
        page.notes(nodes);
        page.totals(figures);
        page.findings(judgement);
        page.lanesAndOperations(judgement);
        page.timeline(timeline);
        page.nodes(nodes, timeline);
        page.steps(figures);
        page.run();
        ArrayNode all = page.json.putArray("strings");
        page.strings.keySet().forEach(all::add);
        try {
            return JSON.writeValueAsString(page.json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours cannot be written", e);
        }
    }

    static String heading(RunFacts facts) {
        return "%s on %d nodes (%s), %s, %s"
                .formatted(
                        facts.workload(),
                        facts.nodes(),
                        facts.cluster(),
                        facts.faults().isEmpty()
                                ? "no faults"
                                : String.join(", ", kinds(facts)) + " faults",
                        Wording.chosen(facts.timeNanos()));
    }

    private static Set<String> kinds(RunFacts facts) {
        TreeSet<String> kinds = new TreeSet<>();
        facts.faults().forEach(fault -> kinds.add(fault.split(" ", 2)[0]));
        return kinds;
    }

    private int string(@Nullable String text) {
        return text == null ? 0 : strings.computeIfAbsent(text, t -> strings.size());
    }

    private void notes(List<NodeStreams> nodes) {
        ArrayNode notes = json.putArray("notes");
        history.notes().forEach(notes::add);
        nodes.forEach(node -> node.notes().forEach(note -> notes.add(node.node() + ": " + note)));
        SeenLive.of(history).ifPresent(seen -> notes.add(seen.words(history) + "."));
        if (facts != null && facts.bug() != null) {
            notes.add(
                    "The bug \""
                            + facts.bug()
                            + "\" was planted in the nodes of this run: a violation is expected.");
        }
    }

    private void totals(Figures figures) {
        Figures.Row all = figures.all();
        ObjectNode totals = json.putObject("totals");
        totals.put("operations", all.total());
        totals.put("ok", all.count(Outcome.OK));
        totals.put("failed", all.count(Outcome.FAILED));
        totals.put("unknown", all.count(Outcome.UNKNOWN));
        boolean latency = all.count(Outcome.OK) > 0 && history.timed();
        totals.put("p50Nanos", latency ? all.latency().getValueAtPercentile(50) : null);
        totals.put("p99Nanos", latency ? all.latency().getValueAtPercentile(99) : null);
    }

    private void findings(Judgement judgement) {
        ArrayNode findings = json.putArray("findings");
        for (Finding finding : judgement.findings()) {
            ObjectNode node = findings.addObject();
            node.put("check", finding.check());
            node.put("state", finding.verdict().label());
            node.put("sentence", finding.verdict().sentence());
            node.put("engine", Findings.engine(finding));
            node.put("why", Findings.text(finding, "why"));
            double millis = Findings.millis(finding);
            node.put("millis", millis < 0 ? null : millis);
            ArrayNode figures = node.putArray("figures");
            Findings.figures(finding).forEach(figures::add);
            Map<String, Object> rest = Findings.rest(finding);
            node.put("more", rest.isEmpty() ? null : pretty(rest));
            ArrayNode keys = node.putArray("keys");
            for (Map<?, ?> key : Findings.keys(finding).stream().limit(MOST_KEYS_JUDGED).toList()) {
                keys.addArray()
                        .add(Wording.value(key.get("key")))
                        .add(text(key.get("verdict")))
                        .add(
                                key.get("operations") instanceof Number n
                                        ? Wording.count(n.longValue())
                                        : "")
                        .add(text(key.get("engine")))
                        .add(text(key.get("why")))
                        .add(
                                key.get("millis") instanceof Number n
                                        ? (n.doubleValue() < 1
                                                ? "< 1 ms"
                                                : Wording.span(n.doubleValue() * 1e6))
                                        : "");
            }
            ArrayNode evidence = node.putArray("evidence");
            List<Evidence> pieces = Findings.evidence(finding);
            pieces.stream()
                    .limit(MOST_EVIDENCE)
                    .forEach(piece -> evidence(evidence.addObject(), finding, piece));
            node.put("evidenceLeftOut", Math.max(0, pieces.size() - MOST_EVIDENCE));
        }
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static String pretty(Map<String, Object> details) {
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(details);
            int most = 20_000;
            return text.length() <= most
                    ? text
                    : text.substring(0, most) + "\n… (all of it stands in verdict.json)";
        } catch (JsonProcessingException e) {
            return String.valueOf(details);
        }
    }

    private void evidence(ObjectNode node, Finding finding, Evidence piece) {
        node.put("sentence", piece.sentence());
        ArrayNode operations = node.putArray("operations");
        List<Integer> shown = Findings.shown(finding, piece, MOST_EVIDENCE_OPERATIONS);
        shown.forEach(operations::add);
        node.put("operationsLeftOut", piece.operations().size() - shown.size());
        Findings.Stuck stuck = Findings.stuck(finding, piece, history);
        node.put("prefix", stuck.prefix());
        ArrayNode reasons = node.putArray("reasons");
        stuck.reasons().stream().limit(MOST_REASONS).forEach(reasons::add);
        ArrayNode nodeFacts = node.putArray("facts");
        for (NodeFact fact : piece.nodeFacts().stream().limit(MOST_FACTS).toList()) {
            nodeFacts
                    .addObject()
                    .put("node", fact.node())
                    .put("incarnation", fact.incarnation())
                    .put("index", fact.index())
                    .put("term", fact.term())
                    .put("what", fact.what());
        }
        ArrayNode fates = node.putArray("fates");
        piece.fates().stream().limit(MOST_FACTS).forEach(fate -> fates.add(fate.sentence()));
        node.put("factsLeftOut", Math.max(0, piece.nodeFacts().size() - MOST_FACTS));
    }

    private void lanesAndOperations(Judgement judgement) {
        Lanes lanes = Lanes.of(history, facts == null ? 0 : facts.clients());
        ArrayNode labels = json.putArray("lanes");
        lanes.labels().forEach(labels::add);

        BitSet chosen = chosen(judgement);
        ObjectNode columns = json.putObject("operations");
        ArrayNode index = columns.putArray("index");
        ArrayNode lane = columns.putArray("lane");
        ArrayNode process = columns.putArray("process");
        ArrayNode what = columns.putArray("what");
        ArrayNode key = columns.putArray("key");
        ArrayNode node = columns.putArray("node");
        ArrayNode outcome = columns.putArray("outcome");
        ArrayNode invoked = columns.putArray("invoked");
        ArrayNode took = columns.putArray("took");
        ArrayNode error = columns.putArray("error");
        ArrayNode place = columns.putArray("place");
        ArrayNode state = columns.putArray("state");
        States states = States.of(history, judgement, chosen);
        Map<Integer, Integer> keys = new LinkedHashMap<>();
        long before = 0;
        for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
            Operation o = history.operation(i);
            index.add(i);
            lane.add(lanes.of(history.processId(i)));
            process.add(string(o.process()));
            what.add(string(Wording.what(o)));
            key.add(keys.computeIfAbsent(history.keyId(i), k -> keys.size()));
            node.add(string(o.node()));
            outcome.add(
                    switch (o.outcome()) {
                        case OK -> 0;
                        case FAILED -> 1;
                        case UNKNOWN -> 2;
                    });
            invoked.add(o.invokedNanos() - before);
            before = o.invokedNanos();
            took.add(
                    o.returnedNanos() == Operation.NEVER
                            ? -1 - (lanes.goesOn(i) - o.invokedNanos())
                            : o.returnedNanos() - o.invokedNanos());
            error.add(string(o.error()));
            Optional<States.After> after = states.after(i);
            place.add(after.map(States.After::place).orElse(0));
            state.add(string(after.map(States.After::state).orElse(null)));
        }
        ArrayNode keyNames = json.putArray("keys");
        if (keys.size() <= MOST_KEYS) {
            keys.keySet()
                    .forEach(k ->
                            keyNames.add(k < 0 ? "none" : Wording.value(history.values().get(k))));
        }
        if (chosen.cardinality() < history.size()) {
            density(lanes);
        } else {
            json.putNull("density");
        }
    }

    private BitSet chosen(Judgement judgement) {
        BitSet chosen = new BitSet(history.size());
        if (history.size() <= MOST_OPERATIONS) {
            chosen.set(0, history.size());
            return chosen;
        }
        TreeSet<Integer> core = new TreeSet<>();
        for (Finding finding : judgement.findings()) {
            Findings.evidence(finding).stream()
                    .limit(MOST_EVIDENCE)
                    .flatMap(piece ->
                            Findings.shown(finding, piece, MOST_EVIDENCE_OPERATIONS).stream())
                    .forEach(core::add);
        }
        if (!core.isEmpty()) {
            int each = Math.max(5, MOST_AROUND_EVIDENCE / core.size() / 2);
            core.forEach(
                    i -> chosen.set(Math.max(0, i - each), Math.min(history.size(), i + each + 1)));
        }
        int unknown = 0;
        for (int i = 0; i < history.size() && unknown < MOST_UNKNOWN; i++) {
            if (history.outcome(i) == Outcome.UNKNOWN) {
                chosen.set(i);
                unknown++;
            }
        }
        return chosen;
    }

    /// How many operations each lane began in each step of time.
    private void density(Lanes lanes) {
        int steps = Math.max(50, Math.min(600, DENSITY_CELLS / Math.max(1, lanes.labels().size())));
        long width = history.endNanos() / steps + 1;
        int[][] cells = new int[lanes.labels().size()][steps];
        int most = 1;
        for (int i = 0; i < history.size(); i++) {
            int step = (int) (Math.max(0, history.invokedNanos(i)) / width);
            most = Math.max(most, ++cells[lanes.of(history.processId(i))][step]);
        }
        ObjectNode density = json.putObject("density");
        density.put("widthNanos", width);
        density.put("most", most);
        ArrayNode rows = density.putArray("lanes");
        for (int[] row : cells) {
            ArrayNode counts = rows.addArray();
            for (int cell : row) {
                counts.add(cell);
            }
        }
    }

    private void timeline(Timeline timeline) {
        ArrayNode strikes = json.putArray("strikes");
        for (Timeline.Strike strike : timeline.strikes()) {
            ObjectNode node = strikes.addObject();
            node.put("id", strike.id());
            node.put("fault", strike.fault());
            node.put("from", strike.fromNanos());
            node.put("to", strike.toNanos());
            ArrayNode hit = node.putArray("nodes");
            strike.nodes().forEach(hit::add);
            node.put("where", strike.where());
            node.put("effective", strike.effective());
            node.put("effect", strike.effect());
            ArrayNode evidence = node.putArray("evidence");
            strike.evidence().stream().limit(8).forEach(evidence::add);
            node.put("skipped", strike.skipped());
        }
        ArrayNode phases = json.putArray("phases");
        for (Timeline.Phase phase : timeline.phases()) {
            phases.addObject()
                    .put("name", phase.name())
                    .put("from", phase.fromNanos())
                    .put("to", phase.toNanos());
        }
        ArrayNode leaders = json.putArray("leaders");
        for (Timeline.Leader leader : timeline.leaders()) {
            leaders.addObject()
                    .put("leader", leader.leader())
                    .put("term", leader.term())
                    .put("at", leader.atNanos());
        }
    }

    private void nodes(List<NodeStreams> streams, Timeline timeline) {
        ArrayNode nodes = json.putArray("nodes");
        List<Lives.Event> events = new ArrayList<>();
        if (facts != null) {
            for (NodeStreams stream : streams) {
                Lives lives = Lives.of(stream, facts.originNanos(), timeline);
                ObjectNode node = nodes.addObject();
                node.put("name", lives.node());
                ArrayNode spans = node.putArray("spans");
                for (Lives.Span span : lives.spans().stream().limit(MOST_SPANS).toList()) {
                    spans.addObject()
                            .put("role", span.role())
                            .put("term", span.term())
                            .put("incarnation", span.incarnation())
                            .put("from", span.fromNanos())
                            .put("to", span.toNanos());
                }
                events.addAll(lives.events());
            }
        }
        events.sort(Comparator.comparingLong(Lives.Event::atNanos));
        ArrayNode shown = json.putArray("nodeEvents");
        for (Lives.Event event : events.stream().limit(MOST_EVENTS).toList()) {
            shown.addObject()
                    .put("at", event.atNanos())
                    .put("node", event.node())
                    .put("incarnation", event.incarnation())
                    .put("text", event.text());
        }
        json.put("eventsLeftOut", Math.max(0, events.size() - MOST_EVENTS));
    }

    private void steps(Figures figures) {
        ObjectNode steps = json.putObject("steps");
        steps.put("widthNanos", figures.widthNanos());
        ArrayNode ok = steps.putArray("ok");
        ArrayNode failed = steps.putArray("failed");
        ArrayNode unknown = steps.putArray("unknown");
        ArrayNode p50 = steps.putArray("p50");
        ArrayNode p95 = steps.putArray("p95");
        ArrayNode p99 = steps.putArray("p99");
        ArrayNode max = steps.putArray("max");
        for (Figures.Step step : figures.steps()) {
            ok.add(step.ok());
            failed.add(step.failed());
            unknown.add(step.unknown());
            latency(p50, step.p50());
            latency(p95, step.p95());
            latency(p99, step.p99());
            latency(max, step.max());
        }
    }

    private static void latency(ArrayNode column, long nanos) {
        if (nanos < 0) {
            column.addNull();
        } else {
            column.add(nanos);
        }
    }

    private void run() {
        json.put("command", facts == null ? null : facts.command());
        ArrayNode pairs = json.putArray("facts");
        if (facts == null) {
            return;
        }
        pair(pairs, "Workload", facts.workload() + ", " + Wording.plural(facts.keys(), "key"));
        pair(
                pairs,
                "Cluster",
                Wording.plural(facts.nodes(), "node")
                        + " ("
                        + facts.cluster()
                        + ")"
                        + (facts.fsync() ? "" : ", without syncing to disk"));
        pair(
                pairs,
                "Clients",
                facts.clients()
                        + ", together "
                        + rate(facts.rate())
                        + " operations a second, time-out "
                        + Wording.chosen(facts.timeoutNanos()));
        pair(pairs, "Load and faults for", Wording.chosen(facts.timeNanos()));
        pair(
                pairs,
                "Faults asked for",
                facts.faults().isEmpty() ? "none" : String.join(", ", facts.faults()));
        pair(pairs, "Seed", Long.toString(facts.seed()));
        pair(pairs, "Planted bug", facts.bug() == null ? "none" : facts.bug());
        pair(pairs, "Checks", String.join(", ", facts.checks()));
        pair(pairs, "Started at", facts.startedAt());
        Runtime here = Runtime.getRuntime();
        pair(
                pairs,
                "Judged on",
                "%s %s, %s, %d MiB of heap, Java %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.arch"),
                                Wording.plural(here.availableProcessors(), "processor"),
                                here.maxMemory() >> 20,
                                System.getProperty("java.version")));
    }

    private static String rate(double rate) {
        return rate == Math.rint(rate) ? Wording.count((long) rate) : Double.toString(rate);
    }

    private static void pair(ArrayNode pairs, String name, String value) {
        pairs.addArray().add(name).add(value);
    }
}
