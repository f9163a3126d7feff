package dev.ordeal.nemesis.cluster;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.nemesis.NodeId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The questions that a node of ours answers over HTTP.
final class AdminPort {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private AdminPort() {}

    static boolean answersOk(Address admin, Duration timeout) throws IOException {
        return get(admin, "/health", timeout).statusCode() == 200;
    }

    static NodeStatus status(Address admin, Duration timeout) throws IOException {
        JsonNode status = json(admin, "/status", timeout);

        return new NodeStatus(
                new NodeId(required(status, "node").asText()),
                required(status, "incarnation").asLong(),
                required(status, "role").asText(),
                required(status, "term").asLong(),
                status.path("leader").isTextual()
                        ? Optional.of(new NodeId(status.path("leader").asText()))
                        : Optional.empty(),
                required(status, "commitIndex").asLong(),
                required(status, "appliedIndex").asLong(),
                required(status, "lastIndex").asLong(),
                required(status, "digest").asText(),
                names(required(status, "voters")),
                names(required(status, "learners")),
                required(status, "storm").asBoolean());
    }

    private static SortedSet<NodeId> names(JsonNode list) {
        SortedSet<NodeId> names = new TreeSet<>();
        list.forEach(name -> names.add(new NodeId(name.asText())));
        return names;
    }

    static ClockReading clock(Address admin, Duration timeout) throws IOException {
        JsonNode clock = json(admin, "/clock", timeout);
        return new ClockReading(
                required(clock, "wallNanos").asLong(), required(clock, "monotonicNanos").asLong());
    }

    /// Has the node do something.
    static void tell(Address admin, String path, Duration timeout) throws IOException {
        okay(admin, path, timeout);
    }

    static boolean flag(
            Address admin, String path, Map<String, String> query, String name, Duration timeout)
            throws IOException {
        String asked =
                query.entrySet().stream()
                        .map(e ->
                                e.getKey()
                                        + "="
                                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(joining("&"));
        return required(json(admin, path + "?" + asked, timeout), name).asBoolean();
    }

    private static JsonNode json(Address admin, String pathAndQuery, Duration timeout)
            throws IOException {
        return JSON.readTree(okay(admin, pathAndQuery, timeout));
    }

    private static String okay(Address admin, String pathAndQuery, Duration timeout)
            throws IOException {
        HttpResponse<String> response = get(admin, pathAndQuery, timeout);
        if (response.statusCode() != 200) {
            throw new IOException(
                    admin
                            + pathAndQuery
                            + " answered "
                            + response.statusCode()
                            + " "
                            + response.body().strip());
        }
        return response.body();
    }

    private static JsonNode required(JsonNode answer, String name) throws IOException {
        JsonNode value = answer.get(name);
        if (value == null) {
            throw new IOException("no \"" + name + "\" in " + answer);
        }
        return value;
    }

    private static HttpResponse<String> get(Address admin, String pathAndQuery, Duration timeout)
            throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://" + admin + pathAndQuery))
                            // Zero and less are not allowed, and mean that it is too late.
                            .timeout(timeout.isPositive() ? timeout : Duration.ofMillis(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
