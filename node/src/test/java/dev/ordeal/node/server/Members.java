package dev.ordeal.node.server;

import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import dev.ordeal.node.rpc.Standing;
import dev.ordeal.node.rpc.Token;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Members of a cluster, each a process of its own on loopback ports. Time-outs leave room for a machine that is busy.
final class Members implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final String peers;
    private final Function<String, List<String>> moreFlags;
    private final List<Member> members = new ArrayList<>();
    private final Credentials credentials;
    private final HttpClient http;

    static final class Member {
        final String name;
        final int peerPort;
        final int clientPort;
        final int adminPort;
        final Path directory;
        private boolean joins;
        private @Nullable Process process;
        private @Nullable ServiceClient client;

        private Member(String name, int peerPort, int clientPort, int adminPort, Path directory) {
            this.name = name;
            this.peerPort = peerPort;
            this.clientPort = clientPort;
            this.adminPort = adminPort;
            this.directory = directory;
        }

        ServiceClient client() {
            return Objects.requireNonNull(client, "not started");
        }

        Process process() {
            return Objects.requireNonNull(process, "not started");
        }
    }

    Members(int size, Path directory, String... flags) throws IOException {
        this(size, directory, Credentials.NONE, name -> List.of(flags));
    }

    /// @param credentials what clients show, and the admin port is asked with
    /// @param flags those of the member with this name
    Members(int size, Path directory, Credentials credentials, Function<String, List<String>> flags)
            throws IOException {
        moreFlags = flags;
        this.directory = directory;
        this.credentials = credentials;
        http =
                credentials.tls() == null
                        ? HttpClient.newHttpClient()
                        : HttpClient.newBuilder().sslContext(credentials.tls().context()).build();
        List<Integer> ports = freePorts(3 * size);
        for (int i = 0; i < size; i++) {
            String name = "n" + (i + 1);
            members.add(
                    new Member(
                            name,
                            ports.get(3 * i),
                            ports.get(3 * i + 1),
                            ports.get(3 * i + 2),
                            directory.resolve(name)));
        }
        peers =
                members.stream()
                        .map(member -> member.name + "=127.0.0.1:" + member.peerPort)
                        .collect(Collectors.joining(","));
    }

    /// One more, started, that waits to be added.
    Member joining() throws IOException {
        List<Integer> ports = freePorts(3);
        String name = "n" + (members.size() + 1);
        Member member =
                new Member(name, ports.get(0), ports.get(1), ports.get(2), directory.resolve(name));
        member.joins = true;
        members.add(member);
        start(List.of(member));
        return member;
    }

    List<Member> all() {
        return members;
    }

    Member get(int i) {
        return members.get(i);
    }

    static List<String> java(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    String[] flags(Member member) {
        return new String[] {
            "--id",
            member.name,
            member.joins ? "--join" : "--peers=" + peers,
            "--listen-peer",
            "127.0.0.1:" + member.peerPort,
            "--listen-client",
            "127.0.0.1:" + member.clientPort,
            "--listen-admin",
            "127.0.0.1:" + member.adminPort,
            "--data",
            member.directory.resolve("data").toString(),
            "--streams",
            member.directory.toString(),
            // Longer than usual: elections are not what is tested here, and the machine may be
            // busy.
            "--election",
            "600ms..1200ms"
        };
    }

    /// Starts them all and waits until each serves.
    void start(List<Member> some) throws IOException {
        for (Member member : some) {
            begin(member, List.of());
        }
        for (Member member : some) {
            awaitReady(member);
        }
    }

    /// Starts one as what this command runs: the node's own command line is added to it.
    void startBehind(Member member, List<String> command) throws IOException {
        begin(member, command);
        awaitReady(member);
    }

    private void begin(Member member, List<String> before) throws IOException {
        Files.createDirectories(member.directory);
        List<String> command = new ArrayList<>(before);
        command.addAll(java(flags(member)));
        command.addAll(moreFlags.apply(member.name));
        member.process =
                new ProcessBuilder(command)
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(
                                        member.directory.resolve("node.log").toFile()))
                        .start();
        member.client = new ServiceClient("127.0.0.1", member.clientPort, credentials);
    }

    private static void awaitReady(Member member) throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(
                                member.process().getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(out.readLine());
        if (!line.startsWith("ready " + member.name + " ")) {
            throw new IllegalStateException(
                    member.name
                            + " did not start: "
                            + Files.readString(member.directory.resolve("node.log")));
        }
    }

    Standing standing(Member member) throws Exception {
        return member.client().standing(Duration.ofSeconds(5)).get(10, TimeUnit.SECONDS);
    }

    void kill(List<Member> some) {
        for (Member member : some) {
            member.process().destroyForcibly();
        }
        for (Member member : some) {
            member.process().onExit().join();
            member.client().close();
        }
    }

    String get(Member member, String pathAndQuery) throws IOException, InterruptedException {
        return response(member, pathAndQuery).body();
    }

    HttpResponse<String> response(Member member, String pathAndQuery)
            throws IOException, InterruptedException {
        return response(member, pathAndQuery, credentials.token());
    }

    HttpResponse<String> response(Member member, String pathAndQuery, @Nullable Token token)
            throws IOException, InterruptedException {
        String scheme = credentials.tls() == null ? "http" : "https";
        URI uri = URI.create(scheme + "://127.0.0.1:" + member.adminPort + pathAndQuery);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        if (token != null) {
            request.header(Token.HEADER, token.credentials());
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The member that leads, once one of these does and all of them know.
    Member leader(List<Member> some) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> seen = List.of();
        while (System.nanoTime() < deadline) {
            seen = new ArrayList<>();
            for (Member member : some) {
                String status = get(member, "/status");
                seen.add(status.replaceAll(".*(\"role.*\"leader\":[^,]*).*\n?", "$1"));
            }
            for (Member member : some) {
                if (seen.stream()
                                .allMatch(status ->
                                        status.contains("\"leader\":\"" + member.name + "\""))
                        && seen.stream()
                                .anyMatch(status -> status.contains("\"role\":\"leader\""))) {
                    return member;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("no leader that all agree on: " + seen);
    }

    /// Waits until the member's status matches.
    void await(Member member, String pattern) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String status = get(member, "/status");
        while (!Pattern.compile(pattern).matcher(status).find()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(pattern + " is not in " + status);
            }
            TimeUnit.MILLISECONDS.sleep(20);
            status = get(member, "/status");
        }
    }

    Response call(Member member, Request request) throws InterruptedException {
        return call(member, request, true);
    }

    Response call(Member member, Request request, boolean mayForward) throws InterruptedException {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        member.client().call(request, PATIENCE, mayForward, answer::complete);
        return await(answer);
    }

    Response administer(Member member, AdminRequest request) throws InterruptedException {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        member.client().administer(request, PATIENCE, answer::complete);
        return await(answer);
    }

    static Response await(CompletableFuture<Response> answer) throws InterruptedException {
        try {
            return answer.get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("not even a time-out came", e);
        }
    }

    /// Asks again until the answer is of this kind; only for what may be asked again.
    Response until(Member member, Request request, Predicate<Response> wanted)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Response last = call(member, request);
        while (!wanted.test(last) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            last = call(member, request);
        }
        return last;
    }

    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /// How a process ended that should not even start, and the line in which it says why.
    record Ended(int code, String errors) {}

    static Ended run(String... flags) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(java(flags)).start();
        process.getOutputStream().close();
        try (InputStream errors = process.getErrorStream()) {
            String text = new String(errors.readAllBytes(), StandardCharsets.UTF_8);
            // What the JVM says of its own (of native access, say) is not ours.
            String ours =
                    text.lines()
                            .filter(line -> line.startsWith("ordeal-node: "))
                            .reduce("", (a, b) -> a + b + "\n");
            if (text.contains("\tat ")) {
                throw new AssertionError("a stack trace: " + text);
            }
            return new Ended(process.waitFor(), ours);
        }
    }

    @Override
    public void close() {
        kill(
                IntStream.range(0, members.size())
                        .mapToObj(members::get)
                        .filter(member -> member.process != null)
                        .toList());
    }
}
