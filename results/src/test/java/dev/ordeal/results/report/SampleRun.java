package dev.ordeal.results.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryWriter;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.results.record.RunDirectory;
import dev.ordeal.results.record.RunFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The record of a run that never was, in the files of a real one: registers behind a leader, with elections, partitions,
/// kills and pauses. Linearizable by construction; with `staleReads` a leader that was cut off goes on answering reads
/// from its old state. The same seed writes the same files.
final class SampleRun {
    private static final long SECOND = 1_000_000_000L;
    private static final long TIMEOUT = SECOND;
    private static final long ORIGIN = 5_000_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param oddValues writes values that would break a careless page, terminal or XML file
    record Shape(
            int nodes,
            int clients,
            int seconds,
            int rate,
            int keys,
            boolean staleReads,
            boolean oddValues,
            long seed) {
        static Shape small() {
            return new Shape(5, 5, 30, 100, 5, false, false, 42);
        }

        Shape withStaleReads() {
            return new Shape(nodes, clients, seconds, rate, keys, true, oddValues, seed);
        }

        Shape withOddValues() {
            return new Shape(nodes, clients, seconds, rate, keys, staleReads, true, seed);
        }
    }

    private record Line(long at, int order, java.util.function.Consumer<HistoryWriter> write) {}

    private record Struck(
            int id,
            String fault,
            String f,
            int node,
            long from,
            long to,
            boolean effective,
            long electedAt) {}

    private record Reign(int leader, long term, long from) {}

    private final Shape shape;
    private final SplittableRandom random;
    private final List<Line> lines = new ArrayList<>();
    private final List<Struck> strikes = new ArrayList<>();
    private final List<Reign> reigns = new ArrayList<>();
    private final List<List<String>> applied = new ArrayList<>();
    private final List<List<String>> events = new ArrayList<>();

    private SampleRun(Shape shape) {
        this.shape = shape;
        this.random = new SplittableRandom(shape.seed());
        for (int i = 0; i < shape.nodes(); i++) {
            applied.add(new ArrayList<>());
            events.add(new ArrayList<>());
        }
    }

