package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.PeerLink;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Request.Read;
import dev.ordeal.node.rpc.Request.Write;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Response.Broken;
import dev.ordeal.node.rpc.Response.Done;
import dev.ordeal.node.rpc.ServiceClient;
import dev.ordeal.node.rpc.Tls;
import dev.ordeal.node.rpc.Token;
import dev.ordeal.node.server.Members.Member;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who is served and who is not: real processes, real certificates, real ports.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SecurityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path directory;

    private Authority authority;
    private Authority stranger;
    private Path tokenFile;
    private Credentials credentials;

    @BeforeEach
    void certificatesAndAToken() throws Exception {
        authority = new Authority(directory.resolve("authority"), "authority");
        stranger = new Authority(directory.resolve("stranger"), "stranger");
        tokenFile = token("token", "0123456789abcdef0123456789abcdef");
        credentials =
                new Credentials(
                        Tls.ofClient(authority.certificates()),
                        Token.read("--token-file", tokenFile));
    }

    private Path token(String name, String token) throws IOException {
        return Files.writeString(directory.resolve(name), token + "\n");
    }

    /// Members with certificates of the authority, that ask clients for the token.
    private Members secured(int size) throws IOException {
        return new Members(size, directory, credentials, this::flags);
    }

    private List<String> flags(String member) {
        try {
            Authority.Issued issued = authority.issue(member);
            return List.of(
                    "--tls-certificate",
                    issued.certificate().toString(),
                    "--tls-key",
                    issued.key().toString(),
                    "--tls-authority",
                    authority.certificates().toString(),
                    "--token-file",
                    tokenFile.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Response ask(Member member, Credentials credentials, Request request)
            throws InterruptedException {
        try (ServiceClient client =
                new ServiceClient("127.0.0.1", member.clientPort, credentials)) {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            client.call(request, PATIENCE, answer::complete);
            return Members.await(answer);
        }
    }

    @Test
    void membersWithCertificatesServeWhoeverShowsTheToken() throws Exception {
        try (Members members = secured(3)) {
            members.start(members.all());
            Member leader = members.leader(members.all());
            Member follower =
                    members.all().stream().filter(m -> m != leader).findFirst().orElseThrow();

            assertThat(members.call(leader, new Write("", 0, "k", "v"))).isInstanceOf(Done.class);
            assertThat(members.call(follower, new Read("k")))
                    .as("passed on to the leader")
                    .isInstanceOfSatisfying(
                            Done.class, read -> assertThat(read.value()).isEqualTo("v"));

            Credentials noToken = new Credentials(credentials.tls(), null);
            Credentials wrongToken =
                    new Credentials(
                            credentials.tls(),
                            Token.read(
                                    "--token-file",
                                    token("wrong", "0123456789abcdef0123456789abcdee")));
            for (Credentials wrong : List.of(noToken, wrongToken)) {
                assertThat(ask(leader, wrong, new Write("", 0, "k", "w")))
                        .isInstanceOfSatisfying(
                                Broken.class,
                                broken -> {
                                    assertThat(broken.grpcCode()).isEqualTo("UNAUTHENTICATED");
                                    assertThat(broken.message()).contains("--token-file");
                                });
            }
            assertThat(
                            ask(
                                    leader,
                                    new Credentials(null, credentials.token()),
                                    new Write("", 0, "k", "w")))
                    .as("plain text")
                    .isInstanceOf(Broken.class);
            assertThat(
                            ask(
                                    leader,
                                    new Credentials(
                                            Tls.ofClient(stranger.certificates()),
                                            credentials.token()),
                                    new Write("", 0, "k", "w")))
                    .as("a client does not show its token to whom it does not trust")
                    .isInstanceOfSatisfying(
                            Broken.class,
                            broken -> {
                                assertThat(broken.neverSent()).isTrue();
                                assertThat(broken.message())
                                        .contains("TLS: ", "certification path");
                            });
            assertThat(members.call(leader, new Read("k")))
                    .as("none of them wrote")
                    .isInstanceOfSatisfying(
                            Done.class, read -> assertThat(read.value()).isEqualTo("v"));

            for (String page :
                    List.of(
                            "/status",
                            "/clock",
                            "/metrics",
                            "/block",
                            "/storm",
                            "/transfer?to=n1")) {
                assertThat(members.response(leader, page, null).statusCode())
                        .as(page)
                        .isEqualTo(401);
                assertThat(members.response(leader, page, wrongToken.token()).statusCode())
                        .as(page)
                        .isEqualTo(401);
            }
            assertThat(members.response(leader, "/health", null).body()).isEqualTo("ok\n");
        }
    }

    @Test
    void onlyACertificateOfTheAuthorityMakesAMember() throws Exception {
        Authority.Issued ours = authority.issue("ours");
        Authority.Issued theirs = stranger.issue("theirs");
        try (Members members = secured(2)) {
            Member node = members.get(0);
            members.start(List.of(node));

            assertThat(pingsAsTheOther(node, memberOf(ours, authority))).isTrue();
            assertThat(pingsAsTheOther(node, null)).as("plain text").isFalse();
            assertThat(pingsAsTheOther(node, Tls.ofClient(authority.certificates())))
                    .as("no certificate")
                    .isFalse();
            assertThat(pingsAsTheOther(node, memberOf(theirs, authority)))
                    .as("a certificate of another authority")
                    .isFalse();
            assertThat(pingsAsTheOther(node, memberOf(ours, stranger)))
                    .as("a node that does not trust ours")
                    .isFalse();
            assertThat(pingsAsTheOther(node, memberOf(ours, authority))).isTrue();
        }
    }

    private static Tls memberOf(Authority.Issued issued, Authority trusted) throws IOException {
        return Tls.ofMember(issued.certificate(), issued.key(), trusted.certificates());
    }

    private static boolean pingsAsTheOther(Member node, @Nullable Tls tls) throws Exception {
        try (PeerLink link =
                new PeerLink(new NodeId("n2"), new NodeId("n1"), "127.0.0.1", node.peerPort, tls)) {
            CompletableFuture<Boolean> answered = new CompletableFuture<>();
            link.ping("token", PATIENCE, answered::complete);
            return answered.get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        try (Members members = secured(1)) {
            members.start(members.all());
            try (ServiceClient client =
                    new ServiceClient("localhost", members.get(0).clientPort, credentials)) {
                assertThat(client.standing(PATIENCE))
                        .as("it is for 127.0.0.1")
                        .failsWithin(PATIENCE)
                        .withThrowableThat()
                        .havingCause()
                        .withMessageContaining("No name matching localhost found");
            }
        }
    }

    @Test
    void everyPortBoundsWhatItReads() throws Exception {
        try (Members members = secured(1)) {
            members.start(members.all());
            Member node = members.leader(members.all());

            assertThat(members.call(node, new Write("", 0, "k", "v".repeat((1 << 20) - 100))))
                    .isInstanceOf(Done.class);
            assertThat(members.call(node, new Write("", 0, "k", "v".repeat(1 << 20))))
                    .isInstanceOfSatisfying(
                            Broken.class,
                            broken -> {
                                assertThat(broken.grpcCode()).isEqualTo("RESOURCE_EXHAUSTED");
                                assertThat(broken.message()).contains("maximum size 1048576");
                            });
            assertThat(members.response(node, "/pinged?token=" + "t".repeat(2_000)).statusCode())
                    .isEqualTo(200);
            assertThat(members.response(node, "/pinged?token=" + "t".repeat(2_100)).statusCode())
                    .isEqualTo(414);
        }
        try (Members members = new Members(1, directory.resolve("plain"))) {
            members.start(members.all());
            Member node = members.leader(members.all());
            assertThat(
                            send(
                                    node.adminPort,
                                    "POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
                                            + "b".repeat(100)))
                    .startsWith("HTTP/1.1 200");
            assertThat(
                            send(
                                    node.adminPort,
                                    "POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
                                            + "b".repeat(100_000)))
                    .startsWith("HTTP/1.1 413");
            for (String tooMuch :
                    List.of(
                            "GET /test?" + "q".repeat(1 << 20) + " HTTP/1.1\r\n\r\n",
                            "GET /test HTTP/1.1\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n",
                            "GET /test HTTP/1.1\r\n" + manyHeaders() + "\r\n")) {
                assertThat(send(node.adminPort, tooMuch))
                        .as(tooMuch.substring(0, 40))
                        .doesNotContain("answers")
                        .doesNotContain("HTTP/1.1 200");
            }
            assertThat(members.get(node, "/test")).contains("n1 answers");
        }
    }

    private static String manyHeaders() {
        return IntStream.range(0, 100)
                .mapToObj(i -> "X-" + i + ": x\r\n")
                .collect(Collectors.joining());
    }

    /// What came back, as far as it did before the other side hung up.
    private static String send(int port, String request) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            OutputStream out = socket.getOutputStream();
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try {
                            out.write(request.getBytes(StandardCharsets.US_ASCII));
                            out.flush();
                            socket.shutdownOutput();
                        } catch (IOException hungUp) {
                            // Its right.
                        }
                    });
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                answer.append((char) c);
            }
            writer.interrupt();
        } catch (IOException hungUp) {
            // Its right.
        }
        return answer.toString();
    }

    @Test
    void wrongFilesAndAnOpenPortAreOneClearLine() throws Exception {
        Authority.Issued issued = authority.issue("n1");
        String certificate = issued.certificate().toString();
        String key = issued.key().toString();
        String trusted = authority.certificates().toString();
        String otherKey = stranger.issue("n1").key().toString();
        String missing = directory.resolve("missing").toString();
        String folder = directory.toString();

        isRefused("go together", "--tls-certificate", certificate, "--tls-key", key);
        isRefused(
                "--tls-certificate " + missing + ": there is no such file",
                tls(missing, key, trusted));
        isRefused(
                "--tls-key " + missing + ": there is no such file",
                tls(certificate, missing, trusted));
        isRefused(
                "--tls-authority " + folder + ": this is not a file",
                tls(certificate, key, folder));
        isRefused(
                "--tls-key " + otherKey + ": this is not the key of the certificate",
                tls(certificate, otherKey, trusted));
        isRefused("there is no certificate in PEM", tls(key, key, trusted));
        isRefused("no unencrypted key in PKCS#8", tls(certificate, certificate, trusted));
        isRefused(
                "takes one line of 16 to 1024",
                "--token-file",
                token("short", "secret").toString());
        isRefused("will not listen on 0.0.0.0", "--listen-client", "0.0.0.0:0");
        isRefused(
                "without a token",
                concat(tls(certificate, key, trusted), "--listen-admin", "0.0.0.0:0"));
        assertThatThrownBy(() -> Tls.ofClient(issued.key()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--tls-authority");
    }

    private static String[] tls(String certificate, String key, String trusted) {
        return new String[] {
            "--tls-certificate", certificate, "--tls-key", key, "--tls-authority", trusted
        };
    }

    private static String[] concat(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private void isRefused(String why, String... flags) throws Exception {
        Members.Ended ended =
                Members.run(
                        concat(
                                new String[] {
                                    "--id",
                                    "n1",
                                    "--peers",
                                    "n1=127.0.0.1:1",
                                    "--data",
                                    directory.resolve("data").toString()
                                },
                                flags));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors()).contains(why);
        assertThat(ended.errors().lines()).hasSize(1);
    }
}
