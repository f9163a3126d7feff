package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.rpc.AdminRequest.TransferLeadership;
import dev.ordeal.node.rpc.Request.Append;
import dev.ordeal.node.rpc.Request.Cas;
import dev.ordeal.node.rpc.Request.Delete;
import dev.ordeal.node.rpc.Request.Increment;
import dev.ordeal.node.rpc.Request.Read;
import dev.ordeal.node.rpc.Request.Write;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Response.Done;
import dev.ordeal.node.rpc.Response.Mismatch;
import dev.ordeal.node.rpc.Response.Refused;
import dev.ordeal.node.rpc.Standing;
import dev.ordeal.node.server.Members.Member;
import dev.ordeal.node.store.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes on loopback ports.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NodeIT {
    @TempDir Path directory;

    @Test
    void s2_1_threeNodesServeWhicheverIsAsked() throws Exception {
        try (Members members = new Members(3, directory)) {
            members.start(members.all());
            Member leader = members.leader(members.all());
            Member follower =
                    members.all().stream().filter(m -> m != leader).findFirst().orElseThrow();

            assertThat(members.call(follower, new Read("k")))
                    .isInstanceOfSatisfying(
                            Done.class,
                            absent -> {
                                assertThat(absent.value()).isNull();
                                assertThat(absent.elements()).isNull();
                            });
            assertThat(members.call(follower, new Write("c1", 1, "k", "a")))
                    .isInstanceOf(Done.class);
            for (Member member : members.all()) {
                assertThat(members.call(member, new Read("k")))
                        .isInstanceOfSatisfying(
                                Done.class, read -> assertThat(read.value()).isEqualTo("a"));
            }
            assertThat(members.call(leader, new Cas("c1", 2, "k", "a", "b")))
                    .isInstanceOf(Done.class);
            assertThat(members.call(follower, new Cas("c1", 3, "k", "a", "c")))
                    .isInstanceOfSatisfying(
                            Mismatch.class,
                            mismatch -> assertThat(mismatch.current()).isEqualTo("b"));
            assertThat(members.call(follower, new Cas("c1", 4, "new", null, "")))
                    .isInstanceOf(Done.class);
            assertThat(members.call(leader, new Cas("c1", 5, "new", null, "x")))
                    .isInstanceOfSatisfying(
                            Mismatch.class, mismatch -> assertThat(mismatch.current()).isEmpty());
            assertThat(members.call(follower, new Append("c1", 6, "list", "x")))
                    .isInstanceOf(Done.class);
            assertThat(members.call(leader, new Append("c1", 7, "list", "y")))
                    .isInstanceOf(Done.class);
            assertThat(members.call(follower, new Read("list")))
                    .isInstanceOfSatisfying(
                            Done.class,
                            read -> assertThat(read.elements()).containsExactly("x", "y"));
            Response sum = members.call(follower, new Increment("c1", 8, "count", 5));
            assertThat(sum)
                    .isInstanceOfSatisfying(
                            Done.class, done -> assertThat(done.value()).isEqualTo("5"));
            Response retried = members.call(leader, new Increment("c1", 8, "count", 5));
            assertThat(retried).as("a retry, and where the first took effect").isEqualTo(sum);
            assertThat(members.call(follower, new Increment("c1", 9, "list", 5)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).contains("whole number"));
            Response deleted = members.call(follower, new Delete("c1", 10, "list"));
            assertThat(deleted).isInstanceOf(Done.class);
            assertThat(members.call(leader, new Read("list")))
                    .as("it sees the entry that deleted it, the log's last")
                    .isEqualTo(deleted);
            assertThat(members.call(follower, new Write("c1", 11, "k", "z"), false))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.leader()).isEqualTo(leader.name));

            Standing standing = members.standing(leader);
            assertThat(standing.node()).isEqualTo(leader.name);
            assertThat(standing.leads()).isTrue();
            assertThat(members.standing(follower).leader()).isEqualTo(leader.name);

            assertThat(members.get(leader, "/health")).isEqualTo("ok\n");
            assertThat(members.get(leader, "/metrics"))
                    .contains(
                            "ordeal_leader 1\n",
                            "ordeal_commands_applied_total 11\n",
                            "ordeal_log_sync_seconds_bucket");
            assertThat(members.get(leader, "/ping?peer=" + follower.name + "&token=t1"))
                    .isEqualTo("{\"answered\":true}\n");
            assertThat(members.get(follower, "/pinged?token=t1")).isEqualTo("{\"seen\":true}\n");
            assertThat(members.get(follower, "/pinged?token=t2")).isEqualTo("{\"seen\":false}\n");
            assertThat(members.response(leader, "/ping?peer=n9&token=t").statusCode())
                    .isEqualTo(400);
            assertThat(members.response(leader, "/nonsense").statusCode()).isEqualTo(404);
            assertThat(members.response(leader, "/block").body()).contains("listens on loopback");

            assertThat(members.get(leader, "/clock"))
                    .matches("\\{\"wallNanos\":\\d{19},\"monotonicNanos\":\\d+}\n");

            assertThat(members.get(follower, "/status")).contains("\"storm\":false");
            assertThat(members.get(follower, "/storm")).startsWith("storm: ");
            assertThat(members.get(follower, "/status")).contains("\"storm\":true");
            assertThat(members.get(follower, "/calm")).startsWith("calm: ");
            assertThat(members.get(follower, "/status")).contains("\"storm\":false");

            follower.process().destroy();
            assertThat(follower.process().waitFor()).as("exit code after SIGTERM").isZero();
            assertThat(Files.readAllLines(follower.directory.resolve("events.jsonl")).getLast())
                    .contains("\"event\":\"stopped\"");
        }
    }

    @Test
    void s1_2_whatWasAnsweredSurvivesTheLeaderAndThenEveryone() throws Exception {
        try (Members members = new Members(3, directory)) {
            members.start(members.all());
            Member first = members.leader(members.all());
            for (int i = 1; i <= 20; i++) {
                assertThat(members.call(members.get(i % 3), new Append("c1", i, "list", "e" + i)))
                        .isInstanceOf(Done.class);
            }
            members.kill(List.of(first));
            List<Member> left = members.all().stream().filter(m -> m != first).toList();
            Member second = members.leader(left);

            assertThat(members.call(second, new Append("c1", 20, "list", "e20")))
                    .as("a retry under another leader gets the first answer")
                    .isInstanceOf(Done.class);
            assertThat(members.call(second, new Append("c1", 19, "list", "e19")))
                    .as("an answer that is forgotten is not made up")
                    .isInstanceOfSatisfying(
                            Response.Broken.class,
                            broken -> assertThat(broken.neverSent()).isFalse());

            members.kill(left);
            members.start(members.all());
            Member third = members.leader(members.all());
            Response read = members.until(third, new Read("list"), Done.class::isInstance);

            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                expected.add("e" + i);
            }
            assertThat(read)
                    .isInstanceOfSatisfying(
                            Done.class, done -> assertThat(done.elements()).isEqualTo(expected));
            for (Member member : members.all()) {
                assertThat(members.get(member, "/status")).contains("\"incarnation\":2");
            }
            streamsAgree(members);
        }
    }

    @Test
    void leadershipPassesToWhomItIsHandedTo() throws Exception {
        try (Members members = new Members(3, directory)) {
            members.start(members.all());
            Member leader = members.leader(members.all());
            Member target =
                    members.all().stream().filter(m -> m != leader).findFirst().orElseThrow();
            assertThat(members.call(leader, new Write("c1", 1, "k", "a"))).isInstanceOf(Done.class);

            assertThat(members.administer(target, new TransferLeadership(leader.name)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.leader()).isEqualTo(leader.name));
            assertThat(members.administer(leader, new TransferLeadership("n9")))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).contains("called 'n9'"));
            assertThat(members.administer(leader, new TransferLeadership(target.name)))
                    .isInstanceOf(Done.class);
            assertThat(members.leader(members.all())).isSameAs(target);
            assertThat(members.call(leader, new Read("k"))).isInstanceOf(Done.class);

            assertThat(members.response(target, "/transfer?to=" + leader.name).statusCode())
                    .isEqualTo(200);
            assertThat(members.leader(members.all())).isSameAs(leader);
            assertThat(members.response(target, "/transfer?to=" + target.name).statusCode())
                    .isEqualTo(409);
        }
    }

    @Test
    void aFollowerThatFellBehindTheLogIsSentTheSnapshot() throws Exception {
        try (Members members = new Members(3, directory, "--snapshot-entries", "20")) {
            members.start(members.all());
            Member leader = members.leader(members.all());
            Member late = members.all().stream().filter(m -> m != leader).findFirst().orElseThrow();
            assertThat(members.call(leader, new Write("c1", 1, "k", "a"))).isInstanceOf(Done.class);
            members.kill(List.of(late));
            String value = "v".repeat(200_000);
            for (int i = 2; i <= 60; i++) {
                assertThat(members.call(leader, new Append("c1", i, "list " + i % 9, i + value)))
                        .isInstanceOf(Done.class);
            }
            members.await(leader, "\"snapshotIndex\":(?!0)");

            members.start(List.of(late));
            members.leader(members.all());
            members.await(late, "\"appliedIndex\":61");
            assertThat(members.get(late, "/metrics"))
                    .containsPattern("ordeal_snapshots_installed_total [1-9]");

            members.kill(members.all());
            members.start(members.all());
            Member next = members.leader(members.all());
            assertThat(
                            members.until(
                                    next,
                                    new Append("c1", 60, "list 6", "60" + value),
                                    Done.class::isInstance))
                    .as("a retry is recognized by a node that went on from a snapshot")
                    .isInstanceOf(Done.class);
            assertThat(members.call(next, new Read("list 6")))
                    .isInstanceOfSatisfying(
                            Done.class, read -> assertThat(read.elements()).hasSize(7));
            assertThat(Files.readString(next.directory.resolve("node.log")))
                    .containsPattern("started: incarnation [23], .* entries behind index [1-9]");
            streamsAgree(members);
        }
    }

    /// All nodes, in all their lives, came to the same state after the same index.
    private static void streamsAgree(Members members) throws IOException {
        Map<String, String> digests = new HashMap<>();
        for (Member member : members.all()) {
            for (String line : Files.readAllLines(member.directory.resolve("applied.jsonl"))) {
                String index = line.replaceAll(".*\"index\":(\\d+).*", "$1");
                String digest = line.replaceAll(".*\"digest\":\"([0-9a-f]{16})\".*", "$1");
                assertThat(digest).hasSize(16);
                assertThat(digests.merge(index, digest, (a, b) -> a))
                        .as("index %s", index)
                        .isEqualTo(digest);
            }
        }
        assertThat(digests).hasSizeGreaterThan(20);
    }

    @Test
    void senselessInputDoesNotStopANode() throws Exception {
        try (Members members = new Members(1, directory)) {
            members.start(members.all());
            Member node = members.leader(members.all());
            Random random = new Random(7);
            for (int port : new int[] {node.clientPort, node.peerPort, node.adminPort}) {
                for (int i = 0; i < 20; i++) {
                    byte[] noise = new byte[1 + random.nextInt(2_000)];
                    random.nextBytes(noise);
                    if (i % 2 == 0) {
                        // Past the greeting of HTTP/2, so that more than that is read.
                        byte[] greeting =
                                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII);
                        System.arraycopy(
                                greeting, 0, noise, 0, Math.min(greeting.length, noise.length));
                    }
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                            OutputStream out = socket.getOutputStream()) {
                        out.write(noise);
                    } catch (IOException hungUp) {
                        // Its right.
                    }
                }
            }
            assertThat(members.call(node, new Write("", 7, "k", "v")))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused ->
                                    assertThat(refused.reason()).contains("only a session does"));
            assertThat(members.call(node, new Write("", 0, "k", "x".repeat(2 << 20))))
                    .as("too large")
                    .isInstanceOf(Response.Broken.class);

            assertThat(members.call(node, new Write("", 0, "k", "v"))).isInstanceOf(Done.class);
            assertThat(node.process().isAlive()).isTrue();
        }
    }

    /// A disk that is full, played by a limit on the size of files: the node says so and ends, and what it had acknowledged by
    /// then is there.
    @Test
    void aFullDiskStopsTheNodeAndLosesNothingThatWasAnswered() throws Exception {
        try (Members members = new Members(1, directory)) {
            Member node = members.get(0);
            members.startBehind(node, List.of("sh", "-c", "ulimit -f 512; exec \"$@\"", "sh"));
            members.leader(members.all());
            String value = "v".repeat(1_000);
            int acknowledged = 0;
            while (members.call(
                            node, new Append("c1", acknowledged + 1, "list", value + acknowledged))
                    instanceof Done) {
                acknowledged++;
                assertThat(acknowledged).as("the disk should be full by now").isLessThan(2_000);
            }
            assertThat(node.process().waitFor()).isEqualTo(1);
            assertThat(Files.readString(node.directory.resolve("node.log")))
                    .containsPattern(
                            "ordeal-node: the disk failed, nothing more can be promised: .*too large")
                    .doesNotContain("\tat ");

            members.start(members.all());
            members.leader(members.all());
            int answered = acknowledged;
            assertThat(members.call(node, new Read("list")))
                    .isInstanceOfSatisfying(
                            Done.class,
                            read -> {
                                assertThat(read.elements()).hasSizeGreaterThanOrEqualTo(answered);
                                for (int i = 0; i < answered; i++) {
                                    assertThat(Objects.requireNonNull(read.elements()).get(i))
                                            .isEqualTo(value + i);
                                }
                            });
        }
    }

    @Test
    void aWrongFlagIsOneClearLine() throws Exception {
        String data = directory.toString();
        String[][] wrong = {
            {"--id", "n1"},
            {"--id", "n1", "--peers", "n2=127.0.0.1:1", "--data", data},
            {"--id", "n1", "--peers", "n1=nowhere", "--data", data},
            {"--id", "n1", "--peers", "n1=127.0.0.1:1", "--data", data, "--election", "fast"},
            {"--id", "n1", "--peers", "n1=127.0.0.1:1", "--data", data, "--fsync", "maybe"},
            {"--id", "n1", "--peers", "n1=127.0.0.1:1", "--data", data, "--lease-drift", "2"},
            {"--id", "n1", "--peers", "n1=127.0.0.1:1", "--data", data, "--session-timeout", "1d"},
            {"--id", "n1", "--peers", "n1=127.0.0.1:1", "--data", data, "--bug", "no-such-bug"},
        };
        String[] says = {
            "--data",
            "must name all members",
            "takes host:port",
            "range such as",
            "on or off",
            "0 to 1",
            "takes a time",
            "no such bug"
        };
        for (int i = 0; i < wrong.length; i++) {
            Members.Ended ended = Members.run(wrong[i]);
            assertThat(ended.code()).as("%s", Arrays.toString(wrong[i])).isEqualTo(1);
            assertThat(ended.errors().lines()).as("%s", Arrays.toString(wrong[i])).hasSize(1);
            assertThat(ended.errors()).contains(says[i]);
        }
    }

    @Test
    void aPortInUseAndADamagedLogAreSaid() throws Exception {
        try (Members members = new Members(1, directory)) {
            members.start(members.all());
            Member node = members.leader(members.all());
            assertThat(members.call(node, new Write("", 0, "k", "v"))).isInstanceOf(Done.class);
            assertThat(members.call(node, new Write("", 0, "k", "w"))).isInstanceOf(Done.class);
            members.kill(members.all());

            try (ServerSocket taken = new ServerSocket(node.clientPort)) {
                Members.Ended ended = Members.run(members.flags(node));
                assertThat(ended.code()).isEqualTo(1);
                assertThat(ended.errors()).contains("cannot listen on", "choose another port");
                assertThat(ended.errors().lines()).hasSize(1);
                assertThat(taken.isBound()).isTrue();
            }

            Path log = logOf(node);
            byte[] bytes = Files.readAllBytes(log);
            bytes[80] ^= 4;
            Files.write(log, bytes);
            Members.Ended ended = Members.run(members.flags(node));
            assertThat(ended.code()).isEqualTo(3);
            assertThat(ended.errors()).contains(log + " is damaged");
        }
    }

    private static Path logOf(Member node) throws IOException {
        try (Stream<Path> files = Files.list(node.directory.resolve("data"))) {
            return files.filter(file -> Disk.isLog(file.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
