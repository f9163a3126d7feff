package dev.ordeal.node.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ordeal.node.member.Metrics;
import dev.ordeal.node.member.NodeStatus;
import dev.ordeal.node.member.Streams;
import dev.ordeal.node.member.Timeouts;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.PeerLink;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Tls;
import dev.ordeal.node.rpc.Token;
import java.io.IOException;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The HTTP port for whoever runs the node: health, status, clocks, metrics, probes of the network, cutting the node off, and making its
/// elections collide.
///
/// With TLS it speaks HTTPS; with a token, every page but `/health`, which tells nothing, asks for it. A request is turned away
/// at [#MAX_QUERY_CHARACTERS] of query and [#MAX_BODY_BYTES] of body; headers and time are bounded by [#limits()].
final class AdminPort implements AutoCloseable {
    private static final int MAX_QUERY_CHARACTERS = 2_048;

    /// No page takes a body; what is small is read and ignored.
    private static final int MAX_BODY_BYTES = 8 << 10;

    private static final String HEALTH = "/health";
    private static final int BACKLOG = 64;
    private static final Duration DEFAULT_PING = Duration.ofMillis(300);
    private static final Duration LONGEST_PING = Duration.ofSeconds(10);

    private final HttpServer server;
    private final @Nullable Token token;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Node node;
    private final Links links;
    private final Timeouts timeouts;
    private final JsonFactory json = new JsonFactory();

    private record Answer(int code, String type, String body) {
        static Answer text(int code, String body) {
            return new Answer(code, "text/plain; charset=utf-8", body + "\n");
        }
    }

    private interface Page {
        Answer answer(Map<String, String> query) throws IOException, InterruptedException;
    }

    AdminPort(
            InetSocketAddress address,
            Node node,
            Links links,
            Timeouts timeouts,
            Metrics metrics,
            Firewall firewall,
            Credentials credentials)
            throws IOException {
        this.token = credentials.token();
        this.node = node;
        this.links = links;
        this.timeouts = timeouts;
        try {
            server = create(address, credentials.tls());
        } catch (BindException e) {
            throw new IOException(
                    "cannot listen on "
                            + address
                            + " ("
                            + e.getMessage()
                            + "): choose another port",
                    e);
        }
        server.setExecutor(threads);
        page(HEALTH, query -> Answer.text(200, "ok"));
        page("/status", query -> status());
        page("/clock", query -> clock());
        page(
                "/metrics",
                query ->
                        new Answer(
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                metrics.text(node.status())));
        page("/ping", this::ping);
        page("/pinged", this::pinged);
        page(
                "/transfer",
                query -> administer(new AdminRequest.TransferLeadership(required(query, "to"))));
        page("/add", this::add);
        page(
                "/remove",
                query -> administer(new AdminRequest.RemoveMember(required(query, "name"))));
        page("/test", query -> Answer.text(200, node.status().node() + " answers"));
        page("/block", query -> firewall(firewall.block()));
        page("/unblock", query -> firewall(firewall.unblock()));
        page("/storm", query -> storm(true));
        page("/calm", query -> storm(false));
        server.start();
    }