    /// Writes the run's folder below `results`.
    static RunDirectory write(Path results, Shape shape) {
        RunDirectory directory =
                RunDirectory.create(
                        results,
                        LocalDateTime.of(2026, 3, 14, 21, 15, 9),
                        "register-partition+kill+pause");
        SampleRun run = new SampleRun(shape);
        run.faults();
        run.operations();
        run.lines.sort(Comparator.comparingLong(Line::at).thenComparingInt(Line::order));
        try (HistoryWriter writer = new HistoryWriter(directory.history())) {
            run.lines.forEach(line -> line.write().accept(writer));
        }
        try {
            for (int i = 0; i < shape.nodes(); i++) {
                Path folder = Files.createDirectories(directory.node("n" + (i + 1)));
                Files.write(folder.resolve("applied.jsonl"), run.applied.get(i));
                Files.write(folder.resolve("events.jsonl"), run.events.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        directory.write(facts(shape));
        return directory;
    }

    static History history(RunDirectory directory) {
        return Histories.read(directory.history());
    }

    static List<NodeStreams> nodes(RunDirectory directory) {
        return directory.nodeNames().stream()
                .map(name -> NodeStreams.read(name, directory.node(name)))
                .toList();
    }

    static RunFacts facts(Shape shape) {
        return new RunFacts(
                "register",
                "process",
                shape.nodes(),
                shape.clients(),
                shape.rate(),
                shape.seconds() * SECOND,
                TIMEOUT,
                shape.keys(),
                List.of("kill one", "partition leader", "pause leader"),
                shape.seed(),
                shape.staleReads() ? "local-read" : null,
                true,
                false,
                List.of("linearizable register", "commit", "election", "progress"),
                ORIGIN,
                "2026-03-14T21:15:09+01:00",
                "./ordeal run register --faults partition,kill,pause --time "
                        + shape.seconds()
                        + "s --seed "
                        + shape.seed());
    }

    /// Finds what is wrong with the reads of each key by looking at it as its author would: a read of a value that a later,
    /// finished write had replaced.
    static Judgement judge(History history) {
        List<Evidence> evidence = new ArrayList<>();
        Map<Object, List<Operation>> byKey = new LinkedHashMap<>();
        for (Operation o : history.operations()) {
            if (o.outcome() == Outcome.OK && o.key() != null) {
                byKey.computeIfAbsent(o.key(), k -> new ArrayList<>()).add(o);
            }
        }
        byKey.forEach((key, operations) -> {
            Map<Object, Operation> writers = new LinkedHashMap<>();
            for (Operation o : operations) {
                switch (o.argument()) {
                    case String written -> writers.put(written, o);
                    case List<?> pair -> writers.put(String.valueOf(pair.get(1)), o);
                    case null, default -> {}
                }
            }
            for (Operation read : operations) {
                if (!read.f().equals("read")
                        || !(read.result() instanceof Result.Value(Object value))
                        || value == null) {
                    continue;
                }
                Operation old = writers.get(value);
                if (old == null || !evidence.isEmpty()) {
                    continue;
                }
                writers.values().stream()
                        .filter(w ->
                                w.invokedNanos() > old.returnedNanos()
                                        && w.returnedNanos() < read.invokedNanos())
                        .max(Comparator.comparingLong(Operation::returnedNanos))
                        .ifPresent(w ->
                                evidence.add(
                                        new Evidence(
                                                "process %s read %s = %s from %s at %s, %s after process %s's %s was acknowledged."
                                                        .formatted(
                                                                read.process(),
                                                                key,
                                                                value,
                                                                read.node(),
                                                                Wording.at(read.invokedNanos()),
                                                                Wording.span(
                                                                        read.invokedNanos()
                                                                                - w
                                                                                        .returnedNanos()),
                                                                w.process(),
                                                                Wording.what(w)),
                                                List.of(old.index(), w.index(), read.index()),
                                                List.of())));
            }
        });
        Finding assumptions =
                new Finding(
                        "assumptions",
                        new Verdict.Valid(
                                "the run tested something: %,d operations completed"
                                        .formatted(history.size())),
                        Map.of("operations", history.size()));
        Map<String, Object> details =
                new TreeMap<>(
                        Map.of(
                                "engine",
                                "distinct values",
                                "why",
                                "every value is written once",
                                "millis",
                                12.5,
                                "keys",
                                byKey.size()));
        Finding linearizable =
                evidence.isEmpty()
                        ? new Finding(
                                "linearizable register",
                                new Verdict.Valid("all keys are linearizable"),
                                details)
                        : new Finding(
                                "linearizable register",
                                new Verdict.Violated(
                                        "not linearizable: " + evidence.getFirst().sentence(),
                                        evidence),
                                details);
        Finding commit =
                evidence.isEmpty()
                        ? new Finding(
                                "commit",
                                new Verdict.Valid("all nodes applied the same commands"),
                                Map.of("millis", 40))
                        : new Finding(
                                "commit",
                                new Verdict.Violated(
                                        "n2 applied another command than n1 and n3 at index 17.",
                                        List.of(
                                                new Evidence(
                                                        "n2 applied write k1 = v9 at index 17 in term 2, n1 and n3 applied write k1 = v7 there in term 3.",
                                                        List.of(),
                                                        List.of(
                                                                new NodeFact(
                                                                        "n1",
                                                                        1,
                                                                        17,
                                                                        3,
                                                                        "write k1 = v7 (c1-3)"),
                                                                new NodeFact(
                                                                        "n2",
                                                                        2,
                                                                        17,
                                                                        2,
                                                                        "write k1 = v9 (c4-1)"),
                                                                new NodeFact(
                                                                        "n3",
                                                                        1,
                                                                        17,
                                                                        3,
                                                                        "write k1 = v7 (c1-3)"))))),
                                Map.of("millis", 40));
        return new Judgement(
                List.of(
                        assumptions,
                        linearizable,
                        commit,
                        new Finding(
                                "election",
                                new Verdict.Valid("every term had at most one leader"),
                                Map.of("millis", 3)),
                        new Finding(
                                "progress",
                                new Verdict.Valid(
                                        "1.2 s after the last fault the cluster answered a write and a read"),
                                Map.of())));
    }

    private void faults() {
        long end = shape.seconds() * SECOND;
        phase(0, "load");
        int leader = 0;
        long term = 1;
        for (int i = 0; i < shape.nodes(); i++) {
            event(
                    i,
                    -400_000_000L,
                    1,
                    "started",
                    "\"term\":0,\"vote\":null,\"lastIndex\":0,\"lastTerm\":0");
            event(i, -399_000_000L, 1, "role", "\"role\":\"follower\",\"term\":0,\"leader\":null");
        }
        elect(leader, 1, term, -150_000_000L);
        int[] lives = new int[shape.nodes()];
        java.util.Arrays.fill(lives, 1);
        String[] kinds = {
            "partition leader", "kill one", "pause leader", "kill leader", "partition one"
        };
        long at = 2 * SECOND + random.nextLong(SECOND);
        for (int id = 1; at + 4 * SECOND < end; id++) {
            String fault = kinds[(id - 1) % kinds.length];
            long to = at + 2 * SECOND + random.nextLong(SECOND);
            boolean onLeader = fault.endsWith("leader");
            int node =
                    onLeader
                            ? leader
                            : (leader + 1 + random.nextInt(shape.nodes() - 1)) % shape.nodes();
            boolean effective = id % 7 != 5;
            long when = at + 250_000_000L + random.nextLong(300_000_000L);
            boolean elects = onLeader && effective;
            Struck struck =
                    new Struck(
                            id,
                            fault,
                            fault.substring(0, fault.indexOf(" ")),
                            node,
                            at,
                            to,
                            effective,
                            elects ? when : at);
            strikes.add(struck);
            lines(struck);
            if (fault.startsWith("kill") && effective) {
                lives[node]++;
                event(
                        node,
                        to + 180_000_000L,
                        lives[node],
                        "started",
                        "\"term\":"
                                + term
                                + ",\"vote\":\"n1\",\"lastIndex\":"
                                + id * 40
                                + ",\"lastTerm\":"
                                + term);
                event(
                        node,
                        to + 185_000_000L,
                        lives[node],
                        "role",
                        "\"role\":\"follower\",\"term\":" + term + ",\"leader\":null");
            }
            if (elects) {
                int next = (leader + 1 + random.nextInt(shape.nodes() - 1)) % shape.nodes();
                term++;
                event(
                        next,
                        when - 40_000_000L,
                        lives[next],
                        "role",
                        "\"role\":\"pre-candidate\",\"term\":" + (term - 1) + ",\"leader\":null");
                event(
                        next,
                        when - 20_000_000L,
                        lives[next],
                        "role",
                        "\"role\":\"candidate\",\"term\":" + term + ",\"leader\":null");
                event(
                        next,
                        when - 18_000_000L,
                        lives[next],
                        "vote",
                        "\"term\":" + term + ",\"vote\":\"n" + (next + 1) + "\"");
                if (!fault.startsWith("kill")) {
                    event(
                            leader,
                            to + 30_000_000L,
                            lives[leader],
                            "role",
                            "\"role\":\"follower\",\"term\":"
                                    + term
                                    + ",\"leader\":\"n"
                                    + (next + 1)
                                    + "\"");
                }
                leader = next;
                elect(leader, lives[leader], term, when);
            }
            at = to + SECOND + random.nextLong(2 * SECOND);
        }
        phase(end, "heal");
        phase(end + 500_000_000L, "final");
        phase(end + 1_500_000_000L, "end");
    }

    private void elect(int leader, int life, long term, long at) {
        reigns.add(new Reign(leader, term, at));
        event(
                leader,
                at,
                life,
                "role",
                "\"role\":\"leader\",\"term\":" + term + ",\"leader\":\"n" + (leader + 1) + "\"");
        long seen = Math.max(0, at + 20_000_000L);
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("leader", "n" + (leader + 1));
        value.put("term", term);
        lines.add(new Line(seen, 0, w -> w.nemesis(seen, "leader", value)));
    }

    private void lines(Struck s) {
        String node = "n" + (s.node() + 1);
        List<List<String>> cut = new ArrayList<>();
        if (s.f().equals("partition")) {
            for (int i = 0; i < shape.nodes(); i++) {
                if (i != s.node()) {
                    cut.add(List.of(node, "n" + (i + 1)));
                    cut.add(List.of("n" + (i + 1), node));
                }
            }
        }
        String evidence =
                switch (s.f()) {
                    case "partition" ->
                            node + " cannot reach the others: ping unanswered for 300 ms";
                    case "kill" -> "the process of " + node + " is gone";
                    default -> node + " did not answer within 300 ms";
                };
        nemesis(s, s.from(), "strike", cut, null, "");
        nemesis(
                s,
                s.from() + 310_000_000L,
                "probe",
                cut,
                s.effective(),
                s.effective() ? evidence : node + " still answered after 12 ms");
        nemesis(s, s.to(), "heal", cut, null, "");
        nemesis(s, s.to() + 60_000_000L, "healed", cut, true, node + " answered after 4 ms");
    }

    private void nemesis(
            Struck s,
            long at,
            String phase,
            List<List<String>> cut,
            @Nullable Boolean effective,
            String evidence) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("strike", s.id());
        value.put("phase", phase);
        value.put("fault", s.fault());
        if (cut.isEmpty()) {
            value.put("nodes", List.of("n" + (s.node() + 1)));
        } else {
            value.put("cut", cut);
        }
        if (effective != null) {
            value.put("effective", effective);
            value.put("evidence", evidence);
        }
        lines.add(new Line(at, 0, w -> w.nemesis(at, s.f(), value)));
    }

    private void phase(long at, String name) {
        lines.add(new Line(at, -1, w -> w.nemesis(at, "phase", Map.of("phase", name))));
    }

    private void event(int node, long at, int incarnation, String event, String more) {
        events.get(node)
                .add(
                        "{\"node\":\"n%d\",\"incarnation\":%d,\"nanos\":%d,\"event\":\"%s\",%s}"
                                .formatted(node + 1, incarnation, ORIGIN + at, event, more));
    }

    /// A call that took effect, or tries to, at a moment within its interval.
    private record Call(
            int client,
            long process,
            long invoked,
            long effect,
            long returned,
            String f,
            String key,
            int how) {}

    private void operations() {
        long end = shape.seconds() * SECOND;
        List<Call> calls = new ArrayList<>();
        for (int client = 0; client < shape.clients(); client++) {
            long process = client;
            long now = random.nextLong(SECOND / 10);
            double mean = (double) shape.clients() / shape.rate() * SECOND;
            while (now < end) {
                String f =
                        random.nextInt(10) < 5 ? "read" : random.nextInt(10) < 7 ? "write" : "cas";
                String key = "k" + (1 + random.nextInt(shape.keys()));
                int node = client % shape.nodes();
                Struck on = strikeOn(node, now);
                if (shape.staleReads()
                        && on != null
                        && on.f().equals("partition")
                        && random.nextInt(10) < 8) {
                    f = "read";
                }
                boolean leaderless = leaderless(now);
                long latency =
                        (long) (3e6 * Math.exp(random.nextDouble() * 1.2))
                                + (random.nextInt(40) == 0 ? random.nextLong(40_000_000L) : 0);
                if (on != null && on.f().equals("kill")) {
                    calls.add(new Call(client, process, now, -1, now + 400_000L, f, key, 1));
                    now += 300_000_000L;
                } else if (on != null
                        && shape.staleReads()
                        && f.equals("read")
                        && on.f().equals("partition")) {
                    calls.add(new Call(client, process, now, -2, now + latency / 3, f, key, 0));
                    now += latency;
                } else if (on != null || leaderless) {
                    boolean happens = random.nextInt(3) == 0;
                    calls.add(
                            new Call(
                                    client,
                                    process,
                                    now,
                                    happens ? now + latency : -1,
                                    now + TIMEOUT,
                                    f,
                                    key,
                                    2));
                    now += TIMEOUT;
                    process += shape.clients();
                } else {
                    calls.add(
                            new Call(
                                    client,
                                    process,
                                    now,
                                    now + random.nextLong(latency),
                                    now + latency,
                                    f,
                                    key,
                                    0));
                    now += latency;
                }
                now += (long) (-Math.log(1 - random.nextDouble()) * mean);
            }
        }
        play(calls);
    }

    /// Applies the calls in the order in which they take effect and writes down what their clients saw.
    private void play(List<Call> calls) {
        record Moment(long at, boolean reply, Call call) {}
        List<Moment> moments = new ArrayList<>();
        for (Call call : calls) {
            moments.add(
                    new Moment(call.effect() >= 0 ? call.effect() : call.invoked(), false, call));
        }
        moments.sort(Comparator.comparingLong(Moment::at));
        Map<String, @Nullable String> state = new TreeMap<>();
        Map<Integer, Map<String, @Nullable String>> before = new TreeMap<>();
        int struck = 0;
        long index = 0;
        int number = 0;
        Map<Long, Integer> sequence = new TreeMap<>();
        for (Moment moment : moments) {
            Call call = moment.call();
            for (; struck < strikes.size() && strikes.get(struck).from() <= moment.at(); struck++) {
                before.put(strikes.get(struck).id(), new TreeMap<>(state));
            }
            Struck cut =
                    call.effect() == -2
                            ? strikeOn(call.client() % shape.nodes(), call.invoked())
                            : null;
            String node = "n" + (call.client() % shape.nodes() + 1);
            String was =
                    (cut == null ? state : before.getOrDefault(cut.id(), state)).get(call.key());
            boolean happens = call.effect() >= 0;
            String wanted = value(++number);
            String expected = random.nextInt(4) == 0 ? "v0" : was;
            String command =
                    "c" + call.process() + "-" + sequence.merge(call.process(), 1, Integer::sum);
            boolean mismatch =
                    call.f().equals("cas") && happens && !java.util.Objects.equals(expected, was);
            if (happens && !call.f().equals("read")) {
                index++;
                if (!mismatch) {
                    state.put(call.key(), wanted);
                }
                apply(call.effect(), index, command, call, wanted, mismatch, state);
            }
            long process = call.process();
            switch (call.f()) {
                case "read" ->
                        lines.add(
                                new Line(
                                        call.invoked(),
                                        2,
                                        w ->
                                                w.invoke(
                                                        call.invoked(),
                                                        process,
                                                        "read",
                                                        call.key(),
                                                        node,
                                                        null)));
                case "write" ->
                        lines.add(
                                new Line(
                                        call.invoked(),
                                        2,
                                        w ->
                                                w.invoke(
                                                        call.invoked(),
                                                        process,
                                                        "write",
                                                        call.key(),
                                                        wanted,
                                                        node,
                                                        command)));
                default -> {
                    List<@Nullable String> pair = new ArrayList<>();
                    pair.add(expected);
                    pair.add(wanted);
                    lines.add(
                            new Line(
                                    call.invoked(),
                                    2,
                                    w ->
                                            w.invoke(
                                                    call.invoked(),
                                                    process,
                                                    "cas",
                                                    call.key(),
                                                    pair,
                                                    node,
                                                    command)));
                }
            }
            lines.add(
                    new Line(
                            call.returned(),
                            1,
                            w -> {
                                switch (call.how()) {
                                    case 1 ->
                                            w.fail(
                                                    call.returned(),
                                                    process,
                                                    call.f(),
                                                    call.key(),
                                                    "connection refused");
                                    case 2 ->
                                            w.info(
                                                    call.returned(),
                                                    process,
                                                    call.f(),
                                                    call.key(),
                                                    "no answer within 1 s");
                                    default -> {
                                        if (call.f().equals("read")) {
                                            w.ok(call.returned(), process, "read", call.key(), was);
                                        } else if (mismatch) {
                                            w.fail(
                                                    call.returned(),
                                                    process,
                                                    "cas",
                                                    call.key(),
                                                    "mismatch");
                                        } else {
                                            w.ok(call.returned(), process, call.f(), call.key());
                                        }
                                    }
                                }
                            }));
        }
    }

    private String value(int number) {
        if (!shape.oddValues()) {
            return "v" + number;
        }
        return switch (number % 4) {
            case 0 -> "</script><img src=x onerror=\"document.title='owned'\"> " + number;
            case 1 -> "<!--<script> @TITLE@ $1 \\u003c " + number;
            case 2 -> "\u001b[31mred\u0000\u2028 ]]> & '\" " + number;
            default -> "ünï😀".repeat(30) + number;
        };
    }

    private void apply(
            long at,
            long index,
            String command,
            Call call,
            String value,
            boolean mismatch,
            Map<String, @Nullable String> state) {
        long term =
                reigns.stream().filter(r -> r.from() <= at).mapToLong(Reign::term).max().orElse(1);
        try {
            for (int i = 0; i < shape.nodes(); i++) {
                long when = at + random.nextLong(20_000_000L);
                if (strikeOn(i, when) != null) {
                    continue;
                }
                applied.get(i)
                        .add(
                                "{\"node\":\"n%d\",\"incarnation\":%d,\"nanos\":%d,\"index\":%d,\"term\":%d,\"kind\":\"command\",\"command\":\"%s\",\"op\":\"%s\",\"key\":\"%s\",\"value\":%s,\"applied\":%s,\"digest\":\"%016x\"}"
                                        .formatted(
                                                i + 1,
                                                life(i, when),
                                                ORIGIN + when,
                                                index,
                                                term,
                                                command,
                                                call.f(),
                                                call.key(),
                                                JSON.writeValueAsString(value),
                                                !mismatch,
                                                state.hashCode()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Struck strikeOn(int node, long at) {
        Struck last = last(at);
        return last != null && last.node() == node && last.effective() && at < last.to()
                ? last
                : null;
    }

    /// Strikes do not overlap here: the one that began last is the one in force.
    private @Nullable Struck last(long at) {
        int low = 0;
        int high = strikes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (strikes.get(middle).from() <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : strikes.get(low - 1);
    }

    private int life(int node, long at) {
        return 1
                + (int)
                        strikes.stream()
                                .filter(s ->
                                        s.f().equals("kill")
                                                && s.effective()
                                                && s.node() == node
                                                && s.to() <= at)
                                .count();
    }

    private boolean leaderless(long at) {
        Struck last = last(at);
        return last != null && last.electedAt() > at;
    }
}
