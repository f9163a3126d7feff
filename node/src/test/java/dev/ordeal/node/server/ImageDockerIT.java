package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The image that the build has just prepared in target/image, as a container of its own.
@Tag("docker")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ImageDockerIT {
    private static final String IMAGE = "ordeal-node:image-test";
    private static final String NAME = "ordeal-image-test-" + ProcessHandle.current().pid();
    private static final String LOCAL_BASE = "ordeal-base:bookworm";

    private final HttpClient http = HttpClient.newHttpClient();

    private record Ended(int code, String output) {}

    private static Ended docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static String mustDocker(String... arguments) throws IOException, InterruptedException {
        Ended ended = docker(arguments);
        assertThat(ended.code).as(ended.output).isZero();
        return ended.output.strip();
    }

    @BeforeAll
    static void build() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("build", "-q", "-t", IMAGE));
        if (docker("image", "inspect", LOCAL_BASE).code == 0) {
            arguments.addAll(List.of("--build-arg", "BASE_IMAGE=" + LOCAL_BASE));
        }
        arguments.add(Path.of("target", "image").toString());
        mustDocker(arguments.toArray(String[]::new));
    }

    @AfterEach
    void remove() throws Exception {
        docker("rm", "-f", "-v", NAME);
    }

    private int clientPort;
    private int adminPort;

    private void start(String... dockerFlags) throws Exception {
        List<Integer> ports = Members.freePorts(2);
        clientPort = ports.get(0);
        adminPort = ports.get(1);
        List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", NAME));
        arguments.addAll(
                List.of(
                        "-p",
                        "127.0.0.1:" + clientPort + ":8080",
                        "-p",
                        "127.0.0.1:" + adminPort + ":9090"));
        arguments.addAll(List.of(dockerFlags));
        arguments.addAll(
                List.of(IMAGE, "--id", "n1", "--peers", "n1=127.0.0.1:7000", "--insecure"));
        mustDocker(arguments.toArray(String[]::new));
        until("it leads", () -> admin("/status").contains("\"role\":\"leader\""));
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for: %s", what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /// What the admin port says; empty when it does not answer.
    private String admin(String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /// Whether a client of its own is answered.
    private boolean serves() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try (ServiceClient client = new ServiceClient("127.0.0.1", clientPort)) {
            client.call(new Request.Read("k"), Duration.ofSeconds(2), answer::complete);
            return answer.join() instanceof Response.Done;
        }
    }

    @Test
    void s2_4_blockAndUnblockAreIdempotentAndSpareTheAdminPort() throws Exception {
        start("--cap-add", "NET_ADMIN");
        until("a client is answered", this::serves);

        assertThat(admin("/block")).startsWith("blocked");
        String rules = mustDocker("exec", NAME, "iptables", "-S");
        assertThat(rules)
                .contains("--dport 7000 -j DROP", "--dport 8080 -j DROP")
                .doesNotContain("9090");
        assertThat(admin("/block")).startsWith("blocked");
        assertThat(mustDocker("exec", NAME, "iptables", "-S")).as("twice is once").isEqualTo(rules);
        assertThat(serves()).as("blocked").isFalse();
        assertThat(admin("/test")).isEqualTo("n1 answers\n");

        assertThat(admin("/unblock")).startsWith("unblocked");
        assertThat(mustDocker("exec", NAME, "iptables", "-S")).doesNotContain("ORDEAL-BLOCK");
        assertThat(admin("/unblock")).startsWith("not blocked");
        until("a client is answered again", this::serves);
    }

    @Test
    void theNodeIsNotRootAndEndsWellOnSigterm() throws Exception {
        start("--cap-add", "NET_ADMIN");

        String status = mustDocker("exec", NAME, "cat", "/proc/1/status");
        assertThat(status).containsPattern("Uid:\\s+10001\\s+10001\\s+10001\\s+10001");
        assertThat(status)
                .as("NET_ADMIN and nothing else")
                .containsPattern("CapEff:\\s+0000000000001000");

        mustDocker("stop", "-t", "20", NAME);
        assertThat(mustDocker("inspect", "-f", "{{.State.ExitCode}}", NAME)).isEqualTo("0");
    }

    /// The runtime is linked for the node alone: what compilers and debuggers need is not in it.
    @Test
    void s2_5_theImageHasARuntimeOfItsOwnAndWhatFaultsNeed() throws Exception {
        String modules = inImage("/opt/ordeal/runtime/bin/java --list-modules");
        assertThat(modules).contains("java.base@").doesNotContain("jdk.compiler", "java.desktop");
        assertThat(inImage("iptables --version")).startsWith("iptables v");
        assertThat(inImage("ls /usr/lib/*/faketime/")).contains("libfaketime.so.1");
    }

    private static String inImage(String script) throws IOException, InterruptedException {
        return mustDocker("run", "--rm", "--entrypoint", "/bin/sh", IMAGE, "-c", script);
    }

    @Test
    void whereTheFirewallMayNotBeChangedItSaysSo() throws Exception {
        start("--cap-drop", "NET_ADMIN");

        assertThat(admin("/block")).contains("not blocked", "NET_ADMIN");
        assertThat(serves()).isTrue();
    }
}
