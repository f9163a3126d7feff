package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rows S0.1 to S0.3: a group of gossipers, each a process set up by the four environment variables.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class GossipersIT {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Pattern LIST =
            Pattern.compile("(?m) round 1: (sus0: \\S+, sus1: \\S+, sus2: \\S+)$");

    @TempDir Path directory;

    private final List<Gossiping> gossipers = new ArrayList<>();

    private final class Gossiping {
        final String address;
        private final String others;
        private @Nullable Process process;

        Gossiping(String address, String others) {
            this.address = address;
            this.others = others;
        }

        Path store() {
            return directory.resolve("store-" + address.substring(address.indexOf(':') + 1));
        }

        void start(String... flags) throws IOException {
            List<String> command = Members.java(flags);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment()
                    .putAll(
                            Map.of(
                                    "ADDRESS",
                                    address,
                                    "BOOTSTRAP_SERVERS",
                                    others,
                                    "STORE",
                                    store().toString(),
                                    "INPUT",
                                    directory.resolve("names").toString()));
            process =
                    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
                            .start();
        }

        void kill() {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }

        private Path log() {
            return directory.resolve(store().getFileName() + ".log");
        }

        String said() throws IOException {
            return Files.exists(log()) ? Files.readString(log()) : "";
        }

        void forget() throws IOException {
            Files.writeString(log(), "");
        }

        /// The list that it reports, once it does.
        String list() throws IOException, InterruptedException {
            return await(LIST, 1);
        }

        String await(Pattern pattern, int group) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (System.nanoTime() < deadline) {
                Matcher matcher = pattern.matcher(said());
                if (matcher.find()) {
                    return matcher.group(group);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            throw new AssertionError(address + " did not say " + pattern + ": " + said());
        }
    }

    @BeforeEach
    void threeGossipers() throws IOException {
        Files.writeString(
                directory.resolve("names"), "Mallory\nTrent\n\n Peggy \nVictor\nMallory\nWalter\n");
        List<String> addresses =
                Members.freePorts(3).stream().map(port -> "127.0.0.1:" + port).toList();
        for (String address : addresses) {
            gossipers.add(
                    new Gossiping(
                            address,
                            addresses.stream()
                                    .filter(other -> !other.equals(address))
                                    .collect(Collectors.joining(","))));
        }
    }

    @AfterEach
    void stop() {
        for (Gossiping gossiper : gossipers) {
            gossiper.kill();
        }
    }

    private String theOneList() throws Exception {
        List<String> lists = new ArrayList<>();
        for (Gossiping gossiper : gossipers) {
            lists.add(gossiper.list());
        }
        assertThat(Set.copyOf(lists)).as("what the gossipers report").hasSize(1);
        return lists.getFirst();
    }

    @Test
    void s0_1_fourEnvironmentVariablesMakeAGossiper() throws Exception {
        for (Gossiping gossiper : gossipers) {
            gossiper.start();
        }
        String list = theOneList();
        assertThat(list.replaceAll("sus\\d: ", "").split(", "))
                .doesNotHaveDuplicates()
                .isSubsetOf("Mallory", "Trent", "Peggy", "Victor", "Walter");
        for (Gossiping gossiper : gossipers) {
            assertThat(gossiper.store()).isDirectory();
            assertThat(gossiper.said()).contains(gossiper.address + " started: incarnation 1");
        }
    }

    @Test
    void s0_2_followersWaitAndTheLeaderDeclaresFiveTimesASecond() throws Exception {
        for (Gossiping gossiper : gossipers) {
            gossiper.start();
        }
        String list = theOneList();
        Gossiping leader = gossipers.getFirst();
        for (Gossiping gossiper : gossipers) {
            leader = gossiper.said().contains(" declares " + list) ? gossiper : leader;
        }
        assertThat(leader.said()).contains(" declares " + list);
        leader.await(Pattern.compile("(?s)( leads the gossipers\\n.*){3}"), 0);
        for (Gossiping gossiper : gossipers) {
            if (gossiper != leader) {
                String waits =
                        gossiper.await(
                                Pattern.compile(
                                        "(?s)\\S+ \\S+ waits, "
                                                + leader.address
                                                + " leads\\n.*?(\\S+) \\S+ waits"),
                                0);
                assertThat(waits).contains(gossiper.address);
            }
        }
    }

    @Test
    void s0_3_theListIsInTheLogAndInTheSnapshotOfWhoeverComesBack() throws Exception {
        for (Gossiping gossiper : gossipers) {
            gossiper.start("--snapshot-entries", "1");
        }
        String list = theOneList();
        for (Gossiping gossiper : gossipers) {
            gossiper.kill();
            gossiper.forget();
        }
        // Who leads now would draw another list.
        for (Gossiping gossiper : gossipers) {
            gossiper.start("--snapshot-entries", "1", "--seed", "99");
        }
        assertThat(theOneList()).isEqualTo(list);
        for (Gossiping gossiper : gossipers) {
            assertThat(gossiper.said()).contains("started: incarnation 2");
        }
        assertThat(gossipers)
                .as("went on from a snapshot")
                .anySatisfy(gossiper ->
                        assertThat(gossiper.said()).containsPattern("entries behind index [1-9]"));
    }

    @Test
    void aGossiperWithoutAStoreIsOneClearLine() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Members.java());
        builder.environment().put("ADDRESS", "127.0.0.1:7001");
        builder.environment().remove("STORE");
        Process process = builder.redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("ordeal-node: ADDRESS says that this is a gossiper; STORE must say")
                .doesNotContain("\tat ");
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
