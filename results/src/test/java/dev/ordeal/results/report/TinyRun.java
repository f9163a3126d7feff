package dev.ordeal.results.report;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.Fate;
import dev.ordeal.checker.commit.NodeFact;
import dev.ordeal.checker.history.Histories;
import dev.ordeal.checker.history.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A run small enough to read, with one of everything a report shows.
final class TinyRun {
    static final String HISTORY =
            """
            {"index":0,"time":0,"process":"nemesis","type":"info","f":"phase","value":{"phase":"load"}}
            {"index":1,"time":1000000,"process":1,"type":"invoke","f":"write","key":"x","value":"v1","node":"n2","command":"c1-1"}
            {"index":2,"time":3500000,"process":1,"type":"ok","f":"write","key":"x"}
            {"index":3,"time":500000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"strike","fault":"partition leader","cut":[["n1","n2"],["n2","n1"],["n1","n3"],["n3","n1"]]}}
            {"index":4,"time":810000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"probe","fault":"partition leader","effective":true,"evidence":"n1 cannot reach n2: ping unanswered for 300 ms"}}
            {"index":5,"time":900000000,"process":1,"type":"invoke","f":"write","key":"x","value":"v2","node":"n2","command":"c1-2"}
            {"index":6,"time":904000000,"process":1,"type":"ok","f":"write","key":"x"}
            {"index":7,"time":950000000,"process":0,"type":"invoke","f":"read","key":"x","node":"n1"}
            {"index":8,"time":951250000,"process":0,"type":"ok","f":"read","key":"x","value":"v1"}
            {"index":9,"time":960000000,"process":0,"type":"invoke","f":"write","key":"y","value":"v3","node":"n1","command":"c0-1"}
            {"index":10,"time":970000000,"process":2,"type":"invoke","f":"cas","key":"x","value":["v9","v4"],"node":"n3","command":"c2-1"}
            {"index":11,"time":972000000,"process":2,"type":"fail","f":"cas","key":"x","error":"mismatch"}
            {"index":12,"time":1500000000,"process":"nemesis","type":"info","f":"partition","value":{"strike":1,"phase":"heal","fault":"partition leader"}}
            {"index":13,"time":1600000000,"process":"nemesis","type":"info","f":"pause","value":{"strike":2,"phase":"skipped","fault":"pause leader","evidence":"no leader was known"}}
            {"index":14,"time":1960000000,"process":0,"type":"info","f":"write","key":"y","error":"no answer within 1 s"}
            {"index":15,"time":2000000000,"process":"nemesis","type":"info","f":"phase","value":{"phase":"end"}}
            """;

    private TinyRun() {}

    static History history(Path folder) {
        return history(folder, HISTORY);
    }

    static History history(Path folder, String lines) {
        try {
            return Histories.read(Files.writeString(folder.resolve("history.jsonl"), lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Judgement judgement() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("engine", "distinct-register");
        details.put("why", "no value is written twice");
        details.put("millis", 1.5);
        details.put(
                "keys",
                List.of(
                        Map.of(
                                "key",
                                "y",
                                "verdict",
                                "valid",
                                "operations",
                                1,
                                "engine",
                                "distinct",
                                "millis",
                                0),
                        Map.of(
                                "key",
                                "x",
                                "verdict",
                                "violated",
                                "operations",
                                4,
                                "engine",
                                "distinct",
                                "millis",
                                1,
                                "prefix",
                                2,
                                "stuck",
                                List.of("process 0's read of v1: the value is v2"))));
        return new Judgement(
                List.of(
                        new Finding(
                                "linearizable register",
                                new Verdict.Violated(
                                        "key x is not linearizable",
                                        List.of(
                                                new Evidence(
                                                        "process 0 read x=v1 from n1 at 0.950 s, 46.0 ms after process 1's write of x=v2 was acknowledged",
                                                        List.of(1, 0, 2),
                                                        List.of(
                                                                new NodeFact("n1", 1, 2, 1, "noop"),
                                                                new NodeFact(
                                                                        "n2",
                                                                        3,
                                                                        2,
                                                                        2,
                                                                        "write x = v2")),
                                                        List.of(
                                                                new Fate(
                                                                        3,
                                                                        "process 0's write of y=v3 at n1 was committed at index 3 in term 2"))))),
                                details),
                        new Finding(
                                "commit",
                                new Verdict.Undecided("n3 left no record: its disk was lost"),
                                Map.of()),
                        new Finding(
                                "election",
                                new Verdict.Valid("every term had one leader"),
                                Map.of("millis", 0.25))));
    }
}
