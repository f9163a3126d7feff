package dev.ordeal.results.report;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// One lane a client: a client that got no answer goes on under a new process number, which must not become a new lane.
final class Lanes {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /// More do not fit on a page; beyond it processes share lanes although they overlap.
    private static final int MOST_LANES = 300;

    private final List<String> labels;

    /// The lane of each process, by its number in the history.
    private final int[] lanes;

    /// By the operations that were never answered.
    private final Map<Integer, Long> goesOn = new HashMap<>();

    private final long endNanos;

    private Lanes(List<String> labels, int[] lanes, History history) {
        this.labels = List.copyOf(labels);
        this.lanes = lanes;
        this.endNanos = history.endNanos();
        Map<Integer, Integer> waiting = new HashMap<>();
        for (int i = 0; i < history.size(); i++) {
            int lane = lanes[history.processId(i)];
            Integer before = waiting.remove(lane);
            if (before != null) {
                goesOn.put(before, history.invokedNanos(i));
            }
            if (history.returnedNanos(i) == Operation.NEVER) {
                waiting.put(lane, i);
            }
        }
    }

    List<String> labels() {
        return labels;
    }

    int of(int processId) {
        return lanes[processId];
    }

    /// When the client of an operation called its next one, or the end of the history.
    long goesOn(int operation) {
        return goesOn.getOrDefault(operation, endNanos);
    }

    /// @param clients how many there were, process numbers being equal modulo it; 0 when that is not known: then processes
    ///     share a lane when one began after the other had ended
    static Lanes of(History history, int clients) {
        List<Life> lives = lives(history);
        boolean numbered =
                clients > 0
                        && lives.stream().allMatch(life -> NUMBER.matcher(life.process).matches());
        List<List<Life>> lanes = numbered ? byClient(lives, clients) : packed(lives);
        int[] laneOf = new int[lives.stream().mapToInt(life -> life.id + 1).max().orElse(0)];
        List<String> labels = new ArrayList<>();
        for (int lane = 0; lane < lanes.size(); lane++) {
            Set<String> nodes = new TreeSet<>();
            for (Life life : lanes.get(lane)) {
                laneOf[life.id] = lane;
                nodes.addAll(life.nodes);
            }
            String name =
                    numbered ? "client " + lane : "process " + lanes.get(lane).getFirst().process;
            labels.add(
                    name
                            + (!numbered && lanes.get(lane).size() > 1 ? " …" : "")
                            + (nodes.size() == 1 ? ", " + nodes.iterator().next() : ""));
        }
        return new Lanes(labels, laneOf, history);
    }

    /// One process, from its first call to its last answer.
    private static final class Life {
        private final int id;
        private final String process;
        private final long from;
        private long to;
        private final Set<String> nodes = new TreeSet<>();

        private Life(int id, String process, long from) {
            this.id = id;
            this.process = process;
            this.from = from;
        }

        private long number() {
            return NUMBER.matcher(process).matches() ? Long.parseLong(process) : Long.MAX_VALUE;
        }
    }

    /// In the order in which they began.
    private static List<Life> lives(History history) {
        Map<Integer, Life> lives = new LinkedHashMap<>();
        for (int i = 0; i < history.size(); i++) {
            long invoked = history.invokedNanos(i);
            String process = history.process(i);
            Life life =
                    lives.computeIfAbsent(
                            history.processId(i), id -> new Life(id, process, invoked));
            boolean answered = history.returnedNanos(i) != Operation.NEVER;
            life.to = Math.max(life.to, answered ? history.returnedNanos(i) : invoked);
            String node = history.node(i);
            if (node != null) {
                life.nodes.add(node);
            }
        }
        return List.copyOf(lives.values());
    }

    private static List<List<Life>> byClient(List<Life> lives, int clients) {
        List<List<Life>> lanes = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            lanes.add(new ArrayList<>());
        }
        lives.forEach(life -> lanes.get((int) (life.number() % clients)).add(life));
        return lanes;
    }

    private static List<List<Life>> packed(List<Life> lives) {
        List<List<Life>> lanes = new ArrayList<>();
        for (Life life : lives) {
            Optional<List<Life>> free =
                    lanes.stream()
                            .filter(lane ->
                                    lane.getLast().to < life.from || lanes.size() == MOST_LANES)
                            .min(Comparator.comparingLong(lane -> lane.getLast().to));
            if (free.isPresent()) {
                free.get().add(life);
            } else {
                lanes.add(new ArrayList<>(List.of(life)));
            }
        }
        lanes.sort(Comparator.comparingLong(lane -> lane.getFirst().number()));
        return lanes;
    }
}
