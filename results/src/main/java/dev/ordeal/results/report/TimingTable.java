package dev.ordeal.results.report;

import dev.ordeal.checker.commit.NodeEvent;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who was what when, as a table for the terminal: a column of times and one a node, and across the columns what was done to
/// the nodes. What happened within the same millisecond stands in one row.
///
/// Where the columns do not fit side by side, it says so and gives each event a line.
public final class TimingTable {
    /// The longest word of a cell, `pre-candidate`; columns are not narrower.
    private static final int NARROWEST = 13;

    private static final int TIME = 9;
    private static final String GAP = "  ";
    private static final String LEGEND =
            "t: term. life: starts of the node so far. log: the last index on its disk. Times in seconds.";

    /// What its victim cannot tell itself.
    private static final Map<String, String> HIT = Map.of("kill", "KILLED", "pause", "PAUSED");

    private final List<String> nodes;
    private final Window window;
    private final SortedMap<Long, Row> rows = new TreeMap<>();

    /// Which part of the record is asked for; both ends belong to it.
    ///
    /// @param nodes whose columns are shown; empty: all
    public record Window(long fromNanos, long toNanos, List<String> nodes) {
        public Window {
            if (fromNanos > toNanos) {
                throw new IllegalArgumentException(
                        "the window ends, at "
                                + Wording.at(toNanos)
                                + ", before it begins, at "
                                + Wording.at(fromNanos));
            }
            nodes = List.copyOf(nodes);
        }

        /// All of the record.
        public static Window all() {
            return new Window(Long.MIN_VALUE, Long.MAX_VALUE, List.of());
        }

        private boolean has(long nanos) {
            return fromNanos <= nanos && nanos <= toNanos;
        }

        private boolean has(String node) {
            return nodes.isEmpty() || nodes.contains(node);
        }
    }

    /// What happened in one millisecond.
    private static final class Row {
        private final List<String> across = new ArrayList<>();
        private final Map<String, List<String>> cells = new LinkedHashMap<>();

        List<String> cell(String node) {
            return cells.getOrDefault(node, List.of());
        }

        void add(String node, String text) {
            List<String> cell = cells.computeIfAbsent(node, unused -> new ArrayList<>());
            if (!cell.contains(text)) {
                cell.add(text);
            }
        }
    }

    private TimingTable(List<String> nodes, Window window) {
        this.nodes = nodes;
        this.window = window;
    }

    /// The table, its lines no longer than `columns` characters.
    ///
    /// @param streams of the nodes, in the order of the columns
    /// @param columns at least 40
    public static String of(
            RunFacts facts,
            History history,
            List<NodeStreams> streams,
            Window window,
            int columns) {
        if (columns < 40) {
            throw new IllegalArgumentException("40 columns are needed, not " + columns);
        }
        List<NodeStreams> shown =
                streams.stream().filter(stream -> window.has(stream.node())).toList();
        Timeline timeline = Timeline.of(history);
        TimingTable table = new TimingTable(shown.stream().map(NodeStreams::node).toList(), window);
        for (NodeStreams stream : shown) {
            Lives lives = Lives.of(stream, facts.originNanos(), timeline);
            table.before(lives);
            table.events(stream, facts.originNanos());
        }
        table.done(timeline);
        return table.print(columns);
    }

    // --- What happened

    private Row row(long nanos) {
        return rows.computeIfAbsent(Math.floorDiv(nanos, 1_000_000L), unused -> new Row());
    }

    /// What the node was when the window began.
    private void before(Lives lives) {
        for (Lives.Span span : lives.spans()) {
            if (span.fromNanos() < window.fromNanos() && window.fromNanos() < span.toNanos()) {
                boolean down = span.role().equals(Lives.DOWN);
                String was = down ? span.role() : role(span.role(), span.term());
                row(window.fromNanos()).add(lives.node(), "(" + was + ")");
            }
        }
    }

    private void events(NodeStreams stream, long originNanos) {
        Map<Long, List<NodeEvent>> byMilli = new TreeMap<>();
        for (NodeEvent event : stream.events()) {
            long at = event.nanos() - originNanos;
            if (window.has(at)) {
                byMilli.computeIfAbsent(Math.floorDiv(at, 1_000_000L), m -> new ArrayList<>())
                        .add(event);
            }
        }
        byMilli.forEach((milli, events) -> {
            for (NodeEvent event : events) {
                if (!(event instanceof NodeEvent.Term term) || isNews(term, events)) {
                    row(milli * 1_000_000L).add(stream.node(), words(event));
                }
            }
        });
    }

    /// Whether nothing else in the row tells that term.
    private static boolean isNews(NodeEvent.Term term, List<NodeEvent> events) {
        return events.stream()
                .noneMatch(other ->
                        switch (other) {
                            case NodeEvent.Started started -> started.term() == term.term();
                            case NodeEvent.Role role -> role.term() == term.term();
                            case NodeEvent.Vote vote -> vote.term() == term.term();
                            case NodeEvent.Term same -> false;
                            case NodeEvent.Configuration configuration -> false;
                            case NodeEvent.Stopped stopped -> false;
                        });
    }

