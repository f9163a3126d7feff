package dev.ordeal.checker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.checker.commit.Fate;
import dev.ordeal.checker.commit.NodeFact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A judgement as `verdict.json`, with keys that stay: `verdict`, `sentence`, `exitCode`, `findings` of `check`, `verdict`,
/// `sentence`, `evidence` (or `progress`), `details` and `witnesses` of `key` and `order`: what [Verification] needs.
public final class VerdictJson {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private VerdictJson() {}

    /// The judgement as a JSON tree.
    public static ObjectNode toJson(Judgement judgement) {
        ObjectNode json = MAPPER.createObjectNode();
        Verdict verdict = judgement.verdict();
        json.put("verdict", verdict.label());
        json.put("sentence", verdict.sentence());
        json.put("exitCode", verdict.exitCode());
        ArrayNode findings = json.putArray("findings");
        for (Finding finding : judgement.findings()) {
            ObjectNode node = findings.addObject();
            node.put("check", finding.check());
            node.put("verdict", finding.verdict().label());
            node.put("sentence", finding.verdict().sentence());
            switch (finding.verdict()) {
                case Verdict.Valid valid -> witnesses(node, valid.witnesses());
                case Verdict.Violated violated ->
                        evidence(node.putArray("evidence"), violated.evidence());
                case Verdict.Undecided undecided ->
                        evidence(node.putArray("progress"), undecided.progress());
            }
            node.set("details", MAPPER.valueToTree(finding.details()));
        }
        return json;
    }

    private static void evidence(ArrayNode array, List<Evidence> evidence) {
        for (Evidence piece : evidence) {
            ObjectNode node = array.addObject();
            node.put("sentence", piece.sentence());
            ArrayNode operations = node.putArray("operations");
            piece.operations().forEach(operations::add);
            ArrayNode facts = node.putArray("nodes");
            for (NodeFact fact : piece.nodeFacts()) {
                facts.add(MAPPER.<ObjectNode>valueToTree(fact));
            }
            ArrayNode fates = node.putArray("fates");
            for (Fate fate : piece.fates()) {
                fates.add(MAPPER.<ObjectNode>valueToTree(fate));
            }
        }
    }

    private static void witnesses(ObjectNode node, List<Witness> witnesses) {
        if (witnesses.isEmpty()) {
            return;
        }
        ArrayNode array = node.putArray("witnesses");
        for (Witness witness : witnesses) {
            ObjectNode one = array.addObject();
            one.set("key", MAPPER.valueToTree(witness.key()));
            // Without an object for each of what may be ten million numbers.
            one.putPOJO("order", witness.order());
        }
    }

    public static void write(Path file, Judgement judgement) {
        try {
            MAPPER.writeValue(file.toFile(), toJson(judgement));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A verdict as it was recorded.
    ///
    /// @param path of what was judged, where several verdicts stand in one file; else empty
    /// @param verdict what it says at the top, which should follow from the findings
    public record Recorded(String path, String verdict, Judgement judgement) {}

    /// Reads a file with one verdict.
    ///
    /// @throws IllegalArgumentException when the file is not a verdict
    public static Judgement read(Path file) {
        List<Recorded> all = readAll(file);
        if (all.size() != 1) {
            throw new IllegalArgumentException(file + " has " + all.size() + " verdicts");
        }
        return all.getFirst().judgement;
    }

    /// Reads what [#write] wrote, or any number of verdicts one after the other.
    ///
    /// @throws IllegalArgumentException when one of them is not a verdict
    public static List<Recorded> readAll(Path file) {
        List<Recorded> all = new ArrayList<>();
        try (MappingIterator<JsonNode> verdicts =
                MAPPER.readerFor(JsonNode.class).readValues(file.toFile())) {
            while (verdicts.hasNextValue()) {
                JsonNode json = verdicts.nextValue();
                all.add(
                        new Recorded(
                                json.path("path").asText(),
                                json.path("verdict").asText(),
                                judgement(file, json)));
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    file + " is not a verdict: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Judgement judgement(Path file, JsonNode json) {
        if (!json.path("findings").isArray()) {
            throw new IllegalArgumentException(
                    file + " is not a verdict: it has no list of findings");
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode finding : json.path("findings")) {
            Map<String, Object> details = new LinkedHashMap<>();
            finding.path("details")
                    .properties()
                    .forEach(entry -> {
                        Object value = MAPPER.convertValue(entry.getValue(), Object.class);
                        if (value != null) {
                            details.put(entry.getKey(), value);
                        }
                    });
            findings.add(
                    new Finding(finding.path("check").asText(), verdict(file, finding), details));
        }
        return new Judgement(findings);
    }

    private static Verdict verdict(Path file, JsonNode finding) {
        String sentence = finding.path("sentence").asText();
        return switch (finding.path("verdict").asText()) {
            case "valid" -> new Verdict.Valid(sentence, witnesses(finding.path("witnesses")));
            case "violated" -> new Verdict.Violated(sentence, evidence(finding.path("evidence")));
            case "undecided" -> new Verdict.Undecided(sentence, evidence(finding.path("progress")));
            case String other ->
                    throw new IllegalArgumentException(file + " has an unknown verdict: " + other);
        };
    }

    private static List<Witness> witnesses(JsonNode array) {
        List<Witness> witnesses = new ArrayList<>();
        for (JsonNode node : array) {
            int[] order = new int[node.path("order").size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = node.path("order").path(i).asInt();
            }
            witnesses.add(new Witness(plain(node.get("key")), order));
        }
        return witnesses;
    }

    private static @Nullable Object plain(@Nullable JsonNode node) {
        Object value = node == null ? null : MAPPER.convertValue(node, Object.class);
        return value instanceof Integer number ? (Long) number.longValue() : value;
    }

    private static List<Evidence> evidence(JsonNode array) {
        List<Evidence> evidence = new ArrayList<>();
        for (JsonNode node : array) {
            List<Integer> operations = new ArrayList<>();
            node.path("operations").forEach(operation -> operations.add(operation.asInt()));
            List<NodeFact> facts = new ArrayList<>();
            for (JsonNode fact : node.path("nodes")) {
                facts.add(
                        new NodeFact(
                                fact.path("node").asText(),
                                fact.path("incarnation").asInt(),
                                fact.path("index").asLong(),
                                fact.path("term").asLong(),
                                fact.path("what").asText()));
            }
            List<Fate> fates = new ArrayList<>();
            for (JsonNode fate : node.path("fates")) {
                fates.add(new Fate(fate.path("operation").asInt(), fate.path("sentence").asText()));
            }
            evidence.add(new Evidence(node.path("sentence").asText(), operations, facts, fates));
        }
        return evidence;
    }
}