    /// Bounds that the platform's server reads from system properties, once, when it is first used.
    static void limits() {
        // Request line and headers, in bytes and number.
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "16384");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
        // Seconds: for a request to come in, and for its answer to be taken.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        System.setProperty("jdk.httpserver.maxConnections", "256");
    }

    private static HttpServer create(InetSocketAddress address, @Nullable Tls tls)
            throws IOException {
        if (tls == null) {
            return HttpServer.create(address, BACKLOG);
        }
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        return server;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void page(String path, Page page) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        send(exchange, answer(exchange, path, page));
                    }
                });
    }

    private Answer answer(HttpExchange exchange, String path, Page page) throws IOException {
        String method = exchange.getRequestMethod();
        if (token != null
                && !path.equals(HEALTH)
                && !token.isIn(exchange.getRequestHeaders().getFirst(Token.HEADER))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return Answer.text(
                    401, "this node serves who shows its token: Authorization: Bearer …");
        }
        @Nullable String query = exchange.getRequestURI().getRawQuery();
        if (query != null && query.length() > MAX_QUERY_CHARACTERS) {
            return Answer.text(
                    414, "the query is longer than " + MAX_QUERY_CHARACTERS + " characters");
        }
        if (exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1).length > MAX_BODY_BYTES) {
            return Answer.text(
                    413, "no page takes a body of more than " + MAX_BODY_BYTES + " bytes");
        }
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return Answer.text(404, "no such page");
        }
        if (!method.equals("GET") && !method.equals("POST")) {
            return Answer.text(405, "GET or POST, not " + method);
        }
        try {
            return page.answer(query(query));
        } catch (IllegalArgumentException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.text(503, "stopping");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        exchange.sendResponseHeaders(answer.code, body.length);
        exchange.getResponseBody().write(body);
    }

    @SuppressWarnings("StringSplitter") // an empty query has no parts, and "a=1&" has one
    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parts = new HashMap<>();
        for (String part : query == null ? new String[0] : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parts;
    }

    private Answer status() throws IOException {
        NodeStatus status = node.status();
        StringWriter text = new StringWriter();
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("node", status.node());
            out.writeNumberField("incarnation", status.incarnation());
            out.writeStringField("role", Streams.name(status.role()));
            out.writeNumberField("term", status.term());
            out.writeStringField("leader", status.leader());
            out.writeNumberField("commitIndex", status.commitIndex());
            out.writeNumberField("appliedIndex", status.appliedIndex());
            out.writeNumberField("lastIndex", status.lastIndex());
            out.writeNumberField("snapshotIndex", status.snapshotIndex());
            names(out, "voters", status.members().voters());
            names(out, "learners", status.members().learners());
            out.writeBooleanField("storm", timeouts.isStorm());
            out.writeStringField("digest", HexFormat.of().toHexDigits(status.digest()));
            out.writeEndObject();
        }
        return new Answer(200, "application/json", text + "\n");
    }

    private static Answer clock() {
        return new Answer(
                200,
                "application/json",
                "{\"wallNanos\":%d,\"monotonicNanos\":%d}\n"
                        .formatted(WallClock.nanos(), System.nanoTime()));
    }

    private static void names(JsonGenerator out, String field, List<NodeId> members)
            throws IOException {
        out.writeArrayFieldStart(field);
        for (NodeId member : members) {
            out.writeString(member.name());
        }
        out.writeEndArray();
    }

    private Answer ping(Map<String, String> query) throws InterruptedException {
        String peer = required(query, "peer");
        @Nullable PeerLink link = links.to(new NodeId(peer));
        if (link == null) {
            throw new IllegalArgumentException("no other member is called " + peer);
        }
        Duration timeout = timeout(query.get("timeoutMillis"));
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        link.ping(required(query, "token"), timeout, answered::complete);
        try {
            return yesNo("answered", answered.get(timeout.toMillis() + 200, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return yesNo("answered", false);
        }
    }

    private Answer add(Map<String, String> query) throws InterruptedException {
        Addresses at = new Addresses(required(query, "peer"), query.getOrDefault("client", ""));
        return administer(new AdminRequest.AddMember(required(query, "name"), at));
    }

    private Answer administer(AdminRequest request) throws InterruptedException {
        CompletableFuture<Response> answered = new CompletableFuture<>();
        node.administer(request, answered::complete);
        try {
            return switch (answered.get(LONGEST_PING.toMillis(), TimeUnit.MILLISECONDS)) {
                case Response.Done done -> Answer.text(200, "done");
                case Response.Refused refused -> Answer.text(409, refused.reason());
                case Response.Mismatch mismatch -> throw new IllegalStateException("" + mismatch);
                case Response.Broken broken -> Answer.text(504, broken.message());
            };
        } catch (ExecutionException | TimeoutException e) {
            return Answer.text(504, "outcome unknown: no answer in time");
        }
    }

    private static Duration timeout(@Nullable String millis) {
        if (millis == null) {
            return DEFAULT_PING;
        }
        try {
            Duration timeout = Duration.ofMillis(Long.parseLong(millis));
            if (timeout.isPositive() && timeout.compareTo(LONGEST_PING) <= 0) {
                return timeout;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "timeoutMillis is a number from 1 to "
                        + LONGEST_PING.toMillis()
                        + ", not "
                        + millis);
    }

    private Answer pinged(Map<String, String> query) {
        return yesNo("seen", node.pings().wasSeen(required(query, "token")));
    }

    private static Answer yesNo(String question, boolean answer) {
        return new Answer(200, "application/json", "{\"" + question + "\":" + answer + "}\n");
    }

    private static String required(Map<String, String> query, String name) {
        String value = query.get(name);
        if (value == null) {
            throw new IllegalArgumentException("say which: ?" + name + "=…");
        }
        return value;
    }

    private Answer storm(boolean on) {
        timeouts.storm(on);
        return Answer.text(
                200,
                on
                        ? "storm: each election time-out is the shortest, which makes elections collide"
                        : "calm: election time-outs are drawn at random");
    }

    private static Answer firewall(Firewall.Outcome outcome) {
        return Answer.text(outcome.done() ? 200 : 501, outcome.sentence());
    }
}