    private static String words(NodeEvent event) {
        return switch (event) {
            case NodeEvent.Started s ->
                    "life " + s.incarnation() + ": t" + s.term() + ", log " + s.lastIndex();
            case NodeEvent.Role r ->
                    role(r.role(), r.term())
                            + (r.leader() == null || r.role().equals("leader")
                                    ? ""
                                    : " of " + r.leader());
            case NodeEvent.Vote v ->
                    v.vote() == null
                            ? "no vote t" + v.term()
                            : "votes " + v.vote() + " t" + v.term();
            case NodeEvent.Term t -> "t" + t.term();
            case NodeEvent.Configuration c -> "members " + c.members();
            case NodeEvent.Stopped ignored -> "stopped";
        };
    }

    /// The leader stands out.
    private static String role(String role, long term) {
        return (role.equals("leader") ? "LEADER" : role) + " t" + term;
    }

    private void done(Timeline timeline) {
        for (Timeline.Phase phase : timeline.phases()) {
            across(phase.fromNanos(), "phase " + phase.name());
        }
        for (Timeline.Strike strike : timeline.strikes()) {
            String name = "strike " + strike.id() + ", " + strike.fault();
            String where = strike.where().isEmpty() ? "" : ": " + strike.where();
            if (strike.skipped() != null) {
                across(strike.fromNanos(), name + ": skipped, " + strike.skipped());
                continue;
            }
            across(strike.fromNanos(), name + where + " (" + strike.effect() + ")");
            if (strike.toNanos() < timeline.endNanos()) {
                across(strike.toNanos(), name + ": lifted");
            }
            for (String node : nodes) {
                HIT.forEach((kind, hit) -> {
                    if (strike.hits(node, kind) && window.has(strike.fromNanos())) {
                        row(strike.fromNanos()).add(node, hit);
                    }
                });
            }
        }
    }

    private void across(long nanos, String text) {
        if (window.has(nanos)) {
            row(nanos).across.add(text);
        }
    }

    // --- The table

    private String print(int columns) {
        if (rows.isEmpty()) {
            return "nothing happened to any node in this window\n";
        }
        StringBuilder text = new StringBuilder();
        paragraph(text, "", LEGEND, columns);
        int each = nodes.isEmpty() ? 0 : (columns - TIME) / nodes.size() - GAP.length();
        boolean sideBySide = each >= NARROWEST;
        if (!sideBySide) {
            int needed = TIME + nodes.size() * (NARROWEST + GAP.length());
            paragraph(
                    text,
                    "",
                    "%d nodes side by side need %d columns, and there are %d: a line for each event instead."
                            .formatted(nodes.size(), needed, columns),
                    columns);
        }
        text.append('\n');
        if (sideBySide) {
            int width = Math.min(each, widestCell());
            StringBuilder head = new StringBuilder(" ".repeat(TIME - 4) + "time");
            nodes.forEach(node -> head.append(GAP).append(padded(node, width)));
            text.append(head.toString().stripTrailing()).append('\n');
            rows.forEach((milli, row) -> sideBySide(text, milli, row, width, columns));
        } else {
            rows.forEach((milli, row) -> belowEachOther(text, milli, row, columns));
        }
        return text.toString();
    }

    private int widestCell() {
        return rows.values().stream()
                .flatMap(row -> row.cells.values().stream())
                .flatMap(List::stream)
                .mapToInt(String::length)
                .reduce(NARROWEST, Math::max);
    }

    private void sideBySide(StringBuilder text, long milli, Row row, int width, int columns) {
        String time = time(milli);
        for (String line : row.across) {
            paragraph(text, time + GAP, "── " + line, columns);
            time = " ".repeat(TIME);
        }
        Map<String, List<String>> cells = new LinkedHashMap<>();
        for (String node : nodes) {
            cells.put(
                    node,
                    row.cell(node).stream().flatMap(it -> wrapped(it, width).stream()).toList());
        }
        int height = cells.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < height; i++) {
            StringBuilder line = new StringBuilder(time);
            for (List<String> cell : cells.values()) {
                line.append(GAP).append(padded(i < cell.size() ? cell.get(i) : "", width));
            }
            text.append(line.toString().stripTrailing()).append('\n');
            time = " ".repeat(TIME);
        }
    }

    private void belowEachOther(StringBuilder text, long milli, Row row, int columns) {
        String time = time(milli);
        row.across.forEach(line -> paragraph(text, time + GAP, "── " + line, columns));
        for (String node : nodes) {
            for (String event : row.cell(node)) {
                paragraph(text, time + GAP + node + GAP, event, columns);
            }
        }
    }

    private static String time(long milli) {
        return padLeft(String.format(Locale.ROOT, "%.3f", milli / 1e3));
    }

    private static String padLeft(String text) {
        return " ".repeat(Math.max(0, TIME - text.length())) + text;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /// What does not fit behind the label goes on below its first word.
    private static void paragraph(StringBuilder into, String label, String text, int columns) {
        String before = label;
        for (String line : wrapped(text, columns - label.length())) {
            into.append(before).append(line).append('\n');
            before = " ".repeat(label.length());
        }
    }

    /// Broken between words; a word that is too long for a line is broken where it must.
    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            String rest = word;
            if (!line.isEmpty() && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ");
            while (rest.length() > width) {
                lines.add(rest.substring(0, width));
                rest = rest.substring(width);
            }
            line.append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
